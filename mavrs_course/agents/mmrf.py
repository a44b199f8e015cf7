"""MMRF rebuilt: one agent that wants watch time, and others that listen for likes and follows.

Each agent keeps a record of its own: the watch agent of what was shown and clicked, the like agent
of what was liked, the follow agent of who is followed.  From its record it makes, for each
candidate video, a thought ``h_i``, and listens to the thoughts of the others:

    attention_ij = softmax over j != i of (W_q h_i) . (W_k h_j) / sqrt(width)
    heard_i      = sum_j attention_ij W_v h_j

with the same ``W_q, W_k, W_v`` for all.  From ``h_i`` and ``heard_i`` it says what a click on the
video is worth to it over the rest of the session: minutes, likes or follows.  The watch agent also
says how strongly the video draws.  Its values decide the page, as in
:mod:`mavrs_course.agents.slateq`, with "no click" as one more candidate; but unlike there nobody
sees into the viewer's head.

The gradient of each agent's errors also flows through what it heard: so the like agent learns to
think what the watch agent needs to know.

Source: Zhou et al. 2024, "A model-based multi-agent personalized short-video recommender system"
(arXiv 2405.01847).  Kept: an agent for each kind of feedback, watch time as the main one,
attention between them with shared weights.  Left out: its feedback simulator against selection
bias.  Changed: values learned one video at a time (Ie et al. 2019) where it has actors and critics,
and records of their own where its agents share one state.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from mavrs_course.agents.baselines import page_scores
from mavrs_course.messages import Coordinator, Feedback, Floats, Ints, Opinion, Request
from mavrs_course.once import learns_once
from mavrs_course.progress import counting
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.platform import Platform
from mavrs_course.world.viewers import NO_CLICK_WEIGHT, START_BUDGET, spend

AGENTS = ("watch", "like", "follow")
MAIN = 0
ATTENTION, MEAN, ALONE, ONE = "attention", "mean", "alone", "one"


@dataclass(frozen=True)
class MMRFSettings:
    """How the agents learn, and how they listen.

    listens: ``"attention"``; ``"mean"``, to all others alike; ``"alone"``, to nobody; or ``"one"``,
    nobody again, but the watch agent is given everybody's records.  sees_quality: whether the
    catalogue tells them how good a video is.
    """

    listens: str = ATTENTION
    sees_quality: bool = True
    width: int = 32  # numbers in a thought
    learning_rate: float = 2e-3
    replay: int = 40_000  # pages that are remembered
    batch: int = 512  # pages that one update learns from
    first_update: int = 2_000  # pages seen before the first update
    slowness: float = 0.98  # of the target network: how much of it stays at each update
    explore_last: float = 0.05  # chance of a page at random, from 1 at first
    explore_pages: int = 60_000
    price: float = 1.4  # potential of a minute of budget, in minutes: shaping, nothing else
    units: tuple[float, ...] = (10.0, 5.0, 1.0)  # minutes, likes and follows that count as 1

    def __post_init__(self) -> None:
        if self.listens not in (ATTENTION, MEAN, ALONE, ONE):
            raise ValueError(
                f"agents listen with attention, to the mean, alone or as one; not {self.listens!r}"
            )


class PageRecords:
    """What the three agents have written down about each viewer, and how it looks to each.

    Rows are viewers, from 0 on; they are made when a viewer is met.  How often a creator is liked
    and followed is counted over all viewers.
    """

    SHARED, OWN = 3, (3, 3, 3)
    FEATURES = SHARED + sum(OWN)

    def __init__(self, catalog: Catalog, sees_quality: bool = True) -> None:
        self.catalog = catalog
        self.quality = catalog.quality * sees_quality
        self.creators = int(catalog.creator.max()) + 1
        empty = np.zeros((0, catalog.n_topics))
        self._counts = {name: empty for name in ("shown", "clicked", "liked")}
        self.follows = np.zeros((0, self.creators), dtype=bool)
        self.budget = np.zeros(0)
        # Of each creator, over all viewers: clicks, likes, follows.
        self.reception = np.zeros((3, self.creators))

    def meet(self, viewers: Ints) -> None:
        """Make room for viewers who were not met before."""
        more = int(viewers.max(initial=-1)) + 1 - len(self.budget)
        if more <= 0:
            return
        blank = np.zeros((more, self.catalog.n_topics))
        self._counts = {name: np.vstack([held, blank]) for name, held in self._counts.items()}
        self.follows = np.vstack([self.follows, np.zeros((more, self.creators), dtype=bool)])
        self.budget = np.append(self.budget, np.full(more, START_BUDGET))

    def look(self, request: Request) -> Floats:
        """float[B, C + 1, 12]: each candidate, and last "no click", as the records tell of it.

        First what everybody sees: quality, budget left, whether this is "no click".  Then three
        figures each that the watch, the like and the follow agent see.
        """
        self.meet(request.viewers)
        viewers, videos = request.viewers[:, None], request.candidates
        topics, creators = self.catalog.topic[videos], self.catalog.creator[videos]
        shown, clicked, liked = (c[viewers, topics] for c in self._counts.values())
        all_shown, all_clicked, _ = (c[viewers].sum(axis=2) for c in self._counts.values())
        clicks, likes, follows = self.reception[:, creators]
        overall = np.broadcast_to((all_clicked + 1.0) / (all_shown + 4.0), videos.shape)
        seen = [
            self.quality[videos] / 3.0,
            np.broadcast_to(self.budget[viewers] / START_BUDGET, videos.shape),
            np.zeros(videos.shape),
            (clicked + 4.0 * overall) / (shown + 4.0),
            shown / (shown + 4.0),
            overall,
            (liked + 1.0) / (clicked + 3.0),
            clicked / (clicked + 3.0),
            (likes + 1.0) / (clicks + 3.0),
            self.follows[viewers, creators],
            5.0 * (follows + 0.1) / (clicks + 3.0),
            np.broadcast_to(self.follows[viewers[:, 0]].sum(axis=1)[:, None] / 5.0, videos.shape),
        ]
        features = np.stack(seen, axis=2)
        nothing = np.zeros_like(features[:, :1])
        for of_the_viewer in (1, 5, 11):
            nothing[..., of_the_viewer] = features[:, :1, of_the_viewer]
        nothing[..., 2] = 1.0
        return np.concatenate([features, nothing], axis=1).astype(np.float32)

    def write(self, feedback: Feedback) -> None:
        """Each agent writes down what concerns it; the clock is everybody's."""
        rows = np.flatnonzero(feedback.active)
        viewers, videos = feedback.request.viewers[rows], feedback.slate.videos[rows]
        self.meet(feedback.request.viewers)
        np.add.at(self._counts["shown"], (viewers[:, None], self.catalog.topic[videos]), 1.0)
        video = feedback.clicked_video[rows]
        clicked, liked, followed = video >= 0, feedback.liked[rows], feedback.followed[rows]
        for name, happened in (("clicked", clicked), ("liked", liked)):
            topic = self.catalog.topic[video[happened]]
            np.add.at(self._counts[name], (viewers[happened], topic), 1.0)
        for count, happened in zip(self.reception, (clicked, liked, followed), strict=True):
            np.add.at(count, self.catalog.creator[video[happened]], 1.0)
        self.follows[viewers[followed], self.catalog.creator[video[followed]]] = True
        quality, minutes = self.catalog.quality[video], self.catalog.minutes[video]
        _, self.budget[viewers] = spend(self.budget[viewers], clicked, quality, minutes)


