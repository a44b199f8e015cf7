"""Pick a clip and see its neighbours: by picture, by sound, by text, or by all together."""

from __future__ import annotations

import html
import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache

import ipywidgets as widgets
from PIL import Image

from mavrs_course.agents.video_understanding.vectors import Vectors
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.world.catalog import Catalog
from mavrs_course.world.clips import frames

NEIGHBOURS = 5
THUMBNAIL = 96  # pixels


class NeighbourExplorer(LessonWidget):
    """The videos nearest to one, as far as each sense can tell.

    catalog: the videos.  vectors: a name for each way of looking, such as ``"picture"``, and
    what it makes of the whole catalogue.  videos: which ones can be picked.
    The topic stands under each thumbnail for you to judge by; the vectors never saw it.
    """

    about = "Pick a clip, and see its neighbours by picture, sound and text."

    def __init__(
        self, catalog: Catalog, vectors: Mapping[str, Vectors], videos: Sequence[int]
    ) -> None:
        if not vectors or any(len(each) != len(catalog) for each in vectors.values()):
            raise ValueError("give at least one way of looking, with a vector for every video")
        self.catalog, self.vectors = catalog, dict(vectors)
        options = [(catalog.title(int(video)), int(video)) for video in videos]
        wide = widgets.Layout(width="98%", max_width="640px")
        self.pick = widgets.Dropdown(options=options, description="clip", layout=wide)
        self.by = widgets.ToggleButtons(options=list(self.vectors), description="nearest by")
        self.page = widgets.HTML()
        for control in (self.pick, self.by):
            control.observe(lambda _: self._draw(), names="value")
        super().__init__([self.pick, self.by, self.page])
        self._draw()

    @property
    def neighbours(self) -> list[int]:
        """The videos on show beside the one that was picked."""
        return self.vectors[self.by.value].nearest(self.pick.value, NEIGHBOURS).tolist()

    def _draw(self) -> None:
        picked, similarity = self.pick.value, self.vectors[self.by.value].similarity
        cosines = similarity(picked)
        cards = [self._card(picked, "your clip", same=True)]
        for video in self.neighbours:
            same = self.catalog.topic[video] == self.catalog.topic[picked]
            cards.append(self._card(video, f"cosine {cosines[video]:.2f}", same))
        self.page.value = (
            '<div style="display:flex;flex-wrap:wrap;gap:10px;line-height:1.25">'
            + "".join(cards)
            + "</div>"
        )

    def _card(self, video: int, note: str, same: bool) -> str:
        """A thumbnail with its topic, its title and a note; the same topic has a solid edge."""
        title = html.escape(self.catalog.title(video), quote=True)
        topic = self.catalog.topics[self.catalog.topic[video]]
        edge = "3px solid #0072B2" if same else "3px dashed #D55E00"
        mark = "✓" if same else "✗ another topic:"
        return (
            f'<div style="width:{THUMBNAIL + 22}px;font-size:12px">'
            f'<img alt="{title}" width="{THUMBNAIL}" style="border:{edge};border-radius:6px" '
            f'src="data:image/jpeg;base64,{self._thumbnail(video)}">'
            f"<div><b>{mark} {topic}</b></div><div>{note}</div><div>{title}</div></div>"
        )

    def _thumbnail(self, video: int) -> str:
        catalog = self.catalog
        about = int(catalog.looks[video]), float(catalog.quality[video])
        return _thumbnail(*about, int(catalog.style_seed[video]))


@cache
def _thumbnail(topic: int, quality: float, style_seed: int) -> str:
    """One frame as a JPEG in base64."""
    drawn = io.BytesIO()
    film = frames(topic, quality, style_seed, size=THUMBNAIL, seconds=1)
    Image.fromarray(film[len(film) // 2]).save(drawn, format="jpeg", quality=70)
    return b64encode(drawn.getvalue()).decode()
