"""The conductor: a language model decides whom to trust, code decides what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mavrs_course.calling import BusyError, LateError, Patience
from mavrs_course.coordination.average import ranks
from mavrs_course.coordination.base import Decision, shares
from mavrs_course.coordination.hierarchical.router import LearnedRouter, Weighed, among, softmax
from mavrs_course.coordination.notes import both
from mavrs_course.coordination.panel import Hearing
from mavrs_course.llm.conducting.constraints import Constraint, mend, problems
from mavrs_course.llm.conducting.explaining import MODEL, ROUTER, RULE, Account
from mavrs_course.llm.conducting.situations import (
    BORED,
    CHILD,
    FRIEND,
    NEWS,
    WISH,
    Situations,
    confidence_word,
)
from mavrs_course.llm.conducting.trusting import (
    CARDS,
    card_of,
    most_trusted,
    trust,
    trust_by_chat,
)
from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.messages import Agent, Bools, Feedback, Floats, Ints, Request, Trace
from mavrs_course.once import learns_once

NAME = "conductor"


class Conductor(LearnedRouter):
    """Asks the specialists whom a language model trusts in this situation.

    On each page: the viewer's situation in words; how much the model trusts each specialist's card
    in it (:func:`~.trusting.trust`); the ``most`` most trusted are asked; if none of them prefers
    anything, the others are.  Their votes are weighed by the softmax of the trust, in nats, and
    what the ``constraints`` forbid is mended by code.  Whatever goes wrong with the model, be it
    slower than ``patience`` seconds, absent, or talking nonsense, the router of lesson 11, which
    this is as well, makes the page, asking everybody; the trace says so.

    model: None for none, which leaves the router.  prompt: a sentence about today that is added to
    every situation; to change it is all that a new scenario takes.  cards: by the agents' names.
    by: "likelihood", or "chat" for a model that can write a plan.  The other arguments are those of
    :class:`LearnedRouter`, whose guarantees hold for the pages that the router makes.
    accounts: what was written down about the last request, page by page.
    outages: how many requests the router had to answer.
    """

    decider = MODEL

    def __init__(
        self,
        agents: Sequence[Agent],
        model: ChatModel | None = None,
        *,
        situations: Situations | None = None,
        prompt: str = "",
        cards: Mapping[str, str] = CARDS,
        constraints: Sequence[Constraint] = (),
        most: int = 2,
        patience: float | None = None,
        by: str = "likelihood",
        **router,
    ) -> None:
        super().__init__(agents, **router)
        if most < 1:
            raise ValueError(f"somebody has to be asked: most is at least 1, not {most}")
        if by not in ("likelihood", "chat"):
            raise ValueError(f"a conductor decides by 'likelihood' or by 'chat', not by {by!r}")
        self.model, self.prompt, self.by = model, prompt, by
        self.situations = Situations() if situations is None else situations
        self.cards = {name: card_of(name, cards) for name in self.panel.names}
        self.constraints, self.most = tuple(constraints), most
        self._patience = Patience(patience)
        self.accounts: Sequence[Account] = []
        self.outages = 0
        self._known: dict[tuple[str, str], Floats] = {}

    def explain(self, hearing: Hearing, decision: Decision) -> AccountReasons:
        """What was written down, as sentences."""
        return AccountReasons(self.accounts, hearing.request.slots)

    def hear(self, request: Request, trace: Trace) -> Hearing:
        """Decide whom to ask, ask them, and ask the others where these have no preference."""
        told = self.situations.of(request.viewers, self.prompt)
        trusted, why = self.trusted(told, trace)
        if trusted is None:
            self.outages += 1
            trace.add(NAME, ROUTER, f"fallback: {why}")
            everybody = np.ones((len(request), len(self.agents)), dtype=bool)
            hearing = self.panel.ask(request, trace, asker=NAME)
            return replace(hearing, note=ConductorChoice(told, None, why, everybody))
        asked = most_trusted(trusted, self.most)
        hearing = self.panel.ask(request, trace, asker=NAME, pages=asked)
        undecided = ~hearing.votes.any(axis=(1, 2))
        others = undecided[:, None] & ~asked
        if others.any():
            again = self.panel.ask(request, trace, asker=NAME, pages=others)
            hearing = joined(hearing, again)
            asked = asked | others
        return replace(hearing, note=ConductorChoice(told, trusted, why, asked))

    def trusted(self, told: list[str], trace: Trace) -> tuple[Floats | None, str]:
        """How much each agent is trusted on each page, float[B, n] in nats; or None, and why."""
        if self.model is None:
            return None, "there is no model"
        new = [s for s in dict.fromkeys(told) if (self.model.digest, s) not in self._known]
        if new:
            before = self.model.bill.copy()
            why = self._within_patience(new, trace)
            trace.messages.extend((self.model.bill - before).messages(NAME, self.model.name))
            if why:
                return None, why
        return np.array([self._known[self.model.digest, situation] for situation in told]), ""

    def _within_patience(self, new: list[str], trace: Trace) -> str:
        """Ask the model about new situations; what went wrong, or ""."""
        seen = trace if self._patience.seconds is None else None
        try:
            self._patience.call(lambda: self._think(new, seen))
        except BusyError:
            return "the model is still busy"
        except LateError as error:
            return f"the model {error}"
        except ModelError as error:
            return str(error)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _think(self, new: list[str], trace: Trace | None) -> None:
        if self.by == "chat":
            rows = [trust_by_chat(self.model, told, self.cards, trace=trace) for told in new]
        else:
            rows = trust(self.model, new, list(self.cards.values()))
        for told, row in zip(new, rows, strict=True):
            self._known[self.model.digest, told] = row

    def decide(self, hearing: Hearing, trace: Trace) -> Decision:
        if hearing.note.trusted is None:
            decision = super().decide(hearing, trace)
            weights = self.weights(hearing.request.viewers)
        else:
            weights, decision = softmax(hearing.note.trusted), None
        support = among(weights, hearing.heard)[:, :, None] * hearing.votes
        if decision is None:
            slots = hearing.request.slots
            decision = Decision.by_scores(support.sum(axis=1), support, slots, self.rng)
        return self._obey(hearing, decision, support, weights, trace)

    def _obey(
        self, hearing: Hearing, decision: Decision, support: Floats, weights: Floats, trace: Trace
    ) -> Decision:
        """Mend what the constraints forbid, and write down what can be told of each page."""
        request, columns = hearing.request, decision.columns.copy()
        scores = support.sum(axis=1)
        broken: dict[int, list[str]] = {}
        unmet: dict[int, list[str]] = {}
        for row, candidates in enumerate(request.candidates if self.constraints else ()):
            wrong = problems(self.constraints, candidates[columns[row]], candidates)
            if wrong:
                broken[row] = wrong
                columns[row], unmet[row] = mend(
                    self.constraints, candidates, scores[row], request.slots
                )
        choice = hearing.note
        by = ROUTER if choice.trusted is None else self.decider
        self.accounts = Accounts(
            hearing, choice.told, by, choice.why, choice.asked, weights, decision.columns, columns,
            broken, unmet,
        )  # fmt: skip
        if broken:
            pages = "1 page" if len(broken) == 1 else f"{len(broken)} pages"
            trace.add(NAME, "constraints", f"mended {pages}")
        if lost := sum(map(bool, unmet.values())):
            trace.add("constraints", NAME, f"cannot be met on {lost} pages")
        if not broken:
            return decision
        return replace(decision, columns=columns, credit=shares(support, columns))

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Count the page, teach the router what it made itself, and hand the feedback to all."""
        self.situations.learn(feedback)
        super().learn(feedback)

    def study(self, note: Weighed | ConductorChoice, feedback: Feedback) -> None:
        """Where the model chose there is nothing for the router to learn from."""
        if isinstance(note, Weighed):
            super().study(note, feedback)


