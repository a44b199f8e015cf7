"""Follow one generative viewer page by page: what she sees, thinks, feels, and whether she leaves.

Her traits can be moved: the same pages, another person.
"""

from __future__ import annotations

import html
from dataclasses import replace

import ipywidgets as widgets
import numpy as np

from mavrs_course.llm.agent4rec.mind import Calibration, Likelihoods, by_rule, likelihoods
from mavrs_course.llm.agent4rec.people import People
from mavrs_course.llm.agent4rec.simulation import (
    CALIBRATION,
    PLATFORM,
    exit_chance_of,
    lesson_people,
)
from mavrs_course.llm.agent4rec.traits import TIER_NAMES
from mavrs_course.llm.agent4rec.viewer import Page, Visit, pages_by, persons, rate, visit
from mavrs_course.llm.models.chat import ChatModel
from mavrs_course.messages import Floats
from mavrs_course.plots import BLUE, CARD, INK, ORANGE, RULE, VERMILION
from mavrs_course.widgets.base import LessonWidget
from mavrs_course.words import count, number

WIDTH, BAR = 420, 16  # pixels
STRAYS_MOST = 2.0  # stars away from the crowd
MOST_FEELING = 1.5  # what a bar of full length means, to either side of 0


def minds_by_rule(people: People) -> Likelihoods:
    """Likelihoods without any model, for trying the widget: popularity and shared genres."""
    prior, pmi = zip(*(by_rule(people, person) for person in range(len(people))), strict=True)
    return Likelihoods(np.array(prior), np.array(pmi), np.ones(len(people), dtype=bool))


class FollowViewer(LessonWidget):
    """A viewer, her traits, and a button for the next page.

    people, minds, scores: whom to follow, what a model made of them, and a recommender's scores,
    float[N, F]; by default eight viewers of the course's platform, played by a rule, whose pages
    popularity fills.
    """

    about = "Turn pages, move her traits."

    def __init__(
        self,
        people: People | None = None,
        minds: Likelihoods | None = None,
        scores: Floats | None = None,
        *,
        model: ChatModel | None = None,
        calibration: Calibration = CALIBRATION,
        seed: int = 0,
    ) -> None:
        self.people = people or lesson_people(PLATFORM, 8)
        if minds is None:
            minds = likelihoods(model, self.people) if model else minds_by_rule(self.people)
        self.minds, self.calibration, self.seed = minds, calibration, seed
        everybody = np.tile(self.people.popularity, (len(self.people), 1))
        self.scores = everybody if scores is None else scores
        self.persons = persons(self.people, minds, calibration, seed)
        super().__init__(self._build())
        self.who.value = self._telling()
        self.start()

    def _build(self) -> list[widgets.Widget]:
        style = {"description_width": "100px"}
        names = [f"viewer {viewer}" for viewer in self.people.viewers]
        self.who = widgets.Dropdown(
            options=list(zip(names, range(len(names)), strict=True)), description="viewer",
            style=style,
        )  # fmt: skip
        tiers = [(name, tier) for tier, name in enumerate(TIER_NAMES)]
        self.activity = widgets.SelectionSlider(options=tiers, description="activity", style=style)
        self.diversity = widgets.SelectionSlider(
            options=tiers, description="diversity", style=style
        )
        self.strays = widgets.FloatSlider(
            0.5, min=0.0, max=STRAYS_MOST, step=0.1, description="strays (stars)", style=style
        )
        self.next = widgets.Button(description="Next page", button_style="primary")
        self.again = widgets.Button(description="Start again")
        self.table, self.feelings = widgets.HTML(), widgets.HTML()
        self.who.observe(lambda _: self.start(), names="value")
        for slider in (self.activity, self.diversity, self.strays):
            slider.observe(lambda _: self._play(), names="value")
        self.next.on_click(lambda _: self._turn())
        self.again.on_click(lambda _: self._back())
        left = widgets.VBox([self.who, self.activity, self.diversity, self.strays,
                             widgets.HBox([self.next, self.again])])  # fmt: skip
        return [widgets.HBox([left, self.feelings]), self.table]

    def _telling(self) -> int:
        """The first viewer whose evening each of her traits changes: her sliders move something."""
        trials = range(len(TIER_NAMES)), range(len(TIER_NAMES)), (0.0, STRAYS_MOST / 2, STRAYS_MOST)
        for viewer in range(len(self.people)):
            own = self._own_traits(viewer)
            usual = told(self._evening(viewer, *own))
            changed = [
                any(
                    told(self._evening(viewer, *own[:trait], value, *own[trait + 1 :])) != usual
                    for value in values
                )
                for trait, values in enumerate(trials)
            ]
            if all(changed):
                return viewer
        return 0

    def _own_traits(self, viewer: int) -> tuple[int, int, float]:
        """Activity, diversity and how far she strays, as her logs give them."""
        tiers, conformity = self.people.tiers, self.people.traits.conformity
        strays = float(np.sqrt(np.nan_to_num(conformity[self.people.viewers[viewer]])))
        return int(tiers["activity"][viewer]), int(tiers["diversity"][viewer]), strays

    def start(self) -> None:
        """Page one of the chosen viewer, with the traits that her logs give her."""
        self._starting, self.page = True, 1
        own = self._own_traits(self.who.value)
        self.activity.value, self.diversity.value, self.strays.value = own
        self._starting = False
        self._play()

    def _back(self) -> None:
        self.page = 1
        self._play()

    def _turn(self) -> None:
        self.page = min(self.page + 1, len(self.visit.pages))
        self._show()

    def _play(self) -> None:
        """The whole visit with the traits as they are; the screen shows it up to the page."""
        if self._starting:
            return
        traits = self.activity.value, self.diversity.value, self.strays.value
        self.visit = self._evening(self.who.value, *traits)
        self.page = min(self.page, len(self.visit.pages))
        self._show()

    def _evening(self, viewer: int, activity: int, diversity: int, strays: float) -> Visit:
        """Her whole visit with these traits, with the same luck each time."""
        pool = self.people.pools[viewer]
        stars = self.persons[viewer].stars.copy()
        taste = self.minds.pmi[viewer] - self.minds.pmi[viewer].mean()
        taste = taste / (taste.std() or 1.0)
        stars[pool] = rate(self.people.quality[pool], taste, strays**2)
        person = replace(
            self.persons[viewer], stars=stars, activity=activity, diversity=diversity
        )  # fmt: skip
        chance = exit_chance_of(self.people, self.seed, viewer)
        return visit(person, pages_by(self.scores[viewer], pool), chance)

    def _show(self) -> None:
        page = self.visit.pages[self.page - 1]
        last = self.page == len(self.visit.pages)
        self.next.disabled = last
        self.table.value = self._films(page)
        self.feelings.value = feelings_picture(page, self.page, last)

    def _films(self, page: Page) -> str:
        chance = self.persons[self.who.value].chance
        rows = "".join(
            f"<tr><td style='padding-right:1.5em'>{html.escape(self.people.titles[film])}</td>"
            f"<td style='padding-right:1.5em'>{html.escape(self.people.kinds[film])}</td>"
            f"<td style='padding-right:1.5em'>{chance[film]:.2f}</td>"
            f"<td>{'skips it' if stars is None else f'watches it, {stars} stars'}</td></tr>"
            for film, stars in zip(page.films, page.ratings, strict=True)
        )
        by = (
            "a rule"
            if self.minds.by_rule[self.who.value]
            else "the language model and the rating shown"
        )
        return (
            f"<p><b>{told(self.visit)}</b></p>"
            f"<p>P(watch) by {by}; what she does with it by chance.</p><table><tr>"
            "<th style='text-align:left'>film</th><th style='text-align:left'>kind</th>"
            f"<th>P(watch)</th><th style='text-align:left'>she</th></tr>{rows}</table>"
        )