class ListeningAgents(nn.Module):
    """The networks of all agents: from records to values, attraction and attention."""

    def __init__(self, settings: MMRFSettings) -> None:
        super().__init__()
        self.listens, width = settings.listens, settings.width
        bounds = np.cumsum([PageRecords.SHARED, *PageRecords.OWN])
        shared, everything = list(range(PageRecords.SHARED)), list(range(PageRecords.FEATURES))
        self.columns = [shared + list(range(start, end)) for start, end in pairwise(bounds)]
        if self.listens == ONE:
            self.columns[MAIN] = everything
        self.think = nn.ModuleList(
            nn.Sequential(
                nn.Linear(len(seen), width), nn.ReLU(), nn.Linear(width, width), nn.Tanh()
            )
            for seen in self.columns
        )
        self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.judge = nn.ModuleList(
            nn.Sequential(
                nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1 + (agent == MAIN))
            )
            for agent in range(len(AGENTS))
        )

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """seen [..., 12] -> values [..., 3], attraction [...], attention [..., 3, 3].

        attention[i, j]: how much agent i listens to j; rows sum to 1, or are 0 where nobody
        listens.
        """
        each = zip(self.think, self.columns, strict=True)
        thoughts = torch.stack([think(seen[..., own]) for think, own in each], dim=-2)
        attention = self.attention(thoughts)
        heard = attention @ self.value(thoughts)
        both = torch.cat([thoughts, heard], dim=-1)
        said = [judge(both[..., agent, :]) for agent, judge in enumerate(self.judge)]
        values = torch.cat([each[..., :1] for each in said], dim=-1)
        return values, nn.functional.softplus(said[MAIN][..., 1]), attention

    def attention(self, thoughts: Tensor) -> Tensor:
        """Who listens to whom: [..., 3, 3], for thoughts [..., 3, width]."""
        agents = thoughts.shape[-2]
        shape = (*thoughts.shape[:-1], agents)
        if self.listens in (ALONE, ONE):
            return thoughts.new_zeros(shape)
        itself = torch.eye(agents, dtype=torch.bool)
        if self.listens == MEAN:
            return (~itself / (agents - 1.0)).expand(shape)
        match = self.query(thoughts) @ self.key(thoughts).transpose(-1, -2)
        match = match / thoughts.shape[-1] ** 0.5
        return match.masked_fill(itself, -torch.inf).softmax(dim=-1)


