"""Fake engagement: accounts that click one creator and nothing else.

``U`` viewers, ``M`` creators; counts ``shown`` and ``clicked`` are int[U, M].
A fan of a topic also clicks one creator more than others do; a bot clicks it more than the
others *of the same topic*.  That is what the test here asks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import hypergeom

from mavrs_course.messages import NO_CLICK, Bools, Feedback, Floats, Ints


def count_by_creator(feedback: Feedback, creator: Ints, viewers: int) -> tuple[Ints, Ints]:
    """``(shown, clicked)``, int[viewers, M], over the active pages; ``creator`` int[V]."""
    rows = np.flatnonzero(feedback.active)
    whom = feedback.request.viewers[rows]
    shown = np.zeros((viewers, int(creator.max()) + 1), dtype=int)
    clicked = np.zeros_like(shown)
    np.add.at(shown, (whom[:, None], creator[feedback.slate.videos[rows]]), 1)
    hit = feedback.clicked[rows] != NO_CLICK
    np.add.at(clicked, (whom[hit], creator[feedback.clicked_video[rows[hit]]]), 1)
    return shown, clicked


def with_bots(
    feedback: Feedback, bots: Bools, bought: Bools, cover: float, rng: np.random.Generator
) -> Feedback:
    """The same pages, where bots answered instead of people.

    bots: bool[B], which rows are theirs.  bought: bool[V], the videos of the creator who pays.
    A bot clicks the first bought video of its page.  On other pages it does what the person
    would have done with probability ``cover``, to look like one, and else clicks nothing.
    """
    wanted = bought[feedback.slate.videos]
    human = np.where(rng.random(len(bots)) < cover, feedback.clicked, NO_CLICK)
    fake = np.where(wanted.any(axis=1), wanted.argmax(axis=1), human)
    clicked = np.where(bots & feedback.active, fake, feedback.clicked)
    return replace(feedback, clicked=clicked)


def surprise(shown: Ints, clicked: Ints, topic: Ints) -> Floats:
    """How unlikely it is that a viewer clicks each creator this often by chance: float[U, M].

    topic: int[M].  Fisher's exact test: of the clicks that a viewer gave to a topic, so many or
    more fall on this creator, if all shows of that topic are equally likely to be clicked.
    1 where nothing was clicked.
    """
    same = (topic[:, None] == topic[None, :]).astype(int)
    topic_shown, topic_clicked = shown @ same, clicked @ same
    return hypergeom.sf(clicked - 1, topic_shown, topic_clicked, shown)


def crowd_surprise(shown: Ints, clicked: Ints) -> Floats:
    """The simpler test, which takes fans for bots: float[U, M].

    Of all the clicks that a viewer gave, so many or more fall on this creator, if all shows are
    equally likely to be clicked.
    """
    everything = np.zeros(shown.shape[1], dtype=int)
    return surprise(shown, clicked, everything)


def suspects(surprises: Floats, false_share: float = 0.05) -> Bools:
    """Who is reported: bool[U], of whom at most ``false_share`` are people, on average.

    A viewer's probability is the smallest of its M, times M (Bonferroni); the step-up rule of
    Benjamini and Hochberg (1995) then holds the share of false reports.
    """
    viewers, creators = surprises.shape
    chance = np.minimum(surprises.min(axis=1) * creators, 1.0)
    order = np.argsort(chance, kind="stable")
    small = chance[order] <= false_share * np.arange(1, viewers + 1) / viewers
    reported = np.zeros(viewers, dtype=bool)
    if small.any():
        reported[order[: np.flatnonzero(small)[-1] + 1]] = True
    return reported


def precision_recall(reported: Bools, bots: Bools) -> tuple[float, float]:
    """How many of the reported are bots, and how many of the bots are reported; NaN for 0/0."""
    found = int((reported & bots).sum())
    reports, there = int(reported.sum()), int(bots.sum())
    return (
        found / reports if reports else float("nan"),
        found / there if there else float("nan"),
    )
