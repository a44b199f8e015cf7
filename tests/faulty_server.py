"""A server on loopback that does everything wrong that a server can do: for tests only."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
from collections.abc import Iterator
from threading import Event, Thread
from time import sleep

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
PLAIN = OK + b"Connection: close\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = 2**20
HANG = object()  # in a fault: nothing more comes, and the connection stays
RESET = object()  # in a fault: the connection is torn down
DRIP = 0.02  # seconds between drops


def line(**said) -> bytes:
    return json.dumps(said).encode() + b"\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


WORD = line(model="toy", message={"role": "assistant", "content": "word "}, done=False)


def drip(data: bytes) -> Iterator[bytes]:
    """One byte at a time, for ever."""
    while True:
        for byte in data:
            sleep(DRIP)
            yield bytes([byte])


def repeat(data: bytes) -> Iterator[bytes]:
    while True:
        yield data


def failed(status: str, body: bytes) -> list[bytes]:
    return [f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n".encode() + body]


def packed() -> bytes:
    """A few kilobytes that unpack to many megabytes."""
    return (
        OK
        + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
        + gzip.compress(WORD * 500_000, compresslevel=9)
    )


# What is sent after a request has been read, piece by piece.
FAULTS = {
    "hangs before the headers": lambda: [HANG],
    "hangs in the headers": lambda: [OK, HANG],
    "drips its headers for ever": lambda: drip(b"X-More: 1\r\n"),
    "hangs before the body": lambda: [PLAIN, HANG],
    "hangs in the middle of a stream": lambda: [PLAIN + WORD, HANG],
    "is done and hangs": lambda: [PLAIN + WORD + WORD.replace(b"false", b"true") + WORD, HANG],
    "drips one byte at a time for ever": lambda: _after(PLAIN, drip(b" ")),
    "drips words for ever": lambda: _after(PLAIN, drip(WORD)),
    "continues for ever": lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "has endless headers": lambda: _after(OK, repeat(b"X-More: " + b"1" * 1000 + b"\r\n")),
    "has endless words": lambda: _after(PLAIN, repeat(WORD * 100)),
    "has an endless line": lambda: _after(PLAIN, repeat(b"[" * 10_000)),
    "has an endless error": lambda: _after(failed("500 Oops", b"")[0], repeat(b"x" * 10_000)),
    "is hundreds of megabytes long": lambda: _after(
        OK + b"Content-Length: 400000000\r\n\r\n", (b" " * MEGABYTE for _ in range(400))
    ),
    "packs a bomb": lambda: [packed()],
    "promises more than it sends": lambda: [OK + b"Content-Length: 9999\r\n\r\n" + WORD],
    "gives half an answer": lambda: [PLAIN + WORD],
    "gives half an answer in chunks": lambda: [CHUNKED + chunk(WORD)],
    "gives half a line": lambda: [PLAIN + WORD + WORD[:20]],
    "closes the connection": lambda: [],
    "resets the connection": lambda: [RESET],
    "resets in the middle": lambda: [CHUNKED + chunk(WORD), RESET],
    "fails with 500": lambda: failed("500 Internal Server Error", b'{"error": "no memory left"}'),
    "fails with a page": lambda: failed("502 Bad Gateway", b"<html>" + b"oops " * 10_000),
    "fails with a list": lambda: failed("500 Internal Server Error", b"[1, 2]"),
    "fails with nested JSON": lambda: failed("500 Oops", b"[" * 100_000),
    "fails with no words": lambda: failed("503 Busy", b""),
    "does not know the path": lambda: failed("404 Not Found", b"<html>404</html>"),
    "asks who is there": lambda: failed("401 Unauthorized", b""),
    "moves for ever": lambda: [
        b"HTTP/1.1 307 Moved\r\nLocation: /api/again\r\nContent-Length: 0\r\n\r\n"
    ],
    "fails in the middle": lambda: [PLAIN + WORD + line(error="the model has crashed")],
    "fails in the middle oddly": lambda: [PLAIN + WORD + line(error={"code": 3})],
    "is not JSON": lambda: [PLAIN + b"<html>Hello, this is your router.</html>"],
    "is not UTF-8": lambda: [PLAIN + b'{"message": {"content": "\xff\xfe\xc0"}, \x80\n'],
    "is not HTTP": lambda: [b"SSH-2.0-OpenSSH_9.6\r\n"],
    "is an empty stream": lambda: [PLAIN],
    "is blank lines": lambda: [PLAIN + b"\n\n\n"],
    "is a list": lambda: [PLAIN + b"[]\n"],
    "is a text": lambda: [PLAIN + b'"done"\n'],
    "is null": lambda: [PLAIN + b"null\n"],
    "is a number": lambda: [PLAIN + b"7\n"],
    "is nested without end": lambda: [PLAIN + b'{"message":' * 50_000 + b"\n"],
    "is an empty object": lambda: [PLAIN + b"{}\n"],
    "has no message": lambda: [PLAIN + line(model="toy", done=True)],
    "has a number for a message": lambda: [PLAIN + line(message=3, done=True, models=3)],
    "has a number for words": lambda: [
        PLAIN + line(message={"role": "assistant", "content": 5}, models=[3], embeddings="x")
    ],
    "counts in words": lambda: [
        PLAIN
        + line(
            message={"role": "assistant", "content": "x"},
            done=True,
            eval_count="many",
            models=[{"size": "big"}],
            embeddings=[["a"]],
        )
    ],
    "gives too few vectors": lambda: [
        PLAIN + line(embeddings=[[1.0]], message={"role": "assistant"}, models={})
    ],
    "gives ragged vectors": lambda: [
        PLAIN + line(embeddings=[[1.0], [1.0, 2.0]], message={"role": "a"}, models=None)
    ],
    "gives no numbers": lambda: [
        PLAIN + b'{"embeddings": [[NaN], [Infinity]], "message": {"role": "a"}}\n'
    ],
}


def _after(first: bytes, more: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from more


class FaultyServer:
    """Answers every request with one fault.  ``sent``: bytes so far.

    fault: a name of FAULTS, or "refuses", for which nobody listens.
    """

    def __init__(self, fault: str) -> None:
        self.pieces = FAULTS.get(fault)
        self.sent, self._over = 0, Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        if self.pieces is None:
            assert fault == "refuses"
            self._socket.close()

    def __enter__(self) -> FaultyServer:
        if self.pieces is not None:
            Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError):  # wakes the thread that waits for a connection
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5.0)
            connection.recv(65_536)
            for piece in self.pieces():
                if self._over.is_set():
                    return
                if piece is HANG:
                    self._over.wait(30)
                elif piece is RESET:
                    now = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
                    return
                else:
                    connection.sendall(piece)
                    self.sent += len(piece)
            connection.shutdown(socket.SHUT_WR)
