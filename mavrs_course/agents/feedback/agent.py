"""The feedback agent: clicks, corrected; evenings, read; reasons made of the counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mavrs_course.agents.feedback.leaving import EveningPrices
from mavrs_course.agents.feedback.position import debiased_rates, examination_by_em, tally
from mavrs_course.messages import Bools, Feedback, Floats, Ints, Opinion, Request
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.session_ends import MadeFor, SessionEnds
from mavrs_course.words import capitalised

if TYPE_CHECKING:
    from mavrs_course.world.catalog import Catalog

ASSUMED_LOOKS, ASSUMED_CLICKS = 10.0, 2.5
SKIPPED = -1  # the last kind of thing that an evening is made of, after the topics


class FeedbackAgent:
    """Prefers what viewers click when they look, and what does not send them to bed.

    From all viewers together it keeps, by slot and topic, how often a topic was shown and
    clicked; from their sessions, what an evening was made of when it ended.  It scores

        ``rate_t * (minutes - longest * minutes * price_t)``:

    the chance of a click given a look, times the minutes it brings less the minutes that the
    part of the evening it uses up would have brought at the usual rate (``longest`` is the mean
    length of an evening so far).  Until a session has ended, only clicks count.

    examination: float[K], how much each slot is seen; None estimates it by EM as it goes along.
    Accounts that :meth:`suspend` names teach it nothing from then on.  Its confidence is the
    share of its first choice's rate that was observed, not assumed.
    """

    name = "feedback"

    def __init__(self, catalog: Catalog, examination: Sequence[float] | None = None) -> None:
        self.catalog = catalog
        self._known_examination = None if examination is None else np.array(examination, float)
        self.shown = np.zeros((0, catalog.n_topics))
        self.clicked = np.zeros((0, catalog.n_topics))
        self.evenings = EveningPrices(catalog.n_topics + 1)
        self.minutes = 0.0
        self._suspended = np.zeros(0, dtype=bool)
        self._sessions = SessionEnds()
        self._spent = np.zeros((0, catalog.n_topics + 1))  # of each session
        self._estimates: tuple[Floats, Floats] | None = None

    @property
    def examination(self) -> Floats:
        """How much each slot is seen, the first as 1: float[K]; given, or estimated by EM."""
        return self._estimate()[0]

    @property
    def rate(self) -> Floats:
        """Clicks for each look, smoothed: float[n_topics]."""
        return self._estimate()[1]

    @property
    def looks(self) -> Floats:
        """How often viewers are expected to have looked at each topic: float[n_topics]."""
        return self.examination @ self.shown if len(self.shown) else np.zeros(self.catalog.n_topics)

    @property
    def evening_minutes(self) -> float:
        """Mean minutes watched in a session that has ended; 0 before the first."""
        return self.minutes / self.evenings.sessions if self.evenings.sessions else 0.0

    @property
    def price(self) -> Floats:
        """The part of an evening that a minute of each topic uses up: float[n_topics]."""
        if not self.evenings.known:
            return np.zeros(self.catalog.n_topics)
        return self.evenings.prices[:SKIPPED]

    @property
    def worth(self) -> Floats:
        """What a minute of each topic is worth, its price paid, in minutes: float[n_topics]."""
        return 1.0 - self.evening_minutes * self.price

    def suspend(self, viewers: Ints) -> None:
        """Learn nothing more from these accounts."""
        self._meet(viewers)
        self._suspended[viewers] = True

    def opine(self, request: Request) -> Opinion:
        topics = self.catalog.topic[request.candidates]
        minutes = self.catalog.minutes[request.candidates]
        scores = self.rate[topics] * minutes * self.worth[topics]
        first = topics[np.arange(len(topics)), scores.argmax(axis=1)]
        looks = self.looks
        confidence = looks[first] / (looks[first] + ASSUMED_LOOKS)
        said = {topic: self._reason(topic) for topic in np.unique(first)}
        made = self._sessions.making(request.viewers)
        reasons = [said[topic] for topic in first]
        return Opinion(self.name, scores, confidence, reasons, memo=made)

    def _reason(self, topic: int) -> str:
        name = self.catalog.topics[topic]
        name = capitalised(name)
        shown, clicked = (int(x[:, topic].sum()) for x in (self.shown, self.clicked))
        if shown == 0:
            return f"{name}: nobody has been shown any yet, so this is a guess."
        said = f"{name}: shown {shown:,} times, looked at about {self.looks[topic]:,.0f} times"
        said = f"{said}, clicked {clicked:,} times"
        if not self.evenings.known:
            return f"{said}."
        usual = self.price[topic] * self.evening_minutes
        return f"{said}; a minute uses up as much of an evening as {usual:.1f} usual minutes."

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        viewers = feedback.request.viewers
        self._meet(viewers)
        trusted = feedback.active & ~self._suspended[viewers]
        self._count(feedback, trusted)
        self._follow_evenings(feedback, trusted)
        self._estimates = None

    def _count(self, feedback: Feedback, trusted: Bools) -> None:
        rows = Feedback(feedback.slate, feedback.clicked, feedback.watch_minutes, active=trusted)
        shown, clicked = tally(rows, self.catalog.topic, self.catalog.n_topics)
        if len(self.shown) < len(shown):
            room = ((0, len(shown) - len(self.shown)), (0, 0))
            self.shown, self.clicked = np.pad(self.shown, room), np.pad(self.clicked, room)
        self.shown[: len(shown)] += shown
        self.clicked[: len(clicked)] += clicked

    def _follow_evenings(self, feedback: Feedback, trusted: Bools) -> None:
        """Add this page to its evenings, and close those that have ended.

        An evening that had ended and now turns out to have had one more page is counted anew.
        """
        viewers, memo = feedback.request.viewers, feedback.slate.memo
        made = memo if isinstance(memo, MadeFor) else self._sessions.making(viewers)
        self._spent = with_room(self._spent, made.session)
        over = self._sessions.over(made.session)
        self._close(viewers, made.session, over & trusted, -1)
        hit = trusted & (feedback.clicked >= 0)
        topic = self.catalog.topic[feedback.clicked_video[hit]]
        np.add.at(self._spent, (made.session[hit], topic), feedback.watch_minutes[hit])
        np.add.at(self._spent[:, SKIPPED], made.session[trusted & ~hit], 1.0)
        _, ends = self._sessions.told(made, viewers, feedback.active)
        ended = ends & ~self._suspended[viewers] | over & trusted
        self._close(viewers, made.session, ended, 1)

    def _close(self, viewers: Ints, sessions: Ints, rows: Bools, times: int) -> None:
        _, first = np.unique(viewers[rows], return_index=True)
        spent = self._spent[sessions[rows][first]]
        spent = spent[spent.any(axis=1)]
        self.evenings.add(spent, times)
        self.minutes += times * float(spent[:, :SKIPPED].sum())

    def _estimate(self) -> tuple[Floats, Floats]:
        if self._estimates is None:
            self._estimates = self._estimated()
        return self._estimates

    def _estimated(self) -> tuple[Floats, Floats]:
        examination = self._known_examination
        if not len(self.shown):
            examination = np.ones(1) if examination is None else examination
            return examination, np.full(self.catalog.n_topics, ASSUMED_CLICKS / ASSUMED_LOOKS)
        if examination is None:
            examination = self._examination_by_em()
        slots = len(self.shown)
        if len(examination) < slots:
            raise ValueError(
                f"examination is given for {len(examination)} slots, and pages have {slots}; "
                "give one number for each slot"
            )
        examination = examination[:slots]
        assumed = np.zeros_like(self.shown)
        assumed[0] = 1.0
        return examination, debiased_rates(
            self.shown + ASSUMED_LOOKS * assumed,
            self.clicked + ASSUMED_CLICKS * assumed,
            examination,
        )

    def _examination_by_em(self) -> Floats:
        if not self.clicked[0].any():
            return np.ones(len(self.shown))
        return examination_by_em(self.shown, self.clicked, rounds=50)[0]

    def _meet(self, viewers: Ints) -> None:
        self._suspended = with_room(self._suspended, viewers)


MAKERS = {"feedback": lambda world, rng: FeedbackAgent(world.catalog)}
