"""Ask the model of this entry all that it will ever be asked, and keep what it said.

mavrs model get smollm2-135m
python examples/conducted/record.py
"""

from __future__ import annotations

import importlib.util
from itertools import product
from pathlib import Path

from mavrs_course.llm.conducting.situations import described
from mavrs_course.llm.conducting.trusting import trust
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.tape import RECORD, Recorded, Tape
from mavrs_course.llm.models.weights import path_of

ENTRY = Path(__file__).parent / "__init__.py"
TEAMS = (("reasoning", "editor", "novelty"), ("path", "legality", "novelty"),
         ("reasoning", "heeding", "novelty"))  # fmt: skip


def main() -> None:
    spec = importlib.util.spec_from_file_location("conducted", ENTRY)
    entry = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(entry)
    live = EmbeddedModel(path_of(entry.MODEL), name=entry.MODEL)
    model = Recorded(live, Tape(entry.SAID, RECORD))
    situations = [
        described(friend, False, bored) for friend, bored in product((False, True), repeat=2)
    ]
    for team in TEAMS:
        for names in (team, (*team, "crowd")):
            told = trust(model, situations, [entry.CARDS[name] for name in names])
            for situation, row in zip(situations, told, strict=True):
                liked = ", ".join(f"{n} {v:+.1f}" for n, v in zip(names, row, strict=True))
                print(f"{situation:55} {liked}")


if __name__ == "__main__":
    main()