@dataclass
class PageSeen:
    """The note on pages: for whom, of which candidates, what was ``seen`` float[B, C + 1, 12] of
    them, and, as soon as it is known, what became of them and what was seen at the next pages."""

    request: Request
    seen: Floats
    page: dict[str, np.ndarray] | None = None
    after: Floats | None = None


class MMRFAgent:
    """Three agents that learn together, and speak with the voice of the main one.

    While ``learning`` it explores and updates; set it to False to measure what it has learned.
    ``pages`` counts what it learned from.
    """

    name = "mmrf"

    def __init__(
        self,
        catalog: Catalog,
        settings: MMRFSettings | None = None,
        *,
        rng: np.random.Generator,
    ) -> None:
        self.catalog, self.settings, self.rng = catalog, settings or MMRFSettings(), rng
        self.records = PageRecords(catalog, self.settings.sees_quality)
        self.learning, self.pages = True, 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            self.agents = ListeningAgents(self.settings)
        self.slow_agents = deepcopy(self.agents).requires_grad_(False)
        self.optimiser = torch.optim.Adam(self.agents.parameters(), self.settings.learning_rate)
        self._replay: dict[str, np.ndarray] = {}
        self._latest: PageSeen | None = None  # until what came after it is seen

    def opine(self, request: Request) -> Opinion:
        """The videos that make the main agent's best page score highest."""
        scores, note = self.scores_of(MAIN, request)
        return Opinion(self.name, scores, np.full(len(request), 1.0 - self._exploring()), memo=note)

    def scores_of(self, agent: int, request: Request) -> tuple[Floats, PageSeen]:
        """What each candidate adds to the page, in the eyes of one agent, float[B, C]; a note."""
        seen = self.records.look(request)
        note = self._note(request, seen) if self.learning else PageSeen(request, seen)
        scores = self._page_scores(seen, agent, request.slots)
        if self.learning:
            explores = self.rng.random(len(request)) < self._exploring()
            scores[explores] = self.rng.random((int(explores.sum()), scores.shape[1]))
        return scores, note

    def _exploring(self) -> float:
        if not self.learning:
            return 0.0
        part = min(self.pages / self.settings.explore_pages, 1.0)
        return 1.0 + part * (self.settings.explore_last - 1.0)

    @torch.no_grad()
    def _page_scores(self, seen: Floats, agent: int, slots: int) -> Floats:
        values, attraction, _ = self.agents(torch.from_numpy(seen))
        worth = values[..., agent].double().numpy()
        weights = attraction[:, :-1].double().numpy()
        return page_scores(weights, worth[:, :-1], worth[:, -1:], slots)

    @torch.no_grad()
    def attention(self, request: Request) -> Floats:
        """How much each agent listens to each, for each candidate: float[B, C, 3, 3]."""
        return self.agents(torch.from_numpy(self.records.look(request)))[2][:, :-1].numpy()

    @learns_once
    def learn(self, feedback: Feedback) -> None:
        """Write down what happened and, while learning, keep it and update once."""
        viewers = feedback.request.viewers
        self.records.meet(viewers)
        before = self.records.budget[viewers]
        self.records.write(feedback)
        note = feedback.slate.memo
        if not self.learning:
            self._latest = None
        if not self.learning or not isinstance(note, PageSeen):
            return
        note.page = self._page(feedback, note, before - self.records.budget[viewers])
        self._remember(note)
        if self.pages >= self.settings.first_update:
            self._update()

    def _page(self, feedback: Feedback, note: PageSeen, spent: Floats) -> dict[str, np.ndarray]:
        """What a page was, all but what came after it: the videos shown and, last, no click."""
        seen, slots = note.seen, feedback.slate.videos.shape[1]
        rows = np.arange(len(seen))[:, None]
        columns = self.columns_shown(feedback, note.request)
        minutes = feedback.watch_minutes - self.settings.price * spent
        rewards = np.stack([minutes, feedback.liked, feedback.followed], axis=1)
        left = self.records.budget[feedback.request.viewers]
        return {
            "seen": seen[rows, columns],
            "happened": np.where(feedback.clicked >= 0, feedback.clicked, slots),
            "rewards": (rewards / self.settings.units).astype(np.float32),
            "goes_on": left > 0,
            "active": feedback.active,
        }

    @staticmethod
    def columns_shown(feedback: Feedback, request: Request) -> Ints:
        """Which candidate stood in each slot and, last, the column of no click: int[B, K + 1]."""
        shown = feedback.slate.videos[:, :, None] == request.candidates[:, None, :]
        nothing = np.full((len(request), 1), request.candidates.shape[1])
        return np.concatenate([shown.argmax(axis=2), nothing], axis=1)

    def _note(self, request: Request, seen: Floats) -> PageSeen:
        """The note on a request; what is seen now came after the pages before."""
        before, self._latest = self._latest, PageSeen(request, seen)
        if before is None or not np.array_equal(before.request.viewers, request.viewers):
            return self._latest
        if before.page is None and np.array_equal(before.request.candidates, request.candidates):
            self._latest = before  # asked again about the same page, as by another voice
            return before
        before.after = seen
        self._remember(before)
        return self._latest

    def _remember(self, note: PageSeen) -> None:
        """Keep a page that is complete: what became of it and what came after it are known."""
        if note.page is None or note.after is None:
            return
        rows = np.flatnonzero(note.page["active"])
        page = {name: v[rows] for name, v in note.page.items() if name != "active"}
        page["after"] = note.after[rows]
        shapes = {name: held.shape[1:] for name, held in self._replay.items()}
        if shapes and shapes != {name: values.shape[1:] for name, values in page.items()}:
            return  # pages of another size: one memory holds one size
        if not self._replay:
            size = self.settings.replay
            self._replay = {n: np.zeros((size, *v.shape[1:]), v.dtype) for n, v in page.items()}
        place = (self.pages + np.arange(len(rows))) % self.settings.replay
        for name, values in page.items():
            self._replay[name][place] = values
        self.pages += len(rows)

    def _update(self) -> None:
        settings = self.settings
        rows = self.rng.integers(min(self.pages, settings.replay), size=settings.batch)
        page = {name: torch.from_numpy(held[rows]) for name, held in self._replay.items()}
        values, attraction, _ = self.agents(page["seen"])
        happened = page["happened"][:, None]
        said = values.gather(1, happened[..., None].expand(-1, -1, len(AGENTS)))[:, 0]
        error = nn.functional.smooth_l1_loss(said, self._targets(page))
        weights = _with_silence(attraction)
        chance = weights.gather(1, happened)[:, 0] / weights.sum(dim=1)
        loss = len(AGENTS) * error - chance.clamp(min=1e-6).log().mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            for slow, fast in zip(
                self.slow_agents.parameters(), self.agents.parameters(), strict=True
            ):
                slow.lerp_(fast, 1.0 - settings.slowness)

    @torch.no_grad()
    def _targets(self, page: dict[str, Tensor]) -> Tensor:
        """What the page brought each agent, and what the main agent's next page will: [B, 3]."""
        values, attraction, _ = self.slow_agents(page["after"])
        worth, slots = values[..., MAIN].double().numpy(), page["seen"].shape[1] - 1
        drawn = attraction[:, :-1].double().numpy()
        scores = torch.from_numpy(page_scores(drawn, worth[:, :-1], worth[:, -1:], slots))
        best = scores.topk(slots, dim=1).indices
        columns = torch.cat([best, torch.full_like(best[:, :1], values.shape[1] - 1)], dim=1)
        weights = _with_silence(attraction.gather(1, columns))
        following = values.gather(1, columns[..., None].expand(-1, -1, len(AGENTS)))
        expected = (weights[..., None] * following).sum(dim=1) / weights.sum(dim=1, keepdim=True)
        return page["rewards"] + page["goes_on"][:, None] * expected


