"""Eight peers on a graph: send one home, cut the network, add a liar, and see the pages change."""

from __future__ import annotations

import ipywidgets as widgets
import networkx as nx
import numpy as np

from mavrs_course.coordination.peer_to_peer import averaging, topologies, trimming
from mavrs_course.messages import Floats, Ints
from mavrs_course.plots import (
    BLUE,
    CARD,
    FADED,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    ink_on,
)
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.world.catalog import Catalog

PEERS, CANDIDATES, SLOTS = 8, 6, 3
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, "#8C6BB1", "#7F7F00", "#444444")
SHAPES = ("ring", "line", "tree", "grid", "small world", "complete")
LIAR = 0
SIZE, RADIUS = 300, 110  # pixels: the picture of the graph, and of the circle on it
WIDE, HIGH, LEFT = 300, 190, 44  # pixels: the curve of the disagreement, and its margin


class PeerTable(LessonWidget):
    """Each peer saw six videos through its own noise, and shows the three it then believes in.

    ``shape`` is who talks to whom, ``rounds`` how often.  A button sends its peer home and calls
    it back; ``cut`` breaks all links between peers 0 to 3 and 4 to 7; with ``lie`` peer 0 repeats
    the opposite of the truth in every round; ``trim`` values are left out at either end.
    Peers of one colour show the same page.
    """

    about = "Break links, send peers home, add a liar."

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.topics = rng.choice(len(Catalog.topics), CANDIDATES, replace=False)
        self.truth = rng.permutation(np.linspace(0.0, 1.0, CANDIDATES))
        self.seen = self.truth + 0.35 * rng.standard_normal((PEERS, CANDIDATES))
        self.shape = widgets.Dropdown(options=SHAPES, description="shape")
        self.rounds = widgets.IntSlider(0, min=0, max=30, description="rounds")
        self.trim = widgets.IntSlider(0, min=0, max=2, description="trim")
        narrow = widgets.Layout(width="92px")
        self.at_home = [
            widgets.ToggleButton(value=True, description=f"peer {peer}", layout=narrow)
            for peer in range(PEERS)
        ]
        self.cut = widgets.ToggleButton(description="cut in two", layout=narrow)
        self.lie = widgets.ToggleButton(description="peer 0 lies", layout=narrow)
        self.picture, self.curve, self.text = widgets.HTML(), widgets.HTML(), widgets.HTML()
        controls = (self.shape, self.rounds, self.trim, self.cut, self.lie, *self.at_home)
        for control in controls:
            control.observe(lambda _: self._talk(), names="value")
        super().__init__(
            [
                widgets.HBox([self.shape, self.rounds, self.trim]),
                widgets.HBox([*self.at_home[:4], self.cut]),
                widgets.HBox([*self.at_home[4:], self.lie]),
                widgets.HBox([self.picture, self.curve]),
                self.text,
            ]
        )
        self._talk()

    @property
    def present(self) -> list[int]:
        """The peers that take part."""
        return [peer for peer, button in enumerate(self.at_home) if button.value]

    @property
    def graph(self) -> nx.Graph:
        """Who talks to whom now."""
        graph = topologies.topology(self.shape.value, PEERS)
        if self.cut.value:
            half = PEERS // 2
            graph = topologies.without_links(
                graph, [(a, b) for a, b in graph.edges if (a < half) != (b < half)]
            )
        graph.remove_edges_from([(a, b) for a, b in graph.edges if not {a, b} <= {*self.present}])
        return graph

    @property
    def pages(self) -> Ints:
        """The page of each peer after the talks: int[8, 3], numbers of candidates."""
        return np.argsort(-self.history[-1], axis=1, kind="stable")[:, :SLOTS]

    @property
    def counted(self) -> list[int]:
        """The present peers that don't lie."""
        return [peer for peer in self.present if not (self.lie.value and peer == LIAR)]

    def _talk(self) -> None:
        """Everything from the start, with the links and peers that there are now."""
        start = self.seen.copy()
        stubborn = (np.arange(PEERS) == LIAR) & self.lie.value
        start[stubborn] = 1.0 - self.truth
        rounds = self.rounds.value
        if self.trim.value:
            hears = topologies.hears(self.graph)
            hears[stubborn] = False
            self.history = trimming.trimmed_rounds(start, hears, self.trim.value, rounds)
        else:
            weights = averaging.metropolis_weights(self.graph)
            weights = averaging.with_stubborn(weights, stubborn)
            self.history = averaging.average_rounds(start, weights, rounds)
        self.gaps = [averaging.disagreement(held[self.counted]) for held in self.history]
        self._draw()

    def _draw(self) -> None:
        shown: dict[tuple[int, ...], list[int]] = {}
        for peer in self.present:
            shown.setdefault(tuple(self.pages[peer]), []).append(peer)
        colours = dict(zip(shown, COLOURS, strict=False))
        fill = {peer: colours[page] for page, peers in shown.items() for peer in peers}
        self.picture.value = graph_picture(self.graph, fill, LIAR if self.lie.value else None)
        self.curve.value = curve_picture(np.array(self.gaps))
        messages = 2 * self.graph.number_of_edges() * self.rounds.value
        best = set(np.argsort(-self.truth)[:SLOTS].tolist())
        names = [Catalog.topics[topic] for topic in self.topics]
        rows = "".join(
            f'<li><span style="color:{colours[page]}">&#9679;</span> peers '
            f"{', '.join(map(str, peers))}: {', '.join(names[c] for c in page)} "
            f"({len(best & set(page))} of the {SLOTS} best)</li>"
            for page, peers in shown.items()
        )
        self.text.value = (
            f"<b>{len(shown)} different page{'s' * (len(shown) != 1)}</b>, disagreement "
            f"{self.gaps[-1]:.3f}, {messages} messages.<ul>{rows}</ul>"
        )


