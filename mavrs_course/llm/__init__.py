"""Local language models: one way to talk to any of them, and agents made of prompts."""