def _with_silence(attraction: Tensor) -> Tensor:
    """The weights of the videos of a page and, in the last place, that of no click."""
    silence = torch.full_like(attraction[:, -1:], NO_CLICK_WEIGHT)
    return torch.cat([attraction[:, :-1], silence], dim=1)


class Voice:
    """One of the three agents speaking for itself; it learns where they all learn.

    name: one of :data:`AGENTS`.
    """

    def __init__(self, mmrf: MMRFAgent, name: str) -> None:
        self.mmrf, self.name, self.number = mmrf, name, AGENTS.index(name)

    def opine(self, request: Request) -> Opinion:
        scores, note = self.mmrf.scores_of(self.number, request)
        return Opinion(self.name, scores, np.ones(len(request)), memo=note)

    def learn(self, feedback: Feedback) -> None:
        self.mmrf.learn(feedback)


def train_mmrf(
    platform: Platform, coordinator: Coordinator, pages: int, sessions: int = 512
) -> None:
    """Let an :class:`MMRFAgent` fill pages until it has learned from so many.

    coordinator: one that lets it decide, such as ``SingleAgent(agent)``.  It starts over with
    ``sessions`` new viewers when fewer than a third are left; values stand for what it then does
    not see to the end.
    """
    (agent,) = coordinator.agents
    if not isinstance(agent, MMRFAgent):
        raise TypeError(f"{agent.name} is no MMRFAgent: nothing of it can be trained")
    with counting("pages", pages, agent.pages) as part:
        while agent.pages < pages:
            if not len(platform.viewers) or platform.active.mean() < 1 / 3:
                platform.reset(sessions)
            coordinator.learn(platform.show(coordinator.recommend(platform.request)))
            part.done = agent.pages


@torch.no_grad()
def surprise(agent: MMRFAgent, seen: Floats, feedback: Feedback) -> float:
    """How unexpected the viewers' choices were, summed over pages: nats, 0 if all was foreseen.

    seen: what :meth:`Records.look` gave before the page.  Less is better knowledge of tastes.
    """
    _, attraction, _ = agent.agents(torch.from_numpy(seen))
    page = agent.columns_shown(feedback, feedback.request)
    weights = _with_silence(attraction.gather(1, torch.from_numpy(page))).numpy()
    happened = np.where(feedback.clicked >= 0, feedback.clicked, page.shape[1] - 1)
    chance = weights[np.arange(len(weights)), happened] / weights.sum(axis=1)
    return float(-np.log(chance[feedback.active]).sum())


MAKERS = {"mmrf": lambda world, rng: MMRFAgent(world.catalog, rng=rng)}
