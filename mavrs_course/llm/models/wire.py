"""Talking to a server that cannot be trusted to stop: a limit on the seconds and on the bytes.

A timeout of an HTTP client counts anew with every byte that comes, so that a server which drips
holds it for ever; and it takes whatever is sent, until the memory is full.  Here one
:class:`Limit` stands over a whole call, from the connection to the last byte.  (Looking up the
name of a host is left to the system, which has a limit of its own.)  Proxies are not used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import httpcore
import httpx
import ollama

from mavrs_course.llm.models.chat import ModelError

MEGABYTE = 2**20
ABOUT = 200  # characters of what a server said, in a message of ours
PLAIN = (b"", b"identity")
_PATH = re.compile(r"/(?:api|v1)/?$")
_EVERYWHERE = re.compile(r"^(https?://)?(0\.0\.0\.0|\[::\])(?=[:/]|$)")
_HERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
# What the client raises when what came is not what it had expected.
_NONSENSE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)


class ServerError(ModelError):
    """A server did not answer, or not as an Ollama server does; the text says what to do.

    status: the HTTP status where there was one, else None.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class Limit:
    """What one call may take, from now on.

    seconds: over all, or None.  idle: without a byte.  most: bytes that are read.
    """

    def __init__(self, seconds: float | None, most: int, idle: float | None = None) -> None:
        self.seconds, self.most, self.idle = seconds, most, idle
        self._started, self._read = perf_counter(), 0

    def left(self) -> float | None:
        """Seconds that may still pass without a byte."""
        if self.seconds is None:
            return self.idle
        left = self.seconds - (perf_counter() - self._started)
        if left <= 0:
            raise self.too_slow()
        return left if self.idle is None else min(left, self.idle)

    def count(self, size: int) -> None:
        """Note bytes that were read; too many are an error."""
        self._read += size
        if self._read > self.most:
            raise ServerError(
                f"the server sent more than {self.most / MEGABYTE:.1f} MB and was cut off: "
                "is it an Ollama server?"
            )

    def too_slow(self) -> ServerError:
        if self.seconds is None:
            return ServerError(f"the server fell silent for {self.idle:g} s")
        return ServerError(f"the server gave no whole answer within {self.seconds:g} s")


def address(host: str | None) -> str | None:
    """The server that ``host`` means, or the variable ``OLLAMA_HOST``, as a client reaches it.

    0.0.0.0 and :: tell a server to listen everywhere, and are no place to call; an address with
    /api or /v1 behind it is one for other clients.
    """
    host = host or os.environ.get("OLLAMA_HOST")
    if not host:
        return None
    plain = _PATH.sub("", host.strip())
    return _EVERYWHERE.sub(lambda found: f"{found[1] or ''}{_HERE[found[2]]}", plain)


@contextmanager
def client(host: str | None, limit: Limit) -> Iterator[ollama.Client]:
    """The official client for one call under a limit; whatever goes wrong is a ServerError."""
    try:
        with ollama.Client(host=address(host), transport=_Transport(limit), timeout=None) as talk:
            yield talk
    except ollama.ResponseError as error:
        raise ServerError(
            f"the Ollama server says: {brief(error.error)}", error.status_code
        ) from None
    except (ConnectionRefusedError, httpcore.ConnectError, httpx.ConnectError):
        raise ServerError(
            "no Ollama server answers: start it with ollama serve, or use the embedded model"
        ) from None
    except (httpcore.TimeoutException, httpx.TimeoutException):
        raise limit.too_slow() from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, OSError) as error:
        raise ServerError(f"the server broke off ({brief(error)}): try again") from None
    except (httpx.InvalidURL, httpcore.UnsupportedProtocol, *_NONSENSE) as error:
        raise ServerError(
            f"what answers is not an Ollama server, or sends nonsense ({type(error).__name__}: "
            f"{brief(error)}); is the host right?"
        ) from None


def brief(said: Any) -> str:
    """The beginning of what a server said, on one line."""
    line = " ".join(str(said).split())
    return line if len(line) <= ABOUT else line[:ABOUT] + "…"


class _Transport(httpx.BaseTransport):
    """What httpx sends through: plain httpcore, with the limit at its sockets."""

    def __init__(self, limit: Limit) -> None:
        self._pool = httpcore.ConnectionPool(network_backend=_Network(limit))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        address = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=address.raw_scheme,
                    host=address.raw_host,
                    port=address.port,
                    target=address.raw_path,
                ),
                headers=[pair for pair in request.headers.raw if pair[0] != b"accept-encoding"],
                content=request.stream,
            )
        )
        packed = [value for name, value in answer.headers if name.lower() == b"content-encoding"]
        if any(value.strip().lower() not in PLAIN for value in packed):
            answer.close()  # a megabyte may hold a thousand of them
            raise ServerError("the server packed its answer, which nobody had asked for")
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Network(httpcore.NetworkBackend):
    """Connects, and counts what comes through."""

    def __init__(self, limit: Limit) -> None:
        self._limit, self._plain = limit, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._limit.left()
        plain = self._plain.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(plain, self._limit)


class _Stream(httpcore.NetworkStream):
    def __init__(self, plain: httpcore.NetworkStream, limit: Limit) -> None:
        self._plain, self._limit = plain, limit

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._plain.read(max_bytes, self._limit.left())
        self._limit.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, self._limit.left())

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        plain = self._plain.start_tls(ssl_context, server_hostname, self._limit.left())
        return _Stream(plain, self._limit)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)