def graph_picture(graph: nx.Graph, fill: dict[int, str], liar: int | None) -> str:
    """The peers on a circle, as SVG; who isn't in ``fill`` is away, and drawn hollow."""
    angle = 2 * np.pi * np.arange(PEERS) / PEERS - np.pi / 2
    x, y = SIZE / 2 + RADIUS * np.cos(angle), SIZE / 2 + RADIUS * np.sin(angle)
    lines = "".join(
        f'<path d="M{x[a]:.0f} {y[a]:.0f}L{x[b]:.0f} {y[b]:.0f}" stroke="{GREY}" stroke-width="2"/>'
        for a, b in graph.edges
    )
    dots = "".join(
        f'<circle cx="{x[p]:.0f}" cy="{y[p]:.0f}" r="19" fill="{fill.get(p, CARD)}" '
        f'stroke="{VERMILION if p == liar else GREY}" stroke-width="{5 if p == liar else 1}"/>'
        f'<text x="{x[p]:.0f}" y="{y[p] + 4:.0f}" text-anchor="middle" font-weight="bold" '
        f'fill="{ink_on(fill[p]) if p in fill else FADED}">{p}</text>'
        for p in range(PEERS)
    )
    return (
        f'<svg width="{SIZE}" height="{SIZE}" font-size="13" role="img" style="background:{CARD}" '
        f'aria-label="Eight peers and {graph.number_of_edges()} links">{lines}{dots}</svg>'
    )


def curve_picture(gaps: Floats) -> str:
    """Disagreement float[rounds + 1] from round to round, as SVG."""
    highest = max(0.5, float(gaps.max(initial=0.0)))
    x = LEFT + np.arange(len(gaps)) / 30 * (WIDE - LEFT - 10)
    y = 20 + (1 - gaps / highest) * (HIGH - 56)
    line = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
    dots = "".join(f'<circle cx="{a:.0f}" cy="{b:.1f}" r="3"/>' for a, b in zip(x, y, strict=True))
    base = HIGH - 36
    return (
        f'<svg width="{WIDE}" height="{HIGH}" font-size="11" fill="{INK}" role="img" '
        f'style="background:{CARD}" aria-label="Disagreement over {len(gaps) - 1} rounds">'
        f'<text x="{LEFT + 6}" y="14">disagreement</text>'
        f'<path d="M{LEFT} 20V{base}H{WIDE - 10}" fill="none" stroke="{GREY}"/>'
        f'<text x="{LEFT - 4}" y="26" text-anchor="end">{highest:.2f}</text>'
        f'<text x="{LEFT - 4}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{LEFT}" y="{base + 16}">0</text>'
        f'<text x="{WIDE - 10}" y="{base + 16}" text-anchor="end">30 rounds</text>'
        f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
        f'<g fill="{BLUE}">{dots}</g></svg>'
    )