def told(evening: Visit) -> str:
    """The whole evening in a sentence, so that each trait shows what it does."""
    stars = [given for page in evening.pages for given in page.ratings if given is not None]
    liked = f", {np.mean(stars):.1f} stars on average" if stars else ""
    return (
        f"With these traits she stays {count(len(evening.pages), 'page')} and watches "
        f"{count(len(stars), 'film')}{liked}. Activity is her patience, diversity how much "
        "sameness tires her, strays how far her stars are from the crowd's."
    )


def feelings_picture(page: Page, page_number: int, last: bool) -> str:
    """Feeling, satisfaction, fatigue and the chance that she leaves, as bars in SVG."""
    what = "She leaves." if page.left else "No more pages." if last else "She goes on."
    rows = (
        ("feeling", page.feeling / MOST_FEELING, number(page.feeling, "+.2f"), BLUE),
        ("satisfaction", page.satisfaction / MOST_FEELING, number(page.satisfaction, "+.2f"), BLUE),
        ("fatigue", min(page.fatigue / 2, 1.0), f"{page.fatigue:.2f}", ORANGE),
        ("chance to leave", page.exit_chance, f"{page.exit_chance:.2f}", VERMILION),
    )
    told = ", ".join(f"{name} {text}" for name, _, text, _ in rows)
    parts = [f'<text x="12" y="24" font-weight="bold">Page {page_number}. {what}</text>']
    for place, (name, share, text, colour) in enumerate(rows):
        y = 44 + 28 * place
        parts.append(
            f'<text x="12" y="{y + 12}">{name}</text>'
            f'<rect x="130" y="{y}" width="220" height="{BAR}" fill="{RULE}"/>'
            f'<rect x="{130 + 110 * (1 + min(share, 0)):.0f}" y="{y}" '
            f'width="{110 * min(abs(share), 1):.0f}" height="{BAR}" fill="{colour}"/>'
            f'<path d="M240 {y - 3}v{BAR + 6}" stroke="{INK}"/>'
            f'<text x="360" y="{y + 12}">{text}</text>'
        )
    return (
        f'<svg width="{WIDTH}" height="166" font-size="12" fill="{INK}" role="img" '
        f'aria-label="How page {page_number} left her: {told}" '
        f'style="background:{CARD};border-radius:8px">'
        f"{''.join(parts)}</svg>"
    )
