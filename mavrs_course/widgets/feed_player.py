"""Be the viewer: a phone with a feed of small videos, and what each agent makes of you."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import anywidget
import numpy as np
import pandas as pd
import traitlets
from PIL import Image

from mavrs_course.messages import Agent, Coordinator
from mavrs_course.widgets.base import without_kernel
from mavrs_course.widgets.feed import Feed, FeedWish, simple_feed
from mavrs_course.widgets.still import image_of
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.clips import frames, write_clip

CLIP_SECONDS = 5.0
CLIP_SIZE = 192


class FeedPlayer(anywidget.AnyWidget):
    """A phone that plays one video after another, beside agents that learn from what you do.

    The coordinator picks each video; the panel shows what each of its agents would pick next,
    and why.  A clip lasts five seconds and stands for the minutes of the video in the catalogue.
    Half a clip, or a like, counts as a click.  If an agent has an ``interest`` float[U, 20], it
    is drawn as the picture of you.

    Without a catalogue and a coordinator it is a :func:`~mavrs_course.widgets.feed.simple_feed`.
    ``rng`` draws the candidates.  Agents are asked several times a page: bring quick ones.

    Everything works without a browser too: :meth:`watch`, :meth:`like`, :meth:`skip`, then
    :attr:`history`, :attr:`picture`, :attr:`agents`.
    """

    _esm = Path(__file__).with_name("feed_player.js")
    _css = Path(__file__).with_name("feed_player.css")

    page = traitlets.Dict(help="what is on show, in words and numbers").tag(sync=True)
    clip = traitlets.Bytes(help="the mp4 of a video").tag(sync=True)
    clip_page = traitlets.Int(help="the number of the page that the clip is for").tag(sync=True)

    def __init__(
        self,
        catalog: Catalog | None = None,
        coordinator: Coordinator | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        rng = np.random.default_rng(0) if rng is None else rng
        if (catalog is None) != (coordinator is None):
            raise ValueError("a FeedPlayer takes a catalogue and a coordinator, or neither")
        self.feed = simple_feed(rng) if catalog is None else Feed(catalog, coordinator, rng)
        self._studio = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clips")
        self._clips: dict[int, Future[bytes]] = {}
        self._has_audience = False
        self._draw()
        self.on_msg(self._receive)

    @property
    def agents(self) -> Sequence[Agent]:
        """The agents, to look into."""
        return self.feed.agents

    @property
    def history(self) -> pd.DataFrame:
        """What you were shown and did, oldest first; the video on show is not yet in it."""
        return self.feed.history

    @property
    def picture(self) -> pd.Series | None:
        """The interest by topic that an agent believes you have, in [-1, 1]; None if none does."""
        return self.feed.picture

    def watch(self) -> None:
        """Watch the video on show to its end."""
        self._leave(share=1.0)

    def skip(self, share: float = 0.2) -> None:
        """Leave the video on show after a share of it."""
        self._leave(share)

    def like(self, share: float = 0.2) -> None:
        """Like the video on show after a share of it; it plays on."""
        self.feed.like(share)
        self._draw()

    def listen_to(self, agent: str, weight: float) -> None:
        """Let an agent count more or less: its weight in the coordinator's average."""
        weights = self.feed.coordinator.weights
        if agent not in weights:
            raise ValueError(f"no agent is called {agent!r}; there are: {', '.join(weights)}")
        if not 0 <= weight < np.inf:
            raise ValueError(f"a voice is a number from 0 up, not {weight}")
        weights[agent] = float(weight)
        self.feed.said = f"{agent.capitalize()} now has a voice of {weight:.1f}."
        self.feed.think_again()
        self._draw()

    def _leave(self, share: float) -> None:
        self.feed.leave(share)
        self._draw()

    def _draw(self) -> None:
        """Send what there is to see; the clip too, if anybody is looking."""
        feed, catalog = self.feed, self.feed.catalog
        self.page = {
            "number": feed.pages,
            "title": catalog.title(feed.video),
            "creator": catalog.creator_name(feed.video),
            "topic": catalog.topics[catalog.topic[feed.video]],
            "minutes": float(catalog.minutes[feed.video]),
            "why": feed.why,
            "liked": feed.liked,
            "said": feed.said,
            "wishes": [self._wish(wish) for wish in feed.wishes],
            "picture": self._bars(),
        }
        if self._has_audience:
            self._play()

    def _wish(self, wish: FeedWish) -> dict:
        title = "" if wish.video is None else self.feed.catalog.title(wish.video)
        return {
            "agent": wish.agent,
            "title": title,
            "reason": wish.reason,
            "confidence": wish.confidence,
            "voice": getattr(self.feed.coordinator, "weights", {}).get(wish.agent),
            "is_next": wish.video == int(self.feed.next.videos[0, 0]),
        }

    def _bars(self) -> list[dict]:
        if self.picture is None:
            return []
        return [
            {"topic": topic, "now": float(now), "before": float(before)}
            for topic, now, before in zip(
                self.feed.catalog.topics, self.picture, self.feed.picture_before, strict=True
            )
        ]

    def _play(self) -> None:
        """Send the clip on show, and have the next one ready, whichever way this one ends."""
        if self.clip_page != self.feed.pages:
            with self.hold_sync():
                self.clip = self._filmed(self.feed.video).result()
                self.clip_page = self.feed.pages
        ahead = {self.feed.video, self.feed.would_follow(0.0), self.feed.would_follow(1.0)}
        self._clips = {video: self._filmed(video) for video in ahead}

    def _filmed(self, video: int) -> Future[bytes]:
        """The clip of a video, now or soon."""
        if video not in self._clips:
            film = partial(write_clip, seconds=CLIP_SECONDS, size=CLIP_SIZE)
            self._clips[video] = self._studio.submit(film, self.feed.catalog, video)
        return self._clips[video]

    def _receive(self, _, content: dict, buffers: list) -> None:
        """What a browser says: that it is there, or what its viewer did on which page."""
        if content["action"] == "hello":
            self._has_audience = True
            self._play()
        elif content["action"] == "voice":
            self.listen_to(content["agent"], content["weight"])
        elif content["page"] != self.feed.pages:
            return  # a second press, which met the new page on its way
        elif content["action"] == "like":
            self.like(content["share"])
        elif content["action"] == "leave":
            self._leave(content["share"])

    def __repr__(self) -> str:
        """What readers see who have no kernel, on GitHub for instance."""
        page = self.page
        lines = [
            "FeedPlayer: a feed of small videos that adapts to you. Run it in JupyterLab.",
            f"On show: “{page['title']}” by {page['creator']} ({page['topic']}). {page['why']}",
        ]
        for wish in page["wishes"]:
            would = f"would show “{wish['title']}” next" if wish["title"] else "has no wish yet"
            lines.append(f"- {wish['agent']} {would}. {wish['reason']}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        """The live player, and for all who can't show one a frame of the clip and its words."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        about, *lines = repr(self).splitlines()
        image = still_of(self.feed.catalog, self.feed.video, self.page["title"])
        words = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        return data | without_kernel(image + words, about, repr(self)), metadata


def still_of(catalog: Catalog, video: int, title: str) -> str:
    """The middle frame of a clip as an HTML image."""
    about = int(catalog.topic[video]), float(catalog.quality[video])
    film = frames(*about, int(catalog.style_seed[video]), size=CLIP_SIZE, seconds=1)
    drawn = io.BytesIO()
    Image.fromarray(film[len(film) // 2]).quantize(64).save(drawn, format="png", optimize=True)
    return image_of(drawn.getvalue(), f"A frame of the clip “{title}”")
