"""The memory agent: it remembers viewers, and says what it remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mavrs_course.agents.memory.episodes import EMPTY, PAPERS_WEIGHTS, EpisodicMemory, Weights
from mavrs_course.agents.memory.profile import CLICKED, SHOWN, TwoScaleProfile
from mavrs_course.agents.memory.store import Episode, MemoryStore, StoreError
from mavrs_course.messages import Feedback, Floats, Ints, Opinion, Request
from mavrs_course.once import learns_once
from mavrs_course.rows import with_room
from mavrs_course.words import capitalised

Indices = Sequence[int] | Ints

if TYPE_CHECKING:
    from mavrs_course.world.catalog import Catalog


class MemoryAgent:
    """Expects clicks from what a viewer did lately, likes in the long run, and remembers.

    score = expected clicks a show of the candidate's topic, from a :class:`TwoScaleProfile`, plus
    ``nudge`` times what the recalled episodes say for it, as a share of the most that they say
    for any candidate.  Time is counted in pages of each viewer.  Call :meth:`rest` overnight.

    vectors: float[V, D], what each video is like (lesson 03 learns such); topics by default.
    store: where memories are kept for good; what it holds is remembered at once, and a store
    about another catalogue is a :class:`StoreError`.  What the store does not take is a
    ``StoreError`` too; the agent remembers it even so, and the next call writes it with the rest.
    Its confidence is ``n / (n + 5)``, n being the shows that speak about its first choice's topic.
    """

    name = "memory"
    recalled = 10

    def __init__(
        self,
        catalog: Catalog,
        *,
        profile: TwoScaleProfile | None = None,
        vectors: Floats | None = None,
        weights: Weights = PAPERS_WEIGHTS,
        capacity: int = 64,
        decay: float = 0.98,
        nudge: float = 0.02,
        store: MemoryStore | None = None,
    ) -> None:
        self.catalog, self.weights, self.nudge, self.store = catalog, weights, nudge, store
        self.profile = TwoScaleProfile(catalog.n_topics) if profile is None else profile
        vectors = np.eye(catalog.n_topics)[catalog.topic] if vectors is None else vectors
        if len(vectors) != len(catalog):
            raise ValueError(f"{len(vectors)} vectors for {len(catalog)} videos: give one for each")
        self.episodes = EpisodicMemory(vectors, capacity=capacity, decay=decay)
        self.pages = np.zeros(0, dtype=np.int64)
        self._unsaved: tuple[set[int], set[tuple[int, int]]] = set(), set()  # viewers, their slots
        if store is not None:
            self._remember_all(store)

    def _meet(self, viewers: Ints) -> None:
        self.pages = with_room(self.pages, viewers)
        self.profile.meet(viewers)
        self.episodes.meet(viewers)

    def _remember_all(self, store: MemoryStore) -> None:
        self._meet(store.viewers())
        for viewer, pages, evidence in store.profiles():
            shape = (2, *self.profile.short.shape[1:])
            if evidence.size != np.prod(shape):
                there = f"a profile of {evidence.size} numbers, and here it has {np.prod(shape)}"
                raise _another_catalogue(store, there)
            self.pages[viewer] = pages
            parts = evidence.reshape(shape)
            self.profile.short[viewer], self.profile.long[viewer] = parts
        kept = store.episodes()
        for episode in kept:
            known = 0 <= episode.video < len(self.catalog)
            title = self.catalog.title(episode.video) if known else None
            if title != episode.title:
                here = f"“{title}”" if known else "missing"
                told = f"video {episode.video} is “{episode.title}” there and {here} here"
                raise _another_catalogue(store, told)
        if kept and max(episode.slot for episode in kept) >= self.episodes.capacity:
            raise StoreError(
                f"{store.path.name} was written by an agent with room for more episodes than "
                f"{self.episodes.capacity} a viewer; make this one with a larger capacity"
            )
        if kept:
            viewers, slots, videos, _, pages_then, importance = (
                np.array(column) for column in zip(*kept, strict=True)
            )
            self.episodes.put(viewers, slots, videos, pages_then, importance)

    def opine(self, request: Request) -> Opinion:
        viewers, candidates = request.viewers, request.candidates
        self._meet(viewers)
        topics = self.catalog.topic[candidates]
        rate = np.take_along_axis(self.profile.rate(viewers), topics, axis=1)
        support = self.support(viewers, candidates)
        most = support.max(axis=1, keepdims=True)
        scores = rate + self.nudge * support / np.where(most > 0, most, 1.0)
        first = candidates[np.arange(len(viewers)), scores.argmax(axis=1)]
        seen = self._evidence(viewers, self.catalog.topic[first])[:, :, SHOWN].sum(axis=1)
        return Opinion(self.name, scores, seen / (seen + 5.0), self._reasons(viewers, first))

    def support(self, viewers: Ints, candidates: Ints) -> Floats:
        """What recalled episodes say for each candidate: float[B, C]."""
        now = self.pages[viewers]
        return self.episodes.support(viewers, candidates, now, self.recalled, self.weights)

    def _evidence(self, viewers: Ints, topics: Ints) -> Floats:
        """[B, 2 (lately, long term), 2 (clicked, shown)]."""
        parts = (self.profile.short, self.profile.long)
        return np.stack([part[viewers, :, topics] for part in parts], axis=1)

    def _reasons(self, viewers: Ints, first: Ints) -> list[str]:
        topics = self.catalog.topic[first]
        evidence = self._evidence(viewers, topics)
        rates = self.profile.rate(viewers)[np.arange(len(viewers)), topics]
        queries = self.episodes.directions[first]
        now = self.pages[viewers]
        memory = self.episodes.recall(viewers, queries, now, 1, weights=self.weights)
        ages = now - self.episodes.times[viewers, memory.slots[:, 0]]
        same = self.catalog.topic[memory.videos[:, 0]] == topics
        shown = np.where((memory.videos[:, 0] != EMPTY) & same, memory.videos[:, 0], EMPTY)
        rows = zip(topics, evidence, rates, shown, ages, strict=True)
        return [self._reason(*row) for row in rows]

    def _reason(self, topic: int, evidence: Floats, rate: float, video: int, age: float) -> str:
        label = self.catalog.topics[topic]
        label = capitalised(label)
        (lately, long_term), total = evidence, evidence[:, SHOWN].sum()
        if total < 0.05:
            return f"{label}: I remember nothing about you and this topic, so this is a guess."
        said = (
            f"{label}: lately you clicked {lately[CLICKED]:.1f} of {lately[SHOWN]:.1f} shown, in "
            f"the long run {long_term[CLICKED]:.1f} of {long_term[SHOWN]:.1f} (old ones fade), so "
            f"I expect a click on {rate:.0%} of shows."
        )
        if video == EMPTY:
            return said
        return f"{said} You watched “{self.catalog.title(video)}” {age:.0f} pages ago."

    def learn(self, feedback: Feedback) -> None:
        """Remember a page, once, and write down whatever is not in the store yet."""
        self._remember(feedback)
        self.save()

    @learns_once
    def _remember(self, feedback: Feedback) -> None:
        request = feedback.request
        rows = np.flatnonzero(feedback.active)
        viewers, videos = request.viewers[rows], feedback.slate.videos[rows]
        self._meet(viewers)
        clicked = feedback.clicked[rows, None] == np.arange(videos.shape[1])
        np.add.at(self.pages, viewers, 1)
        watched = feedback.clicked[rows] >= 0
        # Watched counts once, liked twice, followed too three times; all that a page tells us.
        importance = 1.0 + feedback.liked[rows] + feedback.followed[rows]
        self.profile.learn(viewers, self.catalog.topic[videos], clicked)
        who, what = viewers[watched], feedback.clicked_video[rows][watched]
        slots = self.episodes.add(who, what, self.pages[who], importance[watched])
        self._note(viewers, who, slots)

    def rest(self, viewers: Ints | None = None, *, keep: int | None = None) -> None:
        """A night passes: consolidate what is fresh, and forget all but ``keep`` episodes.

        viewers: int[N], everybody it knows by default.  keep: by default three quarters of the
        capacity.
        """
        viewers = np.flatnonzero(self.pages) if viewers is None else np.asarray(viewers)
        self._meet(viewers)
        self.profile.rest(viewers)
        keep = self.episodes.capacity * 3 // 4 if keep is None else keep
        forgotten = self.episodes.fade(viewers, self.pages[viewers], keep)
        self.save(viewers, *forgotten)

    def _note(self, viewers: Indices, who: Indices = (), slots: Indices = ()) -> None:
        """These profiles, and these slots of ``who``, are not in the store as they are here."""
        if self.store is None:
            return
        profiles, places = self._unsaved
        profiles.update(map(int, viewers))
        places.update((int(viewer), int(slot)) for viewer, slot in zip(who, slots, strict=True))

    def save(self, viewers: Indices = (), who: Indices = (), slots: Indices = ()) -> None:
        """Put the profiles of ``viewers``, and these slots of ``who``, into the store, if any.

        With them goes whatever an earlier call could not write.
        """
        self._note(viewers, who, slots)
        profiles, places = self._unsaved
        if self.store is None or not (profiles or places):
            return
        rows = np.array(sorted(profiles), dtype=np.int64)
        evidence = np.stack([self.profile.short[rows], self.profile.long[rows]], axis=1)
        held = [place for place in sorted(places) if self.episodes.videos[place] != EMPTY]
        empty = [place for place in sorted(places) if self.episodes.videos[place] == EMPTY]
        episodes = [self._episode(*place) for place in held]
        self.store.save(rows, self.pages[rows], evidence, episodes, empty=empty)
        self._unsaved = set(), set()

    def episodes_of(self, viewer: int) -> list[Episode]:
        """What it remembers that a viewer watched, oldest first."""
        slots = np.flatnonzero(self.episodes.videos[viewer] != EMPTY)
        return sorted((self._episode(viewer, int(slot)) for slot in slots), key=lambda e: e.page)

    def _episode(self, viewer: int, slot: int) -> Episode:
        memory, video = self.episodes, int(self.episodes.videos[viewer, slot])
        time, importance = memory.times[viewer, slot], memory.importance[viewer, slot]
        title = self.catalog.title(video)
        return Episode(int(viewer), int(slot), video, title, float(time), float(importance))

    def forget(self, viewer: int, video: int) -> None:
        """Forget that a viewer watched a video, here and in the store."""
        self.save((), *self.episodes.forget(viewer, video))
        if self.store is not None:
            self.store.scrub()

    def erase(self, viewer: int) -> None:
        """Leave nothing of a viewer, here and in the store."""
        self.pages[viewer] = 0
        self.profile.forget(viewer)
        self.episodes.forget(viewer)
        profiles, places = self._unsaved
        others = {(who, slot) for who, slot in places if who != viewer}
        self._unsaved = profiles - {viewer}, others
        if self.store is not None:
            self.store.erase(viewer)


def _another_catalogue(store: MemoryStore, told: str) -> StoreError:
    return StoreError(
        f"{store.path.name} is about another catalogue: {told}; give the agent the catalogue that "
        "the file was written with, or a new file"
    )


MAKERS = {"memory": lambda world, rng: MemoryAgent(world.catalog)}