@dataclass(frozen=True)
class ConductorChoice:
    """Whom to ask on each page: the situations in words, how much each agent is trusted, float[B,
    n] or None with the reason ``why``, and who was asked, bool[B, n]."""

    told: list[str]
    trusted: Floats | None
    why: str
    asked: Bools


@dataclass(frozen=True)
class Accounts(Sequence):
    """What was written down about each of B pages, put together when read."""

    hearing: Hearing
    told: list[str]
    by: str
    why: str
    asked: Bools
    weights: Floats
    wanted: Ints
    columns: Ints
    broken: Mapping[int, list[str]]
    unmet: Mapping[int, list[str]]

    def __len__(self) -> int:
        return len(self.told)

    def __getitem__(self, row: int) -> Account:
        if not 0 <= row < len(self):
            raise IndexError(f"there are {len(self)} pages, not a page {row}")
        hearing = self.hearing
        order = [n for n in np.argsort(-self.weights[row], kind="stable") if self.asked[row, n]]
        places = ranks(hearing.scores[row])
        spoke = hearing.heard[row] & hearing.votes[row].any(axis=1)
        wanted = set(self.wanted[row].tolist())
        return Account(
            situation=self.told[row],
            by=self.by,
            why=self.why,
            asked=tuple(hearing.names[n] for n in order),
            sure=tuple(confidence_word(hearing.confidence[row, n] * spoke[n]) for n in order),
            places=tuple(
                tuple(int(places[n, column]) if spoke[n] else 0 for n in order)
                for column in self.columns[row]
            ),
            mended=tuple(column not in wanted for column in self.columns[row].tolist()),
            rules=tuple(self.broken.get(row, ())),
            unmet=tuple(self.unmet.get(row, ())),
        )


