"""A seat in the auction: move your bid, and see slots, payments and what you keep, by two rules."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from mavrs_course.coordination.auctions import gsp, sell_positions, vcg
from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, GREY, INK, VERMILION
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import number

BIDDERS = ("Ann", "Ben", "Cleo")
VALUES = np.array([10.0, 4.0, 2.0])
FIRST_SLOT, HIGHEST_BID = 200.0, 12.0
WIDTH, HEIGHT, MARGIN = 340, 230, 46  # pixels
LINE = 14  # pixels between two labels that can both be read
RULES = (("GSP", gsp, VERMILION), ("VCG", vcg, BLUE))


def utilities(values: Floats, clicks: Floats, who: int, bids: Floats, rule) -> Floats:
    """What bidder ``who`` keeps for each of its own bids float[G], the others telling the truth."""
    tried = np.tile(values, (len(bids), 1))
    tried[:, who] = bids
    won, paid = sell_positions(tried, clicks, rule)
    return values[who] * won[:, who] - paid[:, who]


class AuctionTable(LessonWidget):
    """Three bidders, two slots.  You are one of them; the others bid what a click is worth to them.

    ``who`` you are; ``bid``, yours, in dollars a click; ``second``, the clicks of the second slot
    (the first has 200).  "Tell the truth" sets the bid to your value.
    """

    about = "Move your bid, see what you pay and keep."

    def __init__(self) -> None:
        wide = widgets.Layout(width="420px")
        style = {"description_width": "130px"}
        self.who = widgets.Dropdown(
            options=[(f"{n}, a click is worth {v:g}", i) for i, (n, v) in _people()],
            description="You are",
            layout=wide,
            style=style,
        )
        self.bid = widgets.FloatSlider(
            10.0, min=0, max=HIGHEST_BID, step=0.5, description="Your bid", layout=wide, style=style
        )
        self.second = widgets.IntSlider(
            100, min=0, max=200, step=10, description="Clicks, slot 2", layout=wide, style=style
        )
        self.truth = widgets.Button(description="Tell the truth")
        self.table, self.picture = widgets.HTML(), widgets.HTML()
        self.truth.on_click(lambda _: self.tell_the_truth())
        self.who.observe(lambda _: self.tell_the_truth(), names="value")
        for slider in (self.bid, self.second):
            slider.observe(lambda _: self._draw(), names="value")
        super().__init__([self.who, self.bid, self.second, self.truth, self.table, self.picture])
        self._draw()

    def tell_the_truth(self) -> None:
        """Bid what a click is worth to you."""
        self.bid.value = VALUES[self.who.value]
        self._draw()

    @property
    def clicks(self) -> Floats:
        """float[2]: the clicks of each slot."""
        return np.array([FIRST_SLOT, self.second.value])

    def kept(self, rule) -> float:
        """What you keep with the bid as it stands: worth of your clicks, less what you pay."""
        bid = np.array([self.bid.value])
        return float(utilities(VALUES, self.clicks, self.who.value, bid, rule)[0])

    def _draw(self) -> None:
        self.table.value = "".join(self._page(name, rule) for name, rule, _ in RULES)
        self.picture.value = "".join(self._curve(*rule) for rule in RULES)

    def _page(self, name: str, rule) -> str:
        bids = VALUES.copy()
        bids[self.who.value] = self.bid.value
        won, paid = (x[0] for x in sell_positions(bids[None], self.clicks, rule))
        rows = "".join(
            f"<tr><td><b>{n}</b></td><td>{bids[i]:g}</td><td>{won[i]:.0f}</td>"
            f"<td>{_dollars(paid[i])}</td><td>{_dollars(v * won[i] - paid[i])}</td></tr>"
            for i, (n, v) in _people()
        )
        heads = "".join(f"<th>{h}</th>" for h in ("who", "bid", "clicks", "pays", "keeps"))
        return (
            f'<table style="display:inline-table;margin:4px 24px 4px 0;text-align:right">'
            f"<caption><b>{name}</b>: you keep {number(self.kept(rule), ',.0f')}</caption>"
            f'<tr style="text-align:right">{heads}</tr>{rows}</table>'
        )

    def _curve(self, name: str, rule, colour: str) -> str:
        bids = np.linspace(0, HIGHEST_BID, 241) + 1e-9  # ties go to you
        who = self.who.value
        kept = utilities(VALUES, self.clicks, who, bids, rule)
        both = [utilities(VALUES, self.clicks, who, bids, r) for _, r, _ in RULES]
        low, high = min(0.0, np.min(both)), max(1.0, np.max(both))

        def at(bid, value):
            x = MARGIN + np.asarray(bid) / HIGHEST_BID * (WIDTH - MARGIN - 12)
            y = HEIGHT - 40 - (np.asarray(value) - low) / (high - low) * (HEIGHT - 84)
            return x, y

        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(*at(bids, kept), strict=True))
        truth, _ = at(VALUES[who], 0)
        (dot_x, dot_y), zero = at(self.bid.value, self.kept(rule)), at(0, 0)[1]
        labels = "".join(
            f'<text x="{MARGIN - 5}" y="{at(0, v)[1] + 4:.0f}" text-anchor="end">'
            f"{_dollars(v)}</text>"
            for v in (0.0, *(v for v in (high, low) if abs(at(0, v)[1] - zero) > LINE))
        )
        ticks = "".join(
            f'<text x="{at(b, 0)[0]:.0f}" y="{HEIGHT - 22}" text-anchor="middle">{b}</text>'
            for b in range(0, int(HIGHEST_BID) + 1, 2)
        )
        return (
            f'<svg width="{WIDTH}" height="{HEIGHT}" font-size="11" fill="{INK}" role="img" '
            f'aria-label="{name}: what you keep, by your bid; now {_dollars(self.kept(rule))}" '
            f'style="background:{CARD};border-radius:8px;margin-right:10px">'
            f'<text x="{MARGIN}" y="16" font-weight="bold">{name}: what you keep</text>'
            f'<path d="M{MARGIN} {zero:.1f}H{WIDTH - 12}" stroke="{GREY}"/>{labels}{ticks}'
            f'<path d="M{truth:.1f} 24V{HEIGHT - 36}" stroke="{INK}" stroke-dasharray="3"/>'
            f'<text x="{truth + 4:.1f}" y="30">the truth</text>'
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
            f'<circle cx="{dot_x:.1f}" cy="{dot_y:.1f}" r="5" fill="{colour}" stroke="{INK}"/>'
            f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">your bid for a click'
            f"</text></svg>"
        )


def _dollars(value: float) -> str:
    return number(value, ",.0f")


def _people():
    return enumerate(zip(BIDDERS, VALUES, strict=True))
