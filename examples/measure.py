"""Every number of an example's report, measured again.

    mavrs experiment run capstone     # eight hidden worlds of each ability, kept
    python examples/measure.py rules  # or marl, or conducted

The bounds of the claims were fixed before these worlds were played.
"""

from __future__ import annotations

import sys

import numpy as np

from mavrs_course.arena.abilities import ABILITIES
from mavrs_course.arena.challenge import play_challenge, read_challenge
from mavrs_course.arena.defence import agents_of, foresight, shares, without
from mavrs_course.arena.entry import read_entry
from mavrs_course.arena.playing import House
from mavrs_course.course import claim
from mavrs_course.course.claims import ClaimFailed
from mavrs_course.experiments import load
from mavrs_course.experiments.capstone import FOLDER, PLAYERS, SETTINGS, example
from mavrs_course.plots import mean_interval

# By entry: the ability, whom it is compared with (nobody: random pages), and the bound.
CLAIMS = {
    "rules": (("drift", "best single", 0.2), ("liars", "", 0.4), ("killed", "popularity", 0.2)),
    "marl": (
        ("drift", "", 0.4),
        ("second_platform", "popularity", 0.2),
        ("plain", "identity", 0.2),
    ),
    "conducted": (("drift", "best single", 0.2), ("silent_model", "", 0.1), ("liars", "", 0.2)),
}
ABLATED = ("drift",)
ROUNDS = range(4)


def main(name: str) -> None:
    gaps = load("capstone")["gaps"]  # float[seeds, players, abilities]
    own = gaps[:, PLAYERS.index(name)]
    print("share of the gap, mean and 95 % interval over eight worlds")
    for ability, values in zip(ABILITIES, own.T, strict=True):
        middle, half = mean_interval(values)
        print(f"  {ability:16} {middle:5.2f} ± {half:.2f}")
    said = read_entry(FOLDER / name).predictions
    worth = foresight(said, dict(zip(ABILITIES, own.mean(axis=0), strict=True)))
    print(f"predictions: {worth.inside} of {len(said)} inside, skill {worth.skill:.2f}")
    state_claims(name, gaps)
    ablate(name)
    asked = read_challenge(FOLDER / "challenge.yml")
    print(play_challenge(asked, example(name), "a peer's salt", settings=SETTINGS))


def state_claims(name: str, gaps: np.ndarray) -> None:
    for number, (ability, other, bound) in enumerate(CLAIMS[name], start=1):
        values = gaps[..., list(ABILITIES).index(ability)]  # float[seeds, players]
        against = values[:, PLAYERS.index(other)] if other else 0.0
        than = f"more of the gap than {other}" if other else "of the gap"
        sentence = f"{name} closes at least {bound:g} {than}: {ability}"
        try:
            claim(f"33.{name}.{number}", sentence, values[:, PLAYERS.index(name)] - against,
                  at_least=bound)  # fmt: skip
        except ClaimFailed:
            print("  (this claim failed, and stays in the report)")


def ablate(name: str) -> None:
    whole = example(name)
    for ability in ABLATED:
        start = shares(whole, ability, "ablation", ROUNDS, SETTINGS)
        print(f"{ability}, whole: {start.mean():.2f}")
        for agent in agents_of(read_entry(FOLDER / name)):

            def less(world, rng, agent=agent):
                return without(whole.maker(world, rng), agent)

            part = shares(House(f"without {agent}", less), ability, "ablation", ROUNDS, SETTINGS)
            lost, half = mean_interval(start - part)
            print(f"  without {agent:12} loses {lost:5.2f} ± {half:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
