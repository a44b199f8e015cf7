"""31.5 An archive that can be undone.

20 minutes, difficulty 2, 4 points, L31.5
A person can take back what a machine did, and nobody can touch what is no setting.
"""

import numpy as np

from mavrs_course.course import Case


class Archive:
    def __init__(self, opening, legal):
        self.opening, self.legal = opening, legal
        self.patches, self.undone = [], set()

    def adopt(self, part, value):
        if part not in self.legal or value not in self.legal[part]:
            raise ValueError(f"{part} = {value} is not legal")
        self.patches.append((part, value))
        return len(self.patches)

    def undo(self, number):
        if not 1 <= number <= len(self.patches) or number in self.undone:
            raise ValueError(f"there is no patch {number} to undo")
        self.undone.add(number)

    def settings(self):
        settings = dict(self.opening)
        for number, (part, value) in enumerate(self.patches, 1):
            if number not in self.undone:
                settings[part] = value
        return settings


class ArchiveOfLines:
    """A dictionary of what stands, by number, which keeps its order."""

    def __init__(self, opening, legal):
        self.first, self.allowed, self.given, self.stands = {**opening}, legal, 0, {}

    def adopt(self, part, value):
        if value in self.allowed.get(part, []):
            self.given += 1
            self.stands[self.given] = {part: value}
            return self.given
        raise ValueError("not legal")

    def undo(self, number):
        try:
            del self.stands[number]
        except KeyError as error:
            raise ValueError("nothing to undo") from error

    def settings(self):
        told = self.first.copy()
        for patch in self.stands.values():
            told |= patch
        return told


OTHERS = (ArchiveOfLines,)
NAMES = ("opening", "legal", "acts")
LEGAL = {"weight": [0.0, 0.5, 1.0, 2.0], "half-life": [1.0, 7.0, 50.0]}
FIRST = {"weight": 1.0, "half-life": 7.0, "limit": 18.0}


def cases(rng):
    def some(acts):
        told = []
        for _ in range(acts):
            part = ("weight", "half-life", "limit")[rng.choice(3, p=(0.45, 0.45, 0.1))]
            value = (0.0, 0.5, 1.0, 7.0, 50.0)[rng.integers(5)]
            told.append(int(rng.integers(-1, 9)) if rng.random() < 0.4 else (part, value))
        return FIRST, LEGAL, told

    twice, half, long = ("weight", 2.0), ("weight", 0.5), ("half-life", 50.0)
    return [
        Case("nothing yet", (FIRST, LEGAL, []), np.array([[0, 1, 7, 18.0]])),
        Case("two of one part, undone in order", (FIRST, LEGAL, [twice, half, 1, 2]),
             np.array([[0, 1, 7, 18], [1, 2, 7, 18], [2, 0.5, 7, 18], [0, 0.5, 7, 18],
                       [0, 1, 7, 18.0]])),
        Case("undone from the last", (FIRST, LEGAL, [twice, half, 2, 1])),
        Case("the middle one of three parts", (FIRST, LEGAL, [twice, long, half, 2])),
        Case("a limit, a value too large", (FIRST, LEGAL, [("limit", 0.0), ("weight", 9.0), twice]),
             np.array([[0, 1, 7, 18], [-1, 1, 7, 18], [-1, 1, 7, 18], [1, 2, 7, 18.0]])),
        Case("undone twice, never given, number 0", (FIRST, LEGAL, [twice, 1, 1, 5, 0, half, -1])),
        Case("numbers are not given again", (FIRST, LEGAL, [twice, 1, half, long, 2])),
        Case("the same patch twice, one undone", (FIRST, LEGAL, [twice, twice, 1])),
        Case("back to the opening by a patch", (FIRST, LEGAL, [twice, ("weight", 1.0), 1])),
        Case("many acts", some(25)),
        Case("many more", some(40)),
    ]  # fmt: skip


def observe(kind, case):
    """After each act: the number it gave, 0 for an undo, -1 for a ValueError; then weight,
    half-life and limit."""
    opening, legal, acts = case.inputs
    opening, legal = dict(opening), {part: list(values) for part, values in legal.items()}
    archive, other = kind(opening, legal), kind(opening, legal)
    rows = []
    for act in (None, *acts):
        try:
            given = archive.adopt(*act) if isinstance(act, tuple) else 0
            if isinstance(act, int):
                archive.undo(act)
        except ValueError:
            given = -1
        now = archive.settings()
        rows.append([given, *(now.get(part, np.nan) for part in FIRST)])
        now["weight"] = 99.0  # the caller's copy
        other.adopt("weight", 0.5)  # two archives know nothing of each other
    if opening != FIRST or legal != LEGAL:
        rows[-1][0] = np.nan  # the caller's dictionaries were changed
    return np.array(rows, dtype=float)


HINTS = """
    Keep the patches in the order in which they came, and beside them which numbers are undone.
    Delete nothing.

    Check before you keep: a patch that is refused must leave no trace, not even a number.

    Settings are worked out anew each time: begin with a copy of the opening, go through what stands
    from the first to the last, and let each one overwrite.
"""
MISTAKES = """
    limits_can_be_patched: part not in self.legal or value not in self.legal[part] =>
      | part not in self.opening or (part in self.legal and value not in self.legal[part])
      A part that is in no list can be changed. What is not in `legal` is a limit: raise ValueError.
    any_value: part not in self.legal or value not in self.legal[part] => part not in self.legal
      Any value is taken. Only those of the part's list are legal.
    refuses_in_silence: raise ValueError(f"{part} = {value} is not legal") => return 0
      You refuse without a word. Raise ValueError.
    refused_all_the_same: if part not in self.legal or value not in self.legal[part]: =>
      | if part not in self.legal or value not in self.legal[part]:
      |     self.patches.append((part, self.opening.get(part)))
      A patch that is refused uses up a number. Check before you keep.
    undo_the_last: self.undone.add(number) => self.undone.add(len(self.patches))
      You undo the last patch, whichever was asked for.
    undo_all_after: self.undone.add(number) =>
      | self.undone.update(range(number, len(self.patches) + 1))
      You undo what came later as well. Others stay.
    numbers_again: self.undone.add(number) => self.patches.pop(number - 1)
      You delete the patch, and the numbers of those after it move. Numbers stay.
    undone_twice: or number in self.undone => or False
      A patch can be undone twice. The second time raises ValueError.
    not_a_copy: dict(self.opening) => self.opening
      Your settings are the opening itself, so patches stay in it for ever. Return a copy.
"""
