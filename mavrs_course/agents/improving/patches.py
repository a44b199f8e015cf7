"""What a recommender that improves itself may change: one part, in one slice of its pages.

A recommender's settings are a list of patches, read from the first to the last: where several
speak about a page, the last one counts.  So a patch is adopted by appending it and undone by
taking it out.  What is no part of the grammar, the platform's limits above all, has no name here
and can't be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from mavrs_course.messages import Bools, Ints

Where = tuple[tuple[str, str], ...]  # (("device", "tv"), ("hour", "night")); () is everywhere
Value = float | str


class PatchError(ValueError):
    """A patch that the grammar does not know; the text says which word of it."""


@dataclass(frozen=True)
class Patch:
    """``part`` becomes ``value`` on the pages ``where``."""

    where: Where
    part: str
    value: Value

    def __str__(self) -> str:
        place = " and ".join(f"{name} = {value}" for name, value in self.where)
        return f"where {place or 'everything'}: {self.part} -> {self.value}"


@dataclass(frozen=True)
class Grammar:
    """attributes: of a page, with their values.  parts: of the recommender, with theirs."""

    attributes: Mapping[str, Sequence[str]]
    parts: Mapping[str, Sequence[Value]]

    def check(self, patch: Patch) -> Patch:
        """The patch itself; raises :class:`PatchError` for what is no sentence of the grammar."""
        if patch.part not in self.parts:
            raise PatchError(f"{patch.part!r} is no part that a patch may change")
        allowed = self.parts[patch.part]
        if isinstance(patch.value, bool) or patch.value not in allowed:
            raise PatchError(f"{patch.part} is one of {list(allowed)}, not {patch.value!r}")
        names = [name for name, _ in patch.where]
        if len(set(names)) < len(names):
            raise PatchError(f"a slice names an attribute once, not {names}")
        for name, value in patch.where:
            if value not in self.attributes.get(name, ()):
                raise PatchError(f"no page has {name} = {value}")
        return patch

    def slices(self) -> list[Where]:
        """All slices of one or two attributes."""
        found: list[Where] = []
        for size in (1, 2):
            for names in combinations(self.attributes, size):
                values = product(*(self.attributes[name] for name in names))
                found += [tuple(zip(names, chosen, strict=True)) for chosen in values]
        return found

    def proposals(self, where: Where) -> list[Patch]:
        """All patches of a slice, part by part."""
        return [Patch(where, part, value) for part in self.parts for value in self.parts[part]]

    def read(self, sentence: str) -> Patch:
        """The patch that a sentence states, in the form of ``str(patch)``.

        So may a language model fill the slots of the grammar, and nothing else.
        Raises :class:`PatchError` for anything that is no such sentence.
        """
        for where in ((), *self.slices()):
            for patch in self.proposals(where):
                if str(patch) == sentence.strip():
                    return patch
        raise PatchError(f"no sentence of the grammar: {sentence.strip()[:80]!r}")

    def inside(self, where: Where, pages: Ints) -> Bools:
        """Which pages int[N, attributes], values by number, lie in a slice: bool[N]."""
        names = list(self.attributes)
        held = np.ones(len(pages), dtype=bool)
        for name, value in where:
            held &= pages[:, names.index(name)] == list(self.attributes[name]).index(value)
        return held

    def choices(self, settings: Iterable[Patch], pages: Ints) -> dict[str, Ints]:
        """For each part the number of its value on each page: int[N].

        A part that no patch speaks about has its first value.
        """
        chosen = {part: np.zeros(len(pages), dtype=np.int64) for part in self.parts}
        for patch in settings:
            place = list(self.parts[patch.part]).index(patch.value)
            chosen[patch.part][self.inside(patch.where, pages)] = place
        return chosen
