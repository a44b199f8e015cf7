"""Notice, propose, try offline, try on few pages, adopt, and look again: the whole loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mavrs_course.agents.improving.archive import Archive, ArchiveLine
from mavrs_course.agents.improving.canary import ADOPT, OFFLINE, Canary
from mavrs_course.agents.improving.judges import Desk, judges
from mavrs_course.agents.improving.notice import discoveries, slice_findings
from mavrs_course.agents.improving.patches import Patch, Where
from mavrs_course.agents.improving.planted import LONGEST, PageLog, PlantedPlatform
from mavrs_course.agents.improving.trial import GainEstimate, estimate_gain
from mavrs_course.messages import NO_CLICK, Agent, Coordinator, Feedback, Floats, Slate


@dataclass(frozen=True)
class LoopSettings:
    """reward: ``minutes``, or ``clicked`` for whoever mistakes the proxy for the goal.

    pages: of the log, a round.  rate: of false discoveries.  slices: the worst, at most, a round.
    tries: patches that go on to the tests, a round.  risk: of each bound, and of each canary.
    margin: the loss a page that the log must rule out.  effect, cap and pairs: see
    :class:`Canary`.  All in units of the reward.  offline: whether the log is asked at all;
    canary: which one, or None for none.
    """

    reward: str = "minutes"
    pages: int = 60_000
    rate: float = 0.1
    slices: int = 5
    tries: int = 4
    risk: float = 0.05
    margin: float = 0.25
    effect: float = 0.3
    cap: float = 400.0
    pairs: int = 6_000
    batch: int = 500
    offline: bool = True
    canary: type[Canary] | None = Canary


class Improver:
    """A recommender's mechanic: its judges' opinions, decided by a way of coordinating.

    decide: called with the judges, gives the Coordinator.  more: makes further judges of the desk,
    one that asks a language model, say.

    Two things that only a planted platform can know are kept for whoever judges the improver, and
    never used by it: ``harm``, the expected minutes that canaries lost, and ``truth``, what a
    patch that was adopted truly brought its pages then, by its line's number.
    """

    def __init__(
        self,
        platform: PlantedPlatform,
        decide: Callable[[Sequence[Agent]], Coordinator],
        rng: np.random.Generator,
        settings: LoopSettings = LoopSettings(),
        more: Callable[[Desk], Sequence[Agent]] = lambda desk: (),
    ) -> None:
        self.platform, self.rng, self.how = platform, rng, settings
        self.archive = Archive(platform.grammar, platform.opening)
        self.desk = Desk()
        self.coordinator = decide([*judges(self.desk), *more(self.desk)])
        self.noticed: list[Where] = []
        self.harm, self.truth = 0.0, dict[int, float]()

    def round(self) -> list[ArchiveLine]:
        """One round; the lines that it wrote into the archive."""
        log, before = self._log(), len(self.archive.lines)
        self._look_again(log)
        half = np.arange(len(log.pages)) % 2 == 0
        numbers = self._propose(log.only(half))
        if numbers:
            request = self.desk.request(numbers, min(self.how.tries, len(numbers)))
            slate = self.coordinator.recommend(request)
            gains = self._test_all(slate, log.only(~half))
            best = int(np.argmax(gains))
            clicked = best if gains[best] > 0 else NO_CLICK
            told = Feedback(slate, np.array([clicked]), np.array([max(gains[best], 0.0)]))
            self.coordinator.learn(told)
        return self.archive.lines[before:]

    def _log(self) -> PageLog:
        pages = self.platform.pages(self.how.pages, self.rng)
        return self.platform.show(self.archive.settings, pages, self.rng)

    def _inside(self, patch: Patch, log: PageLog) -> PageLog:
        return log.only(self.platform.grammar.inside(patch.where, log.pages.kind))

    def _look_again(self, log: PageLog) -> None:
        """Whether today's log is sure that it would do better without a patch that stands."""
        for line in self.archive.lines:
            if line.stands:
                without = self.archive.without(line.number)
                estimate = self._estimate(without, self._inside(line.patch, log))
                if estimate.low > 0:
                    self.archive.undo(line.number, f"without it +{estimate.low:.2f} or more")
                    return  # the log is about settings that are no more

    def _propose(self, log: PageLog) -> list[int]:
        """Numbers of all patches of the slices that are noticed, but for those that failed."""
        grammar, settings = self.platform.grammar, self.archive.settings
        found = slice_findings(grammar, log.pages.kind, self._reward(log), log.explored)
        believed = discoveries([one.p for one in found], self.how.rate)
        behind = [one for one, yes in zip(found, believed, strict=True) if yes]
        numbers = []
        for one in sorted(behind, key=lambda one: one.p)[: self.how.slices]:
            self.noticed.append(one.where)
            inside = log.only(grammar.inside(one.where, log.pages.kind))
            for patch in grammar.proposals(one.where):
                if not self.archive.failed(patch):
                    estimate = self._estimate((*settings, patch), inside)
                    if estimate.gain > 0:
                        share = one.pages / len(log.pages)
                        numbers.append(self.desk.put(patch, estimate, share))
        return numbers

    def _test_all(self, slate: Slate, log: PageLog) -> list[float]:
        """The gain of each patch that is adopted, 0 for the others.

        What shares pages with a patch just adopted waits: the log does not know those settings.
        """
        gains, changed = [], np.zeros(len(log.pages), dtype=bool)
        reasons = [""] * len(slate.videos[0]) if slate.reasons is None else slate.reasons[0]
        for number, why in zip(slate.videos[0], reasons, strict=True):
            patch = self.desk.patches[int(number)]
            inside = self.platform.grammar.inside(patch.where, log.pages.kind)
            waits = bool((inside & changed).any())
            gains.append(0.0 if waits else self._test(patch, log.only(inside), why))
            if gains[-1] > 0:
                changed |= inside
        return gains

    def _test(self, patch: Patch, log: PageLog, why: str) -> float:
        """Offline on pages by which nobody chose the patch, then on few; the gain if adopted."""
        how, settings = self.how, (*self.archive.settings, patch)
        estimate = self._estimate(settings, log)
        seen = {"gain": estimate.gain, "at least": estimate.low}
        if how.offline and estimate.low <= -how.margin:
            self.archive.write(patch, OFFLINE, f"{why} But the log can't rule out harm.", seen)
            return 0.0
        truth, verdict, gain = self._truth(settings, patch), ADOPT, estimate.gain
        if how.canary:
            canary = how.canary(
                float(self._reward(log).var()), how.effect, how.risk, how.cap, how.pairs
            )
            verdict = self._few_pages(canary, settings, patch)
            self.harm += max(-truth, 0.0) * canary.n
            gain = canary.gain
            seen |= {"canary": gain, "pairs": float(canary.n)}
        line = self.archive.write(patch, verdict, why, seen)
        if verdict != ADOPT:
            return 0.0
        self.truth[line.number] = truth
        return gain

    def _few_pages(self, canary: Canary, settings: Sequence[Patch], patch: Patch) -> str:
        verdict, platform = None, self.platform
        while verdict is None:
            arms = []
            for arm in (settings, self.archive.settings):
                pages = platform.pages(self.how.batch, self.rng, patch.where)
                arms.append(self._reward(platform.show(arm, pages, self.rng)))
            verdict = canary.watch(*arms)
        return verdict

    def _truth(self, settings: Sequence[Patch], patch: Patch) -> float:
        return self.platform.gain(settings, self.archive.settings, patch.where)

    def _reward(self, log: PageLog) -> Floats:
        return np.asarray(getattr(log, self.how.reward), dtype=float)

    def _estimate(self, settings: Sequence[Patch], log: PageLog) -> GainEstimate:
        new = self.platform.policy(settings, log.pages)[np.arange(len(log.pages)), log.chosen]
        most = LONGEST if self.how.reward == "minutes" else 1.0
        return estimate_gain(self._reward(log), new, log.chance, most=most, risk=self.how.risk)


def repaired(platform: PlantedPlatform, settings: Sequence[Patch]) -> Floats:
    """The share of what each defect costs in its slice that settings have won back: float[D]."""
    slices = [defect.where for defect in platform.defects]
    won = [platform.gain(settings, platform.opening, where) for where in slices]
    lost = [platform.gain((), platform.opening, where) for where in slices]
    return np.array(won) / np.array(lost)
