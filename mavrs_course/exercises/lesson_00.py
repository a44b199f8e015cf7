"""Exercises of lesson 00, welcome: from a two-minute warm-up to a whole agent."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import numpy as np

from mavrs_course.coordination.single import best_columns
from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.messages import (
    NO_CLICK,
    Agent,
    Feedback,
    MessageError,
    Opinion,
    Request,
    Slate,
)
from mavrs_course.world.catalog import Catalog

# --- 00.1 ------------------------------------------------------------------------------------


def click_rate(clicked, shown):
    return clicked / shown if shown else 0.0


def click_rate_without_if(clicked, shown):
    return clicked / max(shown, 1)


def click_rate_cases(rng):
    shown = int(rng.integers(20, 100))
    return [
        Case("3 clicks on 12 videos", (3, 12), 0.25),
        Case("all 5 clicked", (5, 5), 1.0),
        Case("none of 8 clicked", (0, 8), 0.0),
        Case("nothing shown yet", (0, 0), 0.0),
        Case("some day's clicks", (int(rng.integers(2, shown - 1)), shown)),
    ]


def _rate_is(formula):
    """Detects answers that follow another formula wherever something was clicked and shown."""

    def detect(trials):
        tried = [trial for trial in trials if min(trial.inputs) > 0]
        pairs = [(trial.returned, formula(*trial.inputs)) for trial in tried]
        return not tried[0].passed and all(np.isclose(got, wrong) for got, wrong in pairs)

    return detect


def _stumbles_over_nothing(trials):
    """Right wherever something was shown, and wrong only where nothing was."""
    return all(trial.passed == (trial.inputs[1] > 0) for trial in trials)


def _rounded(trials):
    """Detects answers that are right but for digits that are missing at their end."""

    def shortened(trial):
        digits = len(repr(float(trial.returned)).partition(".")[2])
        return trial.returned == round(trial.expected, digits)

    return all(trial.passed or shortened(trial) for trial in trials)


WARM_UP = Exercise(
    id="00.1",
    title="Clicks per video shown",
    minutes=2,
    difficulty=1,
    points=1,
    objective="L00.1",
    reference=click_rate,
    cases=click_rate_cases,
    hints=(
        "Of 12 videos, 3 were clicked. Which of the two numbers do you divide by?",
        "Divide what was clicked by what was shown. Then think of the first second of the first "
        "day, when nothing has been shown.",
        "`return clicked / shown if shown else 0.0`",
    ),
    mistakes=(
        Mistake(
            "upside_down",
            wrong=lambda clicked, shown: shown / clicked if clicked else 0.0,
            because="You return videos per click: the two numbers have changed places.",
            detect=_rate_is(lambda clicked, shown: shown / clicked),
        ),
        Mistake(
            "in_percent",
            wrong=lambda clicked, shown: 100 * clicked / shown if shown else 0.0,
            because="You return percent. A rate lies between 0 and 1.",
            detect=_rate_is(lambda clicked, shown: 100 * clicked / shown),
        ),
        Mistake(
            "counted_skips",
            wrong=lambda clicked, shown: (shown - clicked) / shown if shown else 0.0,
            because="You return the share of the videos that were not clicked.",
            detect=_rate_is(lambda clicked, shown: (shown - clicked) / shown),
        ),
        Mistake(
            "nothing_shown",
            wrong=lambda clicked, shown: clicked / shown,
            because="It is right wherever something was shown. When nothing was, there is nothing "
            "to divide by: return 0.0 then.",
            detect=_stumbles_over_nothing,
        ),
        Mistake(
            "whole_division",
            wrong=lambda clicked, shown: clicked // shown if shown else 0,
            because="// divides and drops what is behind the point; / keeps it.",
        ),
        Mistake(
            "one_more_shown",
            wrong=lambda clicked, shown: clicked / (shown + 1),
            because="You divide by one video more than was shown. That avoids dividing by nothing, "
            "and bends every other answer: treat the case of no video apart.",
        ),
        Mistake(
            "rounded",
            wrong=lambda clicked, shown: round(clicked / shown, 1) if shown else 0.0,
            because="The result is rounded. Round when you print, not when you compute.",
            detect=_rounded,
        ),
    ),
    others=(click_rate_without_if, lambda clicked, shown: float(np.divide(clicked, shown or 1))),
    praise="That was the warm-up. Now you know how every check in this course talks to you.",
)


# --- 00.2 ------------------------------------------------------------------------------------


def most_confident(opinions):
    reasons = []
    for viewer in range(len(opinions[0].confidence)):
        best = max(opinions, key=lambda opinion: opinion.confidence[viewer])
        reasons.append(best.reasons[viewer])
    return reasons


def most_confident_by_argmax(opinions):
    best = np.argmax([opinion.confidence for opinion in opinions], axis=0)
    return [opinions[agent].reasons[viewer] for viewer, agent in enumerate(best)]


def _opinion(agent, confidence, scale, rng):
    viewers = len(confidence)
    reasons = [f"{agent} to viewer {viewer}" for viewer in range(viewers)]
    return Opinion(agent, scale * rng.random((viewers, 4)), np.array(confidence, float), reasons)


def opinion_cases(rng):
    def some(viewers, agents):
        scales = 10.0 ** rng.permutation(agents)
        names = ("memory", "novelty", "trends", "mood")
        return [
            _opinion(name, rng.random(viewers).round(2), scale, rng)
            for name, scale in zip(names, scales, strict=False)
        ]

    def two(first, second, scale=1.0):
        return [_opinion("memory", first, scale, rng), _opinion("novelty", second, 1.0, rng)]

    return [
        Case(
            "each of two agents is surer about one of two viewers",
            (two([0.9, 0.2], [0.5, 0.7]),),
            ["memory to viewer 0", "novelty to viewer 1"],
        ),
        Case(
            "the unsure agent has scores a thousand times as large",
            (two([0.1, 0.3, 0.2], [0.6, 0.5, 0.9], scale=1000.0),),
            ["novelty to viewer 0", "novelty to viewer 1", "novelty to viewer 2"],
        ),
        Case("two agents are equally sure", (two([0.5, 0.0], [0.5, 0.0]),)),
        Case("one agent", (two([0.2, 0.8], [0.0, 0.0])[:1],)),
        Case("three agents, six viewers", (some(6, 3),)),
        Case("four agents, three viewers", (some(3, 4),)),
    ]


def loudest_score(opinions):
    best = np.argmax([opinion.scores.max(axis=1) for opinion in opinions], axis=0)
    return [opinions[agent].reasons[viewer] for viewer, agent in enumerate(best)]


def surest_on_average(opinions):
    return list(max(opinions, key=lambda opinion: opinion.confidence.mean()).reasons)


def surest_of_all(opinions):
    return list(max(opinions, key=lambda opinion: opinion.confidence.max()).reasons)


def surest_about_the_first(opinions):
    return list(max(opinions, key=lambda opinion: opinion.confidence[0]).reasons)


def least_confident(opinions):
    best = np.argmin([opinion.confidence for opinion in opinions], axis=0)
    return [opinions[agent].reasons[viewer] for viewer, agent in enumerate(best)]


def last_of_equals(opinions):
    return most_confident(opinions[::-1])


def one_reason_an_agent(opinions):
    return [opinion.reasons[opinion.confidence.argmax()] for opinion in opinions]


def names_of_the_surest(opinions):
    best = np.argmax([opinion.confidence for opinion in opinions], axis=0)
    return [opinions[agent].agent for agent in best]


def first_agent_speaks(opinions):
    return list(opinions[0].reasons)


def which_agent(opinions):
    return np.argmax([opinion.confidence for opinion in opinions], axis=0).tolist()


def all_its_reasons(opinions):
    best = np.argmax([opinion.confidence for opinion in opinions], axis=0)
    return [opinions[agent].reasons for agent in best]


def _all_of(*kinds):
    """Detects answers that return something of these kinds for each viewer."""
    return lambda trials: all(
        isinstance(trial.returned, list | tuple | np.ndarray)
        and all(isinstance(part, kinds) for part in trial.returned)
        for trial in trials
    )


READ_AN_OPINION = Exercise(
    id="00.2",
    title="Who is sure?",
    minutes=6,
    difficulty=1,
    points=2,
    objective="L00.2",
    reference=most_confident,
    cases=opinion_cases,
    hints=(
        "`opinion.confidence` has one number for each viewer, and `opinion.reasons` one sentence "
        "for each viewer. Start with one viewer: compare that one's number in all opinions.",
        "Loop over the viewers, `range(len(opinions[0].confidence))`. For each, find the opinion "
        "with the largest `confidence[viewer]`.",
        "`best = max(opinions, key=lambda opinion: opinion.confidence[viewer])`, and then "
        "`best.reasons[viewer]`. max keeps the first of equals.",
    ),
    mistakes=(
        Mistake(
            "compared_scores",
            wrong=loudest_score,
            because="You compare scores. Each agent has a scale of its own, so a large score may "
            "come from an agent that is hardly sure; compare `confidence`.",
        ),
        Mistake(
            "one_agent_for_everybody",
            wrong=surest_on_average,
            because="All viewers hear the same agent, the one that is surest on average. Each "
            "viewer is a page of its own: choose again for each.",
        ),
        Mistake(
            "surest_of_all",
            wrong=surest_of_all,
            because="All viewers hear the agent that holds the one largest confidence. Each viewer "
            "is a page of its own: choose again for each.",
        ),
        Mistake(
            "first_viewer_decides",
            wrong=surest_about_the_first,
            because="The agent that is surest about viewer 0 speaks to everybody. Use "
            "`confidence[viewer]` where you have `confidence[0]`.",
        ),
        Mistake(
            "least_sure",
            wrong=least_confident,
            because="You pick the agent that is least sure.",
        ),
        Mistake(
            "last_of_equals",
            wrong=last_of_equals,
            because="Only where two agents are equally sure do you differ: the earlier one speaks. "
            "Compare with >, not with >=.",
        ),
        Mistake(
            "one_reason_an_agent",
            wrong=one_reason_an_agent,
            because="You return one sentence for each agent. It should be one for each viewer: the "
            "outer loop goes over viewers, the inner one over opinions.",
            detect=lambda trials: (
                all(len(trial.returned) == len(trial.inputs[0]) for trial in trials)
                and not trials[-1].passed
            ),
        ),
        Mistake(
            "first_agent_speaks",
            wrong=first_agent_speaks,
            because="The first agent speaks to everybody, whoever is surest.",
        ),
        Mistake(
            "numbers_not_reasons",
            wrong=which_agent,
            because="You return numbers: which agent it is, or how sure. Return what it says, from "
            "its `reasons`.",
            detect=_all_of(int, float, np.number),
        ),
        Mistake(
            "more_than_a_reason",
            wrong=all_its_reasons,
            because="You have found the right agent and return too much of it. Its `reasons` hold "
            "one sentence for each viewer: take that of this viewer.",
            detect=_all_of(list, tuple, Opinion),
        ),
        Mistake(
            "names_not_reasons",
            wrong=names_of_the_surest,
            because="You return the name of the agent that is surest; return what it says, from "
            "its `reasons`.",
        ),
    ),
    others=(most_confident_by_argmax,),
    praise="You can read an Opinion, and so you can read every agent of this course.",
)


# --- 00.3 ------------------------------------------------------------------------------------


def best_page(scores, candidates, slots):
    columns = np.argsort(-scores, axis=1, kind="stable")[:, :slots]
    return np.take_along_axis(candidates, columns, axis=1)


def best_page_with_loops(scores, candidates, slots):
    page = []
    for row, videos in zip(scores, candidates, strict=True):
        order = sorted(range(len(row)), key=lambda column: -row[column])
        page.append([videos[column] for column in order[:slots]])
    return page


def best_page_of_the_library(scores, candidates, slots):
    rows = np.arange(len(scores))[:, None]
    return candidates[rows, best_columns(scores, slots)]


def page_cases(rng):
    def some(viewers, candidates):
        return np.array([500 + rng.permutation(100)[:candidates] for _ in range(viewers)])

    def marks(shape):
        return rng.integers(0, 4, shape).astype(float)

    return [
        Case(
            "one viewer, three candidates, two slots",
            (np.array([[0.1, 0.9, 0.5]]), np.array([[40, 7, 23]]), 2),
            np.array([[7, 23]]),
        ),
        Case("four viewers, three of ten", (rng.normal(size=(4, 10)), some(4, 10), 3)),
        Case(
            "two candidates share the best score",
            (np.array([[2.0, 5.0, 5.0, 1.0]]), np.array([[31, 58, 12, 44]]), 2),
            np.array([[58, 12]]),
        ),
        Case("many equal scores", (marks((3, 60)), some(3, 60), 5)),
        Case("scores below zero", (-rng.random((5, 7)), some(5, 7), 4)),
        Case("a page of all candidates", (rng.random((2, 6)), some(2, 6), 6)),
        Case("one slot", (rng.random((6, 8)), some(6, 8), 1)),
    ]


def columns_not_videos(scores, candidates, slots):
    return np.argsort(-scores, axis=1, kind="stable")[:, :slots]


def worst_page(scores, candidates, slots):
    columns = np.argsort(scores, axis=1, kind="stable")[:, :slots]
    return np.take_along_axis(candidates, columns, axis=1)


def best_page_last_first(scores, candidates, slots):
    return best_page(scores, candidates, slots)[:, ::-1]


def later_of_equals(scores, candidates, slots):
    columns = np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :slots]
    return np.take_along_axis(candidates, columns, axis=1)


def sorted_along_viewers(scores, candidates, slots):
    columns = np.argsort(-scores, axis=0, kind="stable")[:, :slots]
    return np.take_along_axis(candidates, columns, axis=1)


def one_order_for_everybody(scores, candidates, slots):
    return candidates[:, np.argsort(-scores[0], kind="stable")[:slots]]


def largest_numbers(scores, candidates, slots):
    return -np.sort(-candidates, axis=1)[:, :slots]


def scores_not_videos(scores, candidates, slots):
    return -np.sort(-scores, axis=1)[:, :slots]


def first_candidates(scores, candidates, slots):
    return candidates[:, :slots]


def _page_scores(trial):
    """The scores of the videos that an answer put on its pages."""
    scores, candidates, _ = trial.inputs
    returned = np.asarray(trial.returned)
    columns = (candidates[:, None, :] == returned[:, :, None]).argmax(axis=2)
    return np.take_along_axis(scores, columns, axis=1)


def _differs_only_in_ties(trials):
    """Wherever an answer fails, its page has the right scores, slot by slot."""

    def scores_fit(trial):
        scores, candidates, slots = trial.inputs
        best = -np.sort(-scores, axis=1)[:, :slots]
        is_a_page = trial.difference.kind == "value" and np.isin(trial.returned, candidates).all()
        return is_a_page and np.array_equal(_page_scores(trial), best)

    return all(trial.passed or scores_fit(trial) for trial in trials)


def _right_videos_in_another_order(trials):
    without_ties = [t for t in trials if len(np.unique(t.inputs[0])) == t.inputs[0].size]
    return trials[1].difference.kind == "value" and all(
        np.array_equal(np.sort(trial.returned, axis=1), np.sort(trial.expected, axis=1))
        for trial in without_ties
    )


def _are_columns(trials):
    """Whole numbers below the number of candidates, where video numbers are larger."""
    pages = [np.asarray(trial.returned) for trial in trials]
    columns = [trial.inputs[0].shape[1] for trial in trials]
    return all(
        np.issubdtype(page.dtype, np.integer) and page.max() < count
        for page, count in zip(pages[1:], columns[1:], strict=True)
    )


def one_page(scores, candidates, slots):
    return candidates.ravel()[np.argsort(-scores.ravel(), kind="stable")[:slots]]


def best_video(scores, candidates, slots):
    return candidates[np.arange(len(scores)), scores.argmax(axis=1)]


def everybody_times_everybody(scores, candidates, slots):
    return candidates[:, np.argsort(-scores, axis=1, kind="stable")[:, :slots]]


def _has_shape(shape):
    """Detects answers whose results all have this shape, given the inputs."""
    return lambda trials: all(np.shape(t.returned) == shape(*t.inputs) for t in trials)


FILL_A_PAGE = Exercise(
    id="00.3",
    title="Fill a page",
    minutes=6,
    difficulty=2,
    points=2,
    objective="L00.3",
    reference=best_page,
    cases=page_cases,
    hints=(
        "Sort each row by score and keep the first `slots`. `np.argsort` gives positions; you need "
        "the videos at those positions.",
        "`np.argsort` sorts upwards, so give it `-scores`, with `axis=1`. Equal scores keep their "
        '"stable" order only with `kind="stable"`.',
        '`columns = np.argsort(-scores, axis=1, kind="stable")[:, :slots]`, and then '
        "`np.take_along_axis(candidates, columns, axis=1)`.",
    ),
    mistakes=(
        Mistake(
            "equal_scores_swapped",
            wrong=later_of_equals,
            because="Only equal scores come out in another order: the earlier candidate goes "
            'first. Sort -scores with kind="stable"; turning a sorted row round turns ties round.',
            detect=_differs_only_in_ties,
        ),
        Mistake(
            "right_videos_wrong_order",
            wrong=best_page_last_first,
            because="The right videos are on the page, but not best first.",
            detect=_right_videos_in_another_order,
        ),
        Mistake(
            "columns_not_videos",
            wrong=columns_not_videos,
            because="You return the columns of the best candidates. Look up which videos stand in "
            "those columns: `np.take_along_axis(candidates, columns, axis=1)`.",
            detect=_are_columns,
        ),
        Mistake(
            "worst_first",
            wrong=worst_page,
            because="The page is filled with the lowest scores: argsort sorts upwards.",
        ),
        Mistake(
            "sorted_along_viewers",
            wrong=sorted_along_viewers,
            because="axis=0 sorts the viewers for each candidate; axis=1 sorts the candidates for "
            "each viewer.",
        ),
        Mistake(
            "one_order_for_everybody",
            wrong=one_order_for_everybody,
            because="All viewers get the order of viewer 0. Each row of scores has its own.",
        ),
        Mistake(
            "largest_video_numbers",
            wrong=largest_numbers,
            because="You sort the numbers of the videos, which mean nothing. Sort by score.",
        ),
        Mistake(
            "one_page_for_everybody",
            wrong=one_page,
            because="You return one page. Each row of scores is a viewer, who gets a page of their "
            "own: shape (viewers, slots).",
            detect=_has_shape(lambda scores, candidates, slots: (slots,)),
        ),
        Mistake(
            "best_video_alone",
            wrong=best_video,
            because="You return the one best video of each viewer. A page has `slots` of them.",
            detect=_has_shape(lambda scores, candidates, slots: (len(scores),)),
        ),
        Mistake(
            "every_row_for_every_row",
            wrong=everybody_times_everybody,
            because="`candidates[:, columns]` looks up everybody's columns in everybody's row. "
            "`np.take_along_axis(candidates, columns, axis=1)` keeps rows together.",
        ),
        Mistake(
            "scores_not_videos",
            wrong=scores_not_videos,
            because="You return the best scores; return the videos that have them.",
        ),
        Mistake(
            "scores_ignored",
            wrong=first_candidates,
            because="You show the first candidates, whatever their scores.",
        ),
    ),
    others=(best_page_with_loops, best_page_of_the_library),
    praise="Whatever an agent thinks, this is how its thoughts become a page.",
)


# --- 00.4 ------------------------------------------------------------------------------------


def updated(belief, levels, clicked):
    likelihood = np.where(clicked[:, None], levels + 1.0, 2.0) / (levels + 3.0)
    posterior = belief * likelihood
    return posterior / posterior.sum(axis=1, keepdims=True)


def updated_with_loops(belief, levels, clicked):
    rows = []
    for row, click in zip(belief, clicked, strict=True):
        chances = [(u + 1) / (u + 1 + 2) for u in levels]
        weights = [p * (c if click else 1 - c) for p, c in zip(row, chances, strict=True)]
        rows.append([weight / sum(weights) for weight in weights])
    return rows


def belief_cases(rng):
    def levels(count):
        return np.linspace(-0.9, 0.9, count)

    def some(viewers, count):
        return rng.dirichlet(np.ones(count), viewers)

    three, flat = np.array([-0.5, 0.0, 1.0]), np.full((2, 3), 1 / 3)
    return [
        Case(
            "interest is -0.5, 0 or 1, equally likely; one viewer clicks, one skips",
            (flat, three, np.array([True, False])),
            np.array([[6 / 31, 10 / 31, 15 / 31], [24 / 59, 20 / 59, 15 / 59]]),
        ),
        Case("three viewers click", (some(3, 5), levels(5), np.full(3, True))),
        Case("three viewers skip", (some(3, 5), levels(5), np.full(3, False))),
        Case("four viewers, ten levels", (some(4, 10), levels(10), rng.random(4) < 0.5)),
        Case(
            "a viewer whose interest is already certain",
            (np.eye(4)[[2, 0]], levels(4), np.array([False, True])),
        ),
    ]


def _posterior(belief, likelihood):
    weights = belief * likelihood
    return weights / weights.sum(axis=1, keepdims=True)


def _click_chance(levels, clicked, no_click=2.0):
    chance = (levels + 1.0) / (levels + 1.0 + no_click)
    return np.where(clicked[:, None], chance, 1.0 - chance)


def not_normalised(belief, levels, clicked):
    return belief * _click_chance(levels, clicked)


def normalised_over_everybody(belief, levels, clicked):
    weights = belief * _click_chance(levels, clicked)
    return weights / weights.sum()


def every_page_a_click(belief, levels, clicked):
    return _posterior(belief, _click_chance(levels, np.full(len(clicked), True)))


def skips_ignored(belief, levels, clicked):
    return np.where(clicked[:, None], every_page_a_click(belief, levels, clicked), belief)


def clicks_and_skips_swapped(belief, levels, clicked):
    return _posterior(belief, _click_chance(levels, ~clicked))


def prior_forgotten(belief, levels, clicked):
    return _posterior(np.ones_like(belief), _click_chance(levels, clicked))


def no_click_weighs_nothing(belief, levels, clicked):
    chance = (levels + 1.0) / 2.0
    return _posterior(belief, np.where(clicked[:, None], chance, 1.0 - chance))


def no_click_weighs_one(belief, levels, clicked):
    return _posterior(belief, _click_chance(levels, clicked, no_click=1.0))


def forgot_plus_one(belief, levels, clicked):
    chance = levels / (levels + 2.0)
    return _posterior(belief, np.where(clicked[:, None], chance, 1.0 - chance))


def added_not_multiplied(belief, levels, clicked):
    return _posterior(np.ones_like(belief), belief + _click_chance(levels, clicked))


def normalised_over_viewers(belief, levels, clicked):
    weights = belief * _click_chance(levels, clicked)
    return weights / weights.sum(axis=0)


def weights_not_chances(belief, levels, clicked):
    return _posterior(belief, np.where(clicked[:, None], levels + 1.0, 2.0))


def softmaxed(belief, levels, clicked):
    weights = np.exp(belief * _click_chance(levels, clicked))
    return weights / weights.sum(axis=1, keepdims=True)


BELIEVE = Exercise(
    id="00.4",
    title="Change your mind",
    minutes=8,
    difficulty=2,
    points=3,
    objective="L00.4",
    reference=updated,
    cases=belief_cases,
    hints=(
        "For each level of interest: how likely was what the viewer did, if that were the true "
        "level? Multiply the belief by it, then make each row sum to one again.",
        "If the interest is `u`, a click has the chance `(u + 1) / (u + 3)`, and a skip the rest, "
        "`2 / (u + 3)`. `np.where(clicked[:, None], ..., ...)` picks one for each viewer.",
        "`posterior = belief * np.where(clicked[:, None], levels + 1, 2) / (levels + 3)`, and then "
        "`posterior / posterior.sum(axis=1, keepdims=True)`.",
    ),
    mistakes=(
        Mistake(
            "not_normalised",
            wrong=not_normalised,
            because="The rows don't sum to one any more: divide each row by its sum.",
        ),
        Mistake(
            "normalised_over_everybody",
            wrong=normalised_over_everybody,
            because="You divide by the sum over all viewers. Each viewer's belief sums to one: "
            "`sum(axis=1, keepdims=True)`.",
        ),
        Mistake(
            "normalised_over_viewers",
            wrong=normalised_over_viewers,
            because="You divide each level by its sum over viewers (axis=0). Each viewer's belief "
            "sums to one: `sum(axis=1, keepdims=True)`.",
        ),
        Mistake(
            "softmaxed",
            wrong=softmaxed,
            because="The products are put through exp. They are weights already: divide each row "
            "by its sum.",
        ),
        Mistake(
            "every_page_a_click",
            wrong=every_page_a_click,
            because="Viewers who skipped are treated as if they had clicked: look at `clicked`.",
        ),
        Mistake(
            "skips_ignored",
            wrong=skips_ignored,
            because="A skip leaves the belief as it was. It says something too, if less than a "
            "click: its chance is 2 / (u + 3).",
        ),
        Mistake(
            "clicks_and_skips_swapped",
            wrong=clicks_and_skips_swapped,
            because="Clicks and skips have changed places: after a click the high levels gain.",
        ),
        Mistake(
            "prior_forgotten",
            wrong=prior_forgotten,
            because="What was believed before is lost: multiply `belief` by the chance, don't "
            "replace it.",
        ),
        Mistake(
            "added_not_multiplied",
            wrong=added_not_multiplied,
            because="Belief and chance are added. Bayes' rule multiplies them.",
        ),
        Mistake(
            "no_click_weighs_nothing",
            wrong=no_click_weighs_nothing,
            because="You take (u + 1) / 2 for the chance of a click. On this platform not clicking "
            "weighs 2, against u + 1 for the video: (u + 1) / (u + 1 + 2).",
        ),
        Mistake(
            "no_click_weighs_one",
            wrong=no_click_weighs_one,
            because="Not clicking weighs 2 on this platform, and 1 in your code.",
        ),
        Mistake(
            "weights_not_chances",
            wrong=weights_not_chances,
            because="u + 1 and 2 are weights. A chance is a weight divided by the sum of both, "
            "u + 3, which differs from level to level.",
        ),
        Mistake(
            "forgot_plus_one",
            wrong=forgot_plus_one,
            because="A video weighs u + 1, not u: a weight can't be negative.",
        ),
    ),
    others=(updated_with_loops,),
    properties=(
        Property(
            "each row sums to one",
            holds=lambda result, belief, *rest: (
                np.shape(result) != belief.shape
                or np.allclose(np.sum(result, axis=1), 1.0, atol=0.05)
            ),
            because="Some rows don't sum to one: divide each row by its own sum.",
        ),
    ),
    praise="This line is the heart of the agent that learned your taste in the player.",
)


# --- 00.5 ------------------------------------------------------------------------------------


class LoyaltyAgent:
    """Prefers the creators whose videos this viewer has clicked."""

    name = "loyalty"

    def __init__(self, catalog):
        self.catalog = catalog
        self.clicks = Counter()

    def opine(self, request):
        creators = self.catalog.creator[request.candidates]
        rows = zip(request.viewers, creators, strict=True)
        scores = np.array([[self.clicks[who, c] for c in row] for who, row in rows], dtype=float)
        best = scores.max(axis=1)
        return Opinion(self.name, scores, best / (best + 1))

    def learn(self, feedback):
        creators = self.catalog.creator[feedback.clicked_video]
        for row in np.flatnonzero(feedback.active & (feedback.clicked != NO_CLICK)):
            self._count(feedback.slate.request.viewers[row], creators[row])

    def _count(self, viewer, creator):
        self.clicks[viewer, creator] += 1


class LoyaltyInArrays:
    """The same, with a table of viewers and creators."""

    name = "loyalty"

    def __init__(self, catalog):
        self.catalog = catalog
        self.clicks = np.zeros((50, catalog.creator.max() + 1))

    def opine(self, request):
        scores = self.clicks[request.viewers[:, None], self.catalog.creator[request.candidates]]
        best = scores.max(axis=1)
        return Opinion(self.name, scores, best / (best + 1), ["because"] * len(request))

    def learn(self, feedback):
        rows = feedback.active & (feedback.clicked >= 0)
        viewers = feedback.slate.request.viewers[rows]
        np.add.at(self.clicks, (viewers, self.catalog.creator[feedback.clicked_video[rows]]), 1)


def loyalty_cases(rng):
    catalog = Catalog(
        topic=np.arange(12) % 4, quality=np.zeros(12), creator=np.array([0, 1, 2] * 4)
    )

    def page(viewers, videos, clicked, active=None):
        request = Request(np.array(viewers), np.array(videos), slots=len(videos[0]))
        slate = Slate(np.array(videos), request=request)
        minutes = np.where(np.array(clicked) >= 0, 4.0, 0.0)
        active = None if active is None else np.array(active)
        return Feedback(slate, np.array(clicked), minutes, active=active)

    def ask(viewers, slots=2):
        candidates = np.array([rng.permutation(12)[:6] for _ in viewers])
        return Request(np.array(viewers), candidates, slots)

    def day(pages, viewers):
        return [
            page(
                rng.permutation(40)[:viewers],
                [rng.permutation(12)[:3] for _ in range(viewers)],
                rng.integers(NO_CLICK, 3, viewers),
                rng.random(viewers) < 0.8,
            )
            for _ in range(pages)
        ]

    history = day(30, 20)
    return [
        Case("before anything happened", (catalog, [], ask([0, 1]))),
        Case(
            "viewer 7 clicks video 4, by creator 1, in slot 1",
            (catalog, [page([7], [[3, 4]], [1])], Request(np.array([7]), np.array([[0, 1, 2]]), 1)),
            {
                "scores": np.array([[0.0, 1.0, 0.0]]),
                "confidence": np.array([0.5]),
                "scores when asked again": np.array([[0.0, 1.0, 0.0]]),
                "scores of another agent, which learned nothing": np.zeros((1, 3)),
            },
        ),
        Case("a page without a click", (catalog, [page([3], [[3, 5]], [NO_CLICK])], ask([3]))),
        Case(
            "the session of viewer 1 had ended",
            (catalog, [page([0, 1], [[3], [4]], [0, 0], [True, False])], ask([0, 1])),
        ),
        Case(
            "viewer 2 asks for two pages at once, and clicks the same creator on both",
            (catalog, [page([2, 2], [[0, 4], [7, 8]], [1, 0])], ask([2, 5])),
        ),
        Case("a day of twenty viewers", (catalog, history, ask(rng.permutation(40)[:8]))),
    ]


NO_AGENT = "an agent has a name, and the methods opine and learn"
NO_OPINION = "opine returns an Opinion"


def play_loyalty(answer, case):
    """Let an agent live through a case, and return its opinion, and that of a newborn."""
    catalog, history, request = case.inputs
    agent, other = answer(catalog), answer(catalog)
    if not isinstance(agent, Agent):
        raise TypeError(NO_AGENT)
    for feedback in history:
        agent.learn(feedback)
    opinion, again, blank = agent.opine(request), agent.opine(request), other.opine(request)
    if not isinstance(opinion, Opinion):
        raise TypeError(f"{NO_OPINION}, and yours returns a {type(opinion).__name__}")
    return {
        "scores": opinion.scores,
        "confidence": opinion.confidence,
        "scores when asked again": again.scores,
        "scores of another agent, which learned nothing": blank.scores,
    }


class CountsShows(LoyaltyAgent):
    def learn(self, feedback):
        for row in np.flatnonzero(feedback.active):
            for video in feedback.slate.videos[row]:
                self._count(feedback.slate.request.viewers[row], self.catalog.creator[video])


class OneMemoryForAll(LoyaltyAgent):
    def opine(self, request):
        creators = self.catalog.creator[request.candidates]
        scores = np.array([[self.clicks[0, c] for c in row] for row in creators], dtype=float)
        best = scores.max(axis=1)
        return Opinion(self.name, scores, best / (best + 1))

    def _count(self, viewer, creator):
        self.clicks[0, creator] += 1


class RowsNotViewers(LoyaltyAgent):
    def opine(self, request):
        return super().opine(Request(np.arange(len(request)), request.candidates, request.slots))

    def learn(self, feedback):
        creators = self.catalog.creator[feedback.clicked_video]
        for row in np.flatnonzero(feedback.active & (feedback.clicked != NO_CLICK)):
            self._count(row, creators[row])


class SlotNotVideo(LoyaltyAgent):
    def learn(self, feedback):
        for row in np.flatnonzero(feedback.active & (feedback.clicked != NO_CLICK)):
            creator = self.catalog.creator[feedback.clicked[row]]
            self._count(feedback.slate.request.viewers[row], creator)


class CandidateNotVideo(LoyaltyAgent):
    def learn(self, feedback):
        for row in np.flatnonzero(feedback.active & (feedback.clicked != NO_CLICK)):
            self._count(feedback.slate.request.viewers[row], feedback.clicked_video[row])


class SkipsCountForTheLastSlot(LoyaltyAgent):
    def learn(self, feedback):
        for row in np.flatnonzero(feedback.active):
            video = feedback.slate.videos[row, feedback.clicked[row]]
            self._count(feedback.slate.request.viewers[row], self.catalog.creator[video])


class SkipsCountForTheLastVideo(LoyaltyAgent):
    def learn(self, feedback):
        creators = self.catalog.creator[feedback.clicked_video]
        for row in np.flatnonzero(feedback.active):
            self._count(feedback.slate.request.viewers[row], creators[row])


class LearnsFromEndedSessions(LoyaltyAgent):
    def learn(self, feedback):
        creators = self.catalog.creator[feedback.clicked_video]
        for row in np.flatnonzero(feedback.clicked != NO_CLICK):
            self._count(feedback.slate.request.viewers[row], creators[row])


class ForgetsTheFirstOfTwo(LoyaltyInArrays):
    def learn(self, feedback):
        rows = feedback.active & (feedback.clicked >= 0)
        viewers = feedback.slate.request.viewers[rows]
        self.clicks[viewers, self.catalog.creator[feedback.clicked_video[rows]]] += 1


class RemembersOnlyThat(LoyaltyAgent):
    def _count(self, viewer, creator):
        self.clicks[viewer, creator] = 1


class SureOfTheBatch(LoyaltyAgent):
    def opine(self, request):
        scores = super().opine(request).scores
        best = np.full(len(request), scores.max())
        return Opinion(self.name, scores, best / (best + 1))


class AlwaysSure(LoyaltyAgent):
    def opine(self, request):
        return Opinion(self.name, super().opine(request).scores, np.ones(len(request)))


class SharedMemory(LoyaltyAgent):
    everything: ClassVar = Counter()

    def __init__(self, catalog):
        self.catalog = catalog
        self.clicks = self.everything


class CountsTopics(LoyaltyAgent):
    def learn(self, feedback):
        for row in np.flatnonzero(feedback.active & (feedback.clicked != NO_CLICK)):
            topic = self.catalog.topic[feedback.clicked_video[row]]
            self._count(feedback.slate.request.viewers[row], topic)


class ForgetsYesterday(LoyaltyAgent):
    def learn(self, feedback):
        self.clicks = Counter()
        super().learn(feedback)


class PunishesSkips(LoyaltyAgent):
    def learn(self, feedback):
        super().learn(feedback)
        for row in np.flatnonzero(feedback.active & (feedback.clicked == NO_CLICK)):
            for video in feedback.slate.videos[row]:
                self.clicks[feedback.slate.request.viewers[row], self.catalog.creator[video]] -= 1


class LearnsWhenAsked(LoyaltyAgent):
    def opine(self, request):
        opinion = super().opine(request)
        for viewer, video in zip(request.viewers, request.candidates[:, 0], strict=True):
            self._count(viewer, self.catalog.creator[video])
        return opinion


class SharesNotCounts(LoyaltyAgent):
    def opine(self, request):
        opinion = super().opine(request)
        total = np.maximum(opinion.scores.sum(axis=1, keepdims=True), 1)
        return Opinion(self.name, opinion.scores / total, opinion.confidence)


class SurerThanSure(LoyaltyAgent):
    def opine(self, request):
        scores = super().opine(request).scores
        return Opinion(self.name, scores, scores.max(axis=1))


class NotAnAgent:
    def __init__(self, catalog):
        self.catalog = catalog


class NotAnOpinion(LoyaltyAgent):
    def opine(self, request):
        return super().opine(request).scores


class OneConfidence(LoyaltyAgent):
    def opine(self, request):
        return Opinion(self.name, super().opine(request).scores, 0.5)


def _raised(text, kind=TypeError):
    """Detects answers that stop with this error."""
    return lambda trials: isinstance(trials[0].error, kind) and text in str(trials[0].error)


def _changes_when_asked(trials):
    return any(
        not np.array_equal(trial.returned["scores"], trial.returned["scores when asked again"])
        for trial in trials
    )


def _remembers_without_learning(trials):
    return any(
        np.any(trial.returned["scores of another agent, which learned nothing"]) for trial in trials
    )


A_WHOLE_AGENT = Exercise(
    id="00.5",
    title="A whole agent",
    minutes=15,
    difficulty=3,
    points=4,
    objective="L00.5",
    reference=LoyaltyAgent,
    cases=loyalty_cases,
    observe=play_loyalty,
    hints=(
        "`learn` adds one for each click, to the count of that viewer and the creator of the "
        "clicked video. `opine` looks the counts up for every candidate. A "
        "`collections.Counter` with keys `(viewer, creator)` is enough.",
        "`feedback.clicked_video` holds the clicked video of each row, or −1 for none. Learn from "
        "the rows where `feedback.active & (feedback.clicked >= 0)`; who they are stands in "
        "`feedback.slate.request.viewers`.",
        "In `opine`: `scores[row, column] = self.clicks[request.viewers[row], "
        "self.catalog.creator[request.candidates[row, column]]]`, then `best = scores.max(axis=1)` "
        "and `Opinion(self.name, scores, best / (best + 1))`.",
    ),
    mistakes=(
        Mistake(
            "not_an_agent",
            wrong=NotAnAgent,
            because="The class needs `name = ...`, `opine(self, request)` and "
            "`learn(self, feedback)`, spelled like that.",
            detect=_raised(NO_AGENT),
        ),
        Mistake(
            "not_an_opinion",
            wrong=NotAnOpinion,
            because="`opine` ends with `return Opinion(self.name, scores, confidence)`.",
            detect=_raised(NO_OPINION),
        ),
        Mistake(
            "shape_of_the_opinion",
            wrong=OneConfidence,
            because="Scores have a row for each viewer who asks and a column for each candidate; "
            "confidence has one number for each viewer.",
            detect=_raised("needs", MessageError),
        ),
        Mistake(
            "learns_when_asked",
            wrong=LearnsWhenAsked,
            because="The same question gets another answer when it is asked again: `opine` must "
            "not count anything.",
            detect=_changes_when_asked,
        ),
        Mistake(
            "shared_memory",
            wrong=SharedMemory,
            because="An agent that was just made already remembers. Its memory belongs to the "
            "class: make it in __init__, with self.",
            detect=_remembers_without_learning,
        ),
        Mistake(
            "counted_shows",
            wrong=CountsShows,
            because="You count what was shown. Loyalty is about what was clicked.",
        ),
        Mistake(
            "one_memory_for_all",
            wrong=OneMemoryForAll,
            because="Everybody's clicks fall into one memory. Count for each viewer apart.",
        ),
        Mistake(
            "rows_not_viewers",
            wrong=RowsNotViewers,
            because="Row 0 of a batch is not viewer 0. Who is asking stands in `request.viewers`, "
            "and who clicked in `feedback.slate.request.viewers`.",
        ),
        Mistake(
            "slot_not_video",
            wrong=SlotNotVideo,
            because="`feedback.clicked` is the slot on the page, and you use it as the number of a "
            "video. `feedback.clicked_video` is the video.",
        ),
        Mistake(
            "video_not_creator",
            wrong=CandidateNotVideo,
            because="You count the clicked video where its creator belongs: "
            "`self.catalog.creator[video]`.",
        ),
        Mistake(
            "skips_count_for_the_last_slot",
            wrong=SkipsCountForTheLastSlot,
            because="No click is −1, and `videos[row, -1]` is the last slot: a skip counts as a "
            "click there. Leave rows without a click out.",
        ),
        Mistake(
            "skips_count_for_the_last_video",
            wrong=SkipsCountForTheLastVideo,
            because="No click is −1, and `creator[-1]` is the creator of the catalogue's last "
            "video, who gets every skip. Leave rows without a click out.",
        ),
        Mistake(
            "learned_from_ended_sessions",
            wrong=LearnsFromEndedSessions,
            because="Rows where `feedback.active` is False teach nothing: the session was over.",
        ),
        Mistake(
            "lost_one_of_two_clicks",
            wrong=ForgetsTheFirstOfTwo,
            because="Where a viewer and a creator come twice in a batch, `counts[rows] += 1` adds "
            "only one. Use `np.add.at(counts, rows, 1)`, or a loop.",
        ),
        Mistake(
            "yes_or_no",
            wrong=RemembersOnlyThat,
            because="You remember whether there was a click, not how many.",
        ),
        Mistake(
            "topic_not_creator",
            wrong=CountsTopics,
            because="You count topics; loyalty goes to a creator.",
        ),
        Mistake(
            "forgets_yesterday",
            wrong=ForgetsYesterday,
            because="Each call of `learn` starts from nothing. Make the memory once, in __init__.",
        ),
        Mistake(
            "punishes_skips",
            wrong=PunishesSkips,
            because="You take points away when nothing is clicked. Only clicks count here.",
        ),
        Mistake(
            "shares_not_counts",
            wrong=SharesNotCounts,
            because="You return shares. The score is the count itself.",
        ),
        Mistake(
            "surer_than_sure",
            wrong=SurerThanSure,
            because="A count is no confidence, which lies between 0 and 1: `best / (best + 1)`.",
        ),
        Mistake(
            "sure_of_the_batch",
            wrong=SureOfTheBatch,
            because="All pages get one confidence. Each has its own: `scores.max(axis=1)`.",
        ),
        Mistake(
            "always_sure",
            wrong=AlwaysSure,
            because="The agent is sure before it has seen a click. With `best` the highest score "
            "on a viewer's page, confidence is `best / (best + 1)`.",
        ),
    ),
    others=(LoyaltyInArrays,),
    praise="You have written an agent. Hand it to a FeedPlayer and watch it argue with the others.",
)


EXERCISES = [WARM_UP, READ_AN_OPINION, FILL_A_PAGE, BELIEVE, A_WHOLE_AGENT]
