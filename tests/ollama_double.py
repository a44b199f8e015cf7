"""A test double of an Ollama server: its protocol over any models of ours, on loopback.

It is no Ollama.  What it says was either written down in a test or comes from the embedded model.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from mavrs_course.llm.models.chat import Ask, ChatModel, ModelError

NEW, OLD = "0.12.11", "0.9.3"  # with and without log-probabilities
BLOCK = 1_000_000


class OllamaDouble:
    """Serves while it is entered.

    models: by name, tag included.  registry: what can be pulled, name -> (size in bytes, model).
    next_tokens: gives the log-probabilities of the likeliest next tokens of a text.
    breaks_at: bytes after which the next download breaks off, once; it goes on from there.
    ``asked`` holds path and body of every request.
    """

    def __init__(
        self,
        models: Mapping[str, ChatModel],
        *,
        version: str = NEW,
        registry: Mapping[str, tuple[int, ChatModel]] | None = None,
        next_tokens: Callable[[str], Mapping[str, float]] = lambda context: {},
        breaks_at: int | None = None,
    ) -> None:
        self.models, self.version, self.registry = dict(models), version, dict(registry or {})
        self.next_tokens, self.breaks_at = next_tokens, breaks_at
        self.arrived: dict[str, int] = {}
        self.asked: list[tuple[str, dict]] = []

    def __enter__(self) -> OllamaDouble:
        handler = type("Handler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def find(self, name: str) -> str | None:
        """The full name of a model that is here."""
        return next((full for full in (name, f"{name}:latest") if full in self.models), None)


class _Handler(BaseHTTPRequestHandler):
    double: OllamaDouble

    def log_message(self, *args): ...

    def say(self, code: int, *lines: dict) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for line in lines:
            self.wfile.write(json.dumps(line).encode() + b"\n")

    def do_GET(self):
        if self.path == "/api/version":
            self.say(200, {"version": self.double.version})
        elif self.path == "/api/tags":
            self.say(200, {"models": [self.about(name) for name in self.double.models]})
        else:
            self.say(404, {"error": "not found"})

    def do_DELETE(self):
        asked = self.body()
        if full := self.double.find(asked["model"]):
            del self.double.models[full]
            self.say(200)
        else:
            self.missing(asked)

    def do_POST(self):
        asked, verb = self.body(), self.path.removeprefix("/api/")
        if verb == "pull":
            self.pull(asked["model"])
        elif not (full := self.double.find(asked["model"])):
            self.missing(asked)
        else:
            try:
                {"chat": self.chat, "generate": self.generate, "embed": self.embed,
                 "show": self.show}[verb](self.double.models[full], asked)  # fmt: skip
            except ModelError as error:
                self.say(500, {"error": str(error)})

    def body(self) -> dict:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.double.asked.append((self.path, asked))
        return asked

    def missing(self, asked: dict) -> None:
        self.say(404, {"error": f"model '{asked['model']}' not found"})

    def about(self, name: str) -> dict:
        return {
            "name": name,
            "model": name,
            "digest": "sha256:" + self.double.models[name].digest.encode().hex().ljust(64, "0"),
            "size": 98_000_000,
            "modified_at": "2026-01-01T00:00:00Z",
            "details": {"parameter_size": "135M", "quantization_level": "Q4_1"},
        }

    def show(self, model: ChatModel, asked: dict) -> None:
        licence = "Apache License\nVersion 2.0\n"
        able = ["completion"] + ["vision"] * ("see" in model.abilities)
        about = {"capabilities": able, "details": {}, "model_info": {}}
        self.say(200, {"license": licence, **about})

    def chat(self, model: ChatModel, asked: dict) -> None:
        options = asked.get("options") or {}
        reply = model.chat(
            [
                {"role": said["role"], "content": said.get("content", "")}
                for said in asked["messages"]
            ],
            Ask(
                schema=asked.get("format") or None,
                max_tokens=options.get("num_predict", 128),
                temperature=options.get("temperature", 0.8),
                seed=options.get("seed", 0),
                images=[
                    b64decode(image)
                    for said in asked["messages"]
                    for image in said.get("images", ())
                ],
            ),
        )
        pieces = re.findall(r"\s*\S+|\s+$", reply.text)
        thought = {"role": "assistant", "content": "", "thinking": reply.thoughts}
        said = [{"model": asked["model"], "done": False, "message": thought}] * bool(reply.thoughts)
        said += [
            {"model": asked["model"], "done": False,
             "message": {"role": "assistant", "content": piece}}
            for piece in pieces
        ]  # fmt: skip
        last = {
            "model": asked["model"],
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop" if reply.finished else "length",
            "prompt_eval_count": reply.tokens_in,
            "eval_count": reply.tokens_out,
        }
        self.say(200, *said, last)

    def generate(self, model: ChatModel, asked: dict) -> None:
        told = {"model": asked["model"], "response": "", "done": True, "prompt_eval_count": 3}
        likeliest = sorted(self.double.next_tokens(asked["prompt"]).items(), key=lambda t: -t[1])
        if asked.get("logprobs") and self.double.version != OLD and likeliest:
            tokens = [{"token": token, "logprob": p} for token, p in likeliest]
            tokens = tokens[: asked.get("top_logprobs") or 0]
            told["response"] = likeliest[0][0]
            told["logprobs"] = [tokens[0] | {"top_logprobs": tokens}]
        self.say(200, told)

    def embed(self, model: ChatModel, asked: dict) -> None:
        vectors = model.embed(asked["input"]).tolist()
        self.say(200, {"model": asked["model"], "embeddings": vectors, "prompt_eval_count": 2})

    def pull(self, name: str) -> None:
        double = self.double
        full = next((f for f in (name, f"{name}:latest") if f in double.registry), None)
        self.say(200, {"status": "pulling manifest"})
        if full is None:
            told = {"error": "pull model manifest: file does not exist"}
            self.wfile.write(json.dumps(told).encode() + b"\n")
            return
        size, model = double.registry[full]
        for done in range(double.arrived.get(full, 0), size + 1, BLOCK):
            double.arrived[full] = done
            if double.breaks_at is not None and done >= double.breaks_at:
                double.breaks_at = None
                return
            step = {"status": "pulling abcd", "digest": "abcd", "total": size, "completed": done}
            self.wfile.write(json.dumps(step).encode() + b"\n")
        double.models[full] = model
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            self.wfile.write(json.dumps({"status": status}).encode() + b"\n")
