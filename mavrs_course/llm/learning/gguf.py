"""The weights inside a GGUF file, as arrays: the two packed forms that SmolLM2's file uses.

A GGUF file (the format of llama.cpp, version 3) is a header, named values (the model's sizes, its
words, its merges), a list of tensors, and their bytes.  Numbers are packed in blocks of 32:

* ``Q8_0``: a scale ``d`` (float16) and 32 whole numbers ``q`` (int8);  ``x = d q``
* ``Q4_1``: ``d`` and ``m`` (float16) and 32 numbers ``q`` of 4 bits;  ``x = d q + m``.  The
  first 16 are the low halves of the 16 bytes, the others the high halves.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = b"GGUF"
BLOCK = 32
SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
STRING, ARRAY = 8, 9

Floats32 = NDArray[np.float32]


class WeightsError(ValueError):
    """The file holds no weights that can be read here; the text says why."""


def _plain(raw: NDArray[np.uint8], kind: str) -> Floats32:
    return raw.view(kind).astype(np.float32)


def _q8_0(raw: NDArray[np.uint8]) -> Floats32:
    blocks = raw.reshape(-1, 2 + BLOCK)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return scale * blocks[:, 2:].view(np.int8)


def _q4_1(raw: NDArray[np.uint8]) -> Floats32:
    blocks = raw.reshape(-1, 4 + BLOCK // 2)
    scale, least = blocks[:, :4].copy().view(np.float16).astype(np.float32).T
    packed = blocks[:, 4:]
    steps = np.concatenate([packed & 15, packed >> 4], axis=1)
    return scale[:, None] * steps + least[:, None]


# By the format's own numbers: a name, bytes a block of 32 numbers, and how to unpack them.
Unpack = Callable[[NDArray[np.uint8]], Floats32]
FORMS: dict[int, tuple[str, int, Unpack]] = {
    0: ("F32", 4 * BLOCK, lambda raw: _plain(raw, "<f4")),
    1: ("F16", 2 * BLOCK, lambda raw: _plain(raw, "<f2")),
    3: ("Q4_1", 4 + BLOCK // 2, _q4_1),
    8: ("Q8_0", 2 + BLOCK, _q8_0),
}


@dataclass
class GgufFile:
    """What a file holds: ``values`` by name, and the place of each tensor's bytes."""

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[tuple[int, ...], int, int]] = field(default_factory=dict)

    def names(self) -> list[str]:
        """The tensors' names, in the file's order."""
        return list(self.places)

    def tensor(self, name: str) -> Floats32:
        """One tensor, unpacked: float32, the last axis being the one that lies together.

        Raises KeyError for a name that is not there, :class:`WeightsError` for a form that no
        decoder is known for, and for a file that was cut off.
        """
        shape, form, start = self.places[name]
        if form not in FORMS:
            known = ", ".join(each for each, _, _ in FORMS.values())
            raise WeightsError(f"{name} is packed in form {form}; what can be unpacked is {known}")
        _, block, unpack = FORMS[form]
        numbers = int(np.prod(shape))
        size = -(-numbers // BLOCK) * block if form > 1 else numbers * block // BLOCK
        raw = np.fromfile(self.path, np.uint8, size, offset=start)
        if raw.size < size:
            raise WeightsError(f"{self.path.name} ends within {name}: get the model again")
        return unpack(raw).reshape(shape)


def read_weights(path: str | Path) -> GgufFile:
    """Read the header, the values and the places; no tensor is loaded yet.

    Raises :class:`WeightsError` where the file is not GGUF or ends too early.
    """
    weights = GgufFile(Path(path))
    with weights.path.open("rb") as file:
        try:
            if file.read(4) != MAGIC:
                raise WeightsError(f"{weights.path.name} is no GGUF file: it does not begin so")
            _, tensors, values = _numbers(file, "<IQQ")
            for _ in range(values):
                name = _string(file)
                weights.values[name] = _value(file, _numbers(file, "<I")[0])
            listed = [_listed(file) for _ in range(tensors)]
        except (struct.error, UnicodeDecodeError, KeyError) as error:
            raise WeightsError(
                f"{weights.path.name} is cut off or damaged: get it again"
            ) from error
        step = weights.values.get("general.alignment", BLOCK)
        start = -(-file.tell() // step) * step
    weights.places = {name: (shape, form, start + offset) for name, shape, form, offset in listed}
    return weights


def _numbers(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _string(file: BinaryIO) -> str:
    (length,) = _numbers(file, "<Q")
    raw = file.read(length)
    if len(raw) < length:
        raise struct.error("cut off")
    return raw.decode("utf-8")


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == STRING:
        return _string(file)
    if kind == ARRAY:
        inner, length = _numbers(file, "<IQ")
        if inner == STRING:
            return [_string(file) for _ in range(length)]
        return list(_numbers(file, f"<{length}{SCALARS[inner]}"))
    return _numbers(file, "<" + SCALARS[kind])[0]


def _listed(file: BinaryIO) -> tuple[str, tuple[int, ...], int, int]:
    """Name, shape (slowest axis first), form and offset of a tensor."""
    name = _string(file)
    (axes,) = _numbers(file, "<I")
    sizes = _numbers(file, f"<{axes}Q")
    form, offset = _numbers(file, "<IQ")
    return name, tuple(reversed(sizes)), form, offset
