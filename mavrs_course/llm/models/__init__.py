"""Language models behind one protocol: embedded, on an Ollama server, on tape, scripted."""