@dataclass(frozen=True)
class AccountReasons(Sequence):
    """Why each video is on its page, for each of B pages K sentences, written when read."""

    accounts: Sequence[Account]
    slots: int

    def __len__(self) -> int:
        return len(self.accounts)

    def __getitem__(self, row: int) -> list[str]:
        account = self.accounts[row]
        return [account.sentence(slot) for slot in range(self.slots)]


class RuleConductor(Conductor):
    """The same with a rule in the place of the model: what any model has to beat."""

    decider = RULE
    rule = (
        (CHILD, "editor"),
        (NEWS, "news"),
        (BORED, "novelty"),
        (WISH, "listener"),
        (FRIEND, "interest"),
        ("", "popularity"),
    )

    def trusted(self, told: list[str], trace: Trace) -> tuple[Floats, str]:
        """The first line that fits is trusted most, the next fitting one less, and so on."""
        rows = np.full((len(told), len(self.agents)), -float(len(self.agents)))
        for row, situation in enumerate(told):
            fitting = [name for word, name in self.rule if word in situation]
            for place, name in enumerate(n for n in fitting if n in self.panel.names):
                rows[row, self.panel.names.index(name)] = -2.0 * place
        return rows, ""


def joined(first: Hearing, second: Hearing) -> Hearing:
    """Two rounds of asking, of different agents on each page, as one."""
    new: Bools = second.heard & ~first.heard
    reasons = []
    for agent, (one, other) in enumerate(zip(first.reasons, second.reasons, strict=True)):
        if one is None or other is None:
            reasons.append(other if one is None else one)
            continue
        pairs = zip(one, other, new[:, agent], strict=True)
        reasons.append([b if late else a for a, b, late in pairs])
    return replace(
        first,
        scores=np.where(new[:, :, None], second.scores, first.scores),
        heard=first.heard | second.heard,
        confidence=np.where(new, second.confidence, first.confidence),
        reasons=tuple(reasons),
        excuses=first.excuses | second.excuses,
        notes=both(first.notes, second.notes),
    )
