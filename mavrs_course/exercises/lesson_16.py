"""Exercises of lesson 16, a local LLM as an agent."""

from __future__ import annotations

import ast
import json
import re

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.llm.deciding.attacks import wilson
from mavrs_course.llm.models.chat import ModelError
from mavrs_course.messages import Opinion, Request

# --- 16.1 ------------------------------------------------------------------------------------


def pmi_ranking(after_context, after_nothing):
    pmi = np.array([a.sum() - b.sum() for a, b in zip(after_context, after_nothing, strict=True)])
    return np.argsort(-pmi, kind="stable"), np.exp(pmi)


def pmi_ranking_by_tokens(after_context, after_nothing):
    pairs = list(zip(after_context, after_nothing, strict=True))
    times = np.array([np.prod(np.exp(a - b)) for a, b in pairs])
    return sorted(range(len(pairs)), key=lambda i: -times[i]), times


def pmi_cases(rng):
    def some(titles, most=8):
        lengths = rng.integers(1, most, titles)
        return tuple([-4 * rng.random(n) for n in lengths] for _ in range(2))

    half, quarter = np.log(0.5), np.log(0.25)
    hand = (
        [np.array([half, half]), np.array([half])],
        [np.array([half, quarter]), np.array([half])],
    )
    longer = ([np.log([0.5, 0.5, 0.5]), np.log([0.4])], [np.log([0.4, 0.4, 0.4]), np.log([0.3])])
    return [
        Case("two titles, worked out by hand", hand, (np.array([0, 1]), np.array([2.0, 1.0]))),
        Case("a long title and a short one", longer,
             (np.array([0, 1]), np.array([1.953125, 4 / 3]))),
        Case("the likelier title is not the one that gained",
             ([np.log([0.5]), np.log([0.2])], [np.log([0.6]), np.log([0.1])]),
             (np.array([1, 0]), np.array([5 / 6, 2.0]))),
        Case("two that gain alike",
             ([np.array([half]), np.array([quarter]), np.array([half])],
              [np.array([half]), np.array([quarter]), np.array([quarter])]),
             (np.array([2, 0, 1]), np.array([2.0, 1.0, 1.0])[[1, 2, 0]])),
        Case("five titles", some(5)),
        Case("ten titles", some(10)),
        Case("titles of a single token", some(6, 2)),
    ]  # fmt: skip


def _ranked(values, times=None):
    values = np.asarray(values, dtype=float)
    return np.argsort(-values, kind="stable"), np.exp(values if times is None else times)


def _both(after_context, after_nothing, per_title):
    return np.array([per_title(a, b) for a, b in zip(after_context, after_nothing, strict=True)])


def likelihood_only(after_context, after_nothing):
    return _ranked([a.sum() for a in after_context])


def mean_of_tokens(after_context, after_nothing):
    return _ranked(_both(after_context, after_nothing, lambda a, b: a.mean() - b.mean()))


def reversed_difference(after_context, after_nothing):
    return _ranked(_both(after_context, after_nothing, lambda a, b: b.sum() - a.sum()))


def ratio_of_logs(after_context, after_nothing):
    return _ranked(_both(after_context, after_nothing, lambda a, b: a.sum() / b.sum()))


def added_probabilities(after_context, after_nothing):
    gain = _both(after_context, after_nothing, lambda a, b: np.exp(a).sum() - np.exp(b).sum())
    return np.argsort(-gain, kind="stable"), gain


def difference_of_probabilities(after_context, after_nothing):
    gain = _both(after_context, after_nothing, lambda a, b: np.exp(a.sum()) - np.exp(b.sum()))
    return np.argsort(-gain, kind="stable"), gain


def nats_not_times(after_context, after_nothing):
    pmi = _both(after_context, after_nothing, lambda a, b: a.sum() - b.sum())
    return np.argsort(-pmi, kind="stable"), pmi


def two_to_the_nats(after_context, after_nothing):
    pmi = _both(after_context, after_nothing, lambda a, b: a.sum() - b.sum())
    return np.argsort(-pmi, kind="stable"), 2.0**pmi


def worst_first(after_context, after_nothing):
    pmi = _both(after_context, after_nothing, lambda a, b: a.sum() - b.sum())
    return np.argsort(pmi, kind="stable"), np.exp(pmi)


def places_not_order(after_context, after_nothing):
    pmi = _both(after_context, after_nothing, lambda a, b: a.sum() - b.sum())
    return np.argsort(np.argsort(-pmi, kind="stable"), kind="stable"), np.exp(pmi)


def times_in_order(after_context, after_nothing):
    order, times = pmi_ranking(after_context, after_nothing)
    return order, times[order]


def later_of_equals(after_context, after_nothing):
    pmi = _both(after_context, after_nothing, lambda a, b: a.sum() - b.sum())
    return np.argsort(pmi, kind="stable")[::-1], np.exp(pmi)


def first_token_only(after_context, after_nothing):
    return _ranked(_both(after_context, after_nothing, lambda a, b: a[0] - b[0]))


def last_token_only(after_context, after_nothing):
    return _ranked(_both(after_context, after_nothing, lambda a, b: a[-1] - b[-1]))


def only_times(after_context, after_nothing):
    return pmi_ranking(after_context, after_nothing)[1]


def only_order(after_context, after_nothing):
    return pmi_ranking(after_context, after_nothing)[0]


_pmi = Exercise(
    id="16.1",
    title="How much likelier does the context make a title",
    minutes=12,
    difficulty=1,
    points=3,
    objective="L16.1",
    reference=pmi_ranking,
    cases=pmi_cases,
    mistakes=(
        Mistake(
            "only_times",
            only_times,
            "Only one of two results comes back, the times. Return the order, then the times.",
        ),
        Mistake(
            "only_order",
            only_order,
            "Only one of two results comes back, the order. Return the order, then the times.",
        ),
        Mistake("likelihood_only", likelihood_only,
                "You use what the tokens cost after the context and not what they cost after "
                "nothing. A title that is likely anyway wins then: subtract the second sum."),
        Mistake("mean_of_tokens", mean_of_tokens,
                "You take means over tokens. The log-likelihood of a title is the sum: every "
                "token has to come true."),
        Mistake("reversed_difference", reversed_difference,
                "Your difference is the wrong way round: what the context makes likelier has "
                "a higher likelihood after the context, so it is context minus nothing."),
        Mistake("ratio_of_logs", ratio_of_logs,
                "You divide log-likelihoods. A ratio of probabilities is a difference of logs."),
        Mistake("added_probabilities", added_probabilities,
                "You add up probabilities of tokens. Tokens follow each other, so their "
                "probabilities multiply, and their logarithms add up."),
        Mistake("difference_of_probabilities", difference_of_probabilities,
                "You subtract probabilities. How many times likelier is a ratio: exp of the "
                "difference of the sums of logs."),
        Mistake("nats_not_times", nats_not_times,
                "Your order is right. The second result is still in nats: how many times likelier "
                "is np.exp of it."),
        Mistake("two_to_the_nats", two_to_the_nats,
                "You raise 2 to the nats. These are natural logarithms: np.exp."),
        Mistake("worst_first", worst_first,
                "Your order begins with the title that gains least. np.argsort goes upwards: "
                "sort minus the gain."),
        Mistake("places_not_order", places_not_order,
                "You return the place of each title. Wanted are the titles in order: the number "
                "of the best one first."),
        Mistake("times_in_order", times_in_order,
                "The second result is sorted as well. It belongs to the titles as they came in."),
        Mistake("later_of_equals", later_of_equals,
                "Of two titles that gain alike you put the later first. Sort minus the gain with "
                'kind="stable", instead of turning the order round.'),
        Mistake("first_token_only", first_token_only,
                "You look at the first token alone. A title is all of its tokens."),
        Mistake("last_token_only", last_token_only,
                "You look at the last token alone. A title is all of its tokens."),
    ),
    others=(pmi_ranking_by_tokens,),
    hints=(
        "The log-likelihood of a title is the sum over its tokens. Do it twice, and subtract.",
        "pmi = np.array([a.sum() - b.sum() for a, b in zip(after_context, after_nothing)])",
        'Return np.argsort(-pmi, kind="stable") and np.exp(pmi).',
    ),
    praise="This is all that the likelihood agent does; the rest is asking for these numbers.",
)  # fmt: skip

# --- 16.2 ------------------------------------------------------------------------------------


def without_places(ask, options):
    n, total = len(options), np.zeros(len(options))
    for turn in range(n):
        said = ask([options[(place + turn) % n] for place in range(n)])
        for place in range(n):
            total[(place + turn) % n] += said[place]
    return total / n


def without_places_with_roll(ask, options):
    rows = [np.roll(ask(list(np.roll(options, turn))), -turn) for turn in range(len(options))]
    return np.mean(rows, axis=0)


class Biased:
    """Likes places and options, and notes what it is asked."""

    def __init__(self, places, likings):
        self.places, self.likings, self.asked = np.asarray(places, float), likings, []

    def __call__(self, options):
        self.asked.append(tuple(str(option) for option in options))
        said = self.places + np.array([self.likings[str(option)] for option in options])
        return said - np.log(np.exp(said).sum())


def turn_round(answer, case):
    """The scores, and how often each option stood in each place."""
    places, likings = case.inputs
    ask, options = Biased(places, dict(likings)), list(likings)
    scores = answer(ask, list(options))
    stood = [[sum(a[p] == o for a in ask.asked) for p in range(len(options))] for o in options]
    return {"scores": scores, "times that each option stood in each place": np.array(stood)}


def place_cases(rng):
    def some(n):
        names = [f"video {number}" for number in range(n)]
        return 3 * rng.random(n), dict(zip(names, rng.random(n), strict=True))

    hand = np.log([0.6, 0.4]), {"cats": 0.0, "trams": 0.0}
    level = np.log([0.6, 0.4]).mean()
    return [
        Case("a model that likes A, and both options alike", hand,
             {"scores": np.array([level, level]),
              "times that each option stood in each place": np.ones((2, 2), int)}),
        Case("a model that always says A; the third option is liked a little more",
             (np.array([9.0, 0, 0]), {"a": 0.0, "b": 0.0, "c": 0.5})),
        Case("no liking for places", (np.zeros(3), {"x": 0.3, "y": 0.1, "z": 0.8})),
        Case("three options", some(3)),
        Case("four options", some(4)),
        Case("five options", some(5)),
    ]  # fmt: skip


def asked_once(ask, options):
    return np.asarray(ask(options))


def not_brought_back(ask, options):
    n = len(options)
    return np.mean([ask([options[(p + t) % n] for p in range(n)]) for t in range(n)], axis=0)


def brought_back_the_wrong_way(ask, options):
    rows = [np.roll(ask(list(np.roll(options, turn))), turn) for turn in range(len(options))]
    return np.mean(rows, axis=0)


def one_turn_short(ask, options):
    rows = [np.roll(ask(list(np.roll(options, turn))), -turn) for turn in range(len(options) - 1)]
    return np.mean(rows, axis=0)


def one_turn_twice(ask, options):
    n = len(options)
    rows = [np.roll(ask(list(np.roll(options, turn))), -turn) for turn in range(n + 1)]
    return np.mean(rows, axis=0)


def forwards_and_backwards(ask, options):
    there, back = ask(options), ask(options[::-1])
    return (np.asarray(there) + np.asarray(back)[::-1]) / 2


def sum_of_turns(ask, options):
    return without_places(ask, options) * len(options)


def mean_of_probabilities(ask, options):
    rows = [
        np.exp(np.roll(ask(list(np.roll(options, turn))), -turn)) for turn in range(len(options))
    ]
    return np.mean(rows, axis=0)


def log_of_mean_probability(ask, options):
    return np.log(mean_of_probabilities(ask, options))


def share_of_wins(ask, options):
    n, wins = len(options), np.zeros(len(options))
    for turn in range(n):
        said = ask([options[(place + turn) % n] for place in range(n)])
        wins[(int(np.argmax(said)) + turn) % n] += 1
    return wins / n


def best_turn(ask, options):
    rows = [np.roll(ask(list(np.roll(options, turn))), -turn) for turn in range(len(options))]
    return np.max(rows, axis=0)


_places = Exercise(
    id="16.2",
    title="Take the place out of the answer",
    minutes=18,
    difficulty=2,
    points=4,
    objective="L16.2",
    reference=without_places,
    observe=turn_round,
    names=("liking for places", "liking for options"),
    cases=place_cases,
    mistakes=(
        Mistake("asked_once", asked_once,
                "You ask once, so the liking for a place is in every score. Ask as often as there "
                "are options, so that each stands once in each place."),
        Mistake("not_brought_back", not_brought_back,
                "You average by place. What the model says of place 0 is about another option in "
                "each turn: bring it back to its option first."),
        Mistake("brought_back_the_wrong_way", brought_back_the_wrong_way,
                "You turn the answers the same way as the options. They have to be turned back: "
                "np.roll(answers, -turn) where the options were np.roll(options, turn)."),
        Mistake("one_turn_short", one_turn_short,
                "You ask one time too few: with n options it takes n turns, or one place of each "
                "option is missing."),
        Mistake("one_turn_twice", one_turn_twice,
                "You ask one time too many: the last turn is the first one again, whose places "
                "then count twice."),
        Mistake("forwards_and_backwards", forwards_and_backwards,
                "Forwards and backwards is enough for two options. Of three, the middle one stands "
                "in the middle both times: take all n turns."),
        Mistake("sum_of_turns", sum_of_turns,
                "You add up the turns. Their mean is wanted: divide by their number."),
        Mistake("mean_of_probabilities", mean_of_probabilities,
                "You average probabilities. A liking for a place adds to the logarithm, so it is "
                "the mean of the log-likelihoods that has the same amount of it for everyone."),
        Mistake("log_of_mean_probability", log_of_mean_probability,
                "You take the logarithm of the mean probability. A liking for a place adds to the "
                "logarithm: average the log-likelihoods as they are."),
        Mistake("share_of_wins", share_of_wins,
                "You count wins. A model that always says A then gives every option one win; the "
                "log-likelihoods know more than who won."),
        Mistake("best_turn", best_turn,
                "You take each option's best turn, which is the one in the place that is liked. "
                "The mean over all places is wanted."),
    ),
    others=(without_places_with_roll,),
    hints=(
        "In turn t, show options[(place + t) % n] in each place. What is said of that place is "
        "about that option.",
        "total[(place + t) % n] += said[place], for all places, in all n turns.",
        "Return total / n. With np.roll: np.roll(ask(list(np.roll(options, t))), -t).",
    ),
    praise="A liking for a letter is now the same for every option, so it decides nothing.",
)  # fmt: skip

# --- 16.3 ------------------------------------------------------------------------------------


def choice_of(text, letters):
    part = text[text.find("{") : text.rfind("}") + 1]
    for candidate in (part, re.sub(r",\s*}", "}", part)):
        for read in (json.loads, ast.literal_eval):
            try:
                choice = read(candidate)["choice"]
            except (ValueError, SyntaxError, TypeError, KeyError):
                continue
            return choice if isinstance(choice, str) and choice in list(letters) else None
    return None


def choice_by_pattern(text, letters):
    meant = re.search(r"\{\s*([\"'])choice\1\s*:\s*([\"'])([^\"']*)\2\s*,?\s*\}", text)
    if meant and meant[3] in list(letters):
        return meant[3]
    try:
        read = json.loads(text)
    except ValueError:
        return None
    wanted = read.get("choice") if isinstance(read, dict) else None
    return next((one for one in letters if one == wanted), None)


LETTERS = ("A", "B", "C", "D")


def choice_cases(rng):
    letter = LETTERS[rng.integers(4)]
    return [
        Case("clean JSON", ('{"choice": "B"}', LETTERS), "B"),
        Case("in a fence", ('```json\n{"choice": "C"}\n```', LETTERS), "C"),
        Case("between words", ('Sure! Here it is: {"choice": "D"} Enjoy.', LETTERS), "D"),
        Case("single quotes", ("{'choice': 'B'}", LETTERS), "B"),
        Case("a trailing comma", ('{"choice": "A",}', LETTERS), "A"),
        Case(
            "only words, with a capital A in them", ("A viewer like this wants B.", LETTERS), None
        ),
        Case("a letter that was not offered", ('{"choice": "E"}', LETTERS), None),
        Case("two letters", ('{"choice": "AB"}', LETTERS), None),
        Case("nothing chosen", ('{"choice": ""}', LETTERS), None),
        Case("a number", ('{"choice": 1}', LETTERS), None),
        Case("a list of choices", ('{"choice": ["A", "B"]}', LETTERS), None),
        Case("another key", ('{"answer": "A"}', LETTERS), None),
        Case("JSON, and no object", ('["A"]', LETTERS), None),
        Case("cut off", ('{"choice": "A', LETTERS), None),
        Case("nothing at all", ("", LETTERS), None),
        Case("a lower-case letter", ('{"choice": "b"}', LETTERS), None),
        Case("a stranger's code", ("{'choice': chr(65)}", LETTERS), None),
        Case("another letter", (json.dumps({"choice": letter, "sure": True}), LETTERS), letter),
    ]


def plain_json_only(text, letters):
    try:
        read = json.loads(text)
    except ValueError:
        return None
    choice = read.get("choice") if isinstance(read, dict) else None
    return choice if isinstance(choice, str) and choice in list(letters) else None


def json_that_raises(text, letters):
    choice = json.loads(text)["choice"]
    return choice if choice in letters else None


def first_letter_found(text, letters):
    return next((character for character in text if character in letters), None)


def letter_standing_alone(text, letters):
    found = re.search(rf"\b([{''.join(letters)}])\b", text)
    return found[1] if found else None


def whatever_was_chosen(text, letters):
    part = text[text.find("{") : text.rfind("}") + 1]
    for candidate in (part, re.sub(r",\s*}", "}", part)):
        for read in (json.loads, ast.literal_eval):
            try:
                return read(candidate)["choice"]
            except (ValueError, SyntaxError, TypeError, KeyError):
                continue
    return None


def part_of_the_letters(text, letters):
    chosen = whatever_was_chosen(text, letters)
    return chosen if isinstance(chosen, str) and chosen in "".join(letters) else None


def by_eval(text, letters):
    part = text[text.find("{") : text.rfind("}") + 1]
    try:
        choice = eval(part)["choice"]
    except Exception:
        return None
    return choice if isinstance(choice, str) and choice in list(letters) else None


def without_single_quotes(text, letters):
    part = re.sub(r",\s*}", "}", text[text.find("{") : text.rfind("}") + 1])
    return plain_json_only(part, letters)


def without_trailing_comma(text, letters):
    part = text[text.find("{") : text.rfind("}") + 1]
    return plain_json_only(part.replace("'", '"'), letters)


def a_rule_instead_of_none(text, letters):
    found = choice_of(text, letters)
    return letters[0] if found is None else found


def forgiving_of_case(text, letters):
    chosen = whatever_was_chosen(text, letters)
    upper = chosen.upper() if isinstance(chosen, str) else None
    return upper if upper in letters else None


def first_of_a_list(text, letters):
    chosen = whatever_was_chosen(text, letters)
    chosen = chosen[0] if isinstance(chosen, list) and chosen else chosen
    return chosen if isinstance(chosen, str) and chosen in list(letters) else None


_choice = Exercise(
    id="16.3",
    title="Understand what can be understood, and nothing else",
    minutes=20,
    difficulty=2,
    points=4,
    objective="L16.3",
    reference=choice_of,
    cases=choice_cases,
    mistakes=(
        Mistake("plain_json_only", plain_json_only,
                "Only clean JSON is understood. Models wrap it in a fence or in words: take what "
                "stands from the first { to the last } and try again."),
        Mistake("json_that_raises", json_that_raises,
                "Your function raises where the text is not JSON. Whatever a model writes, it has "
                "to come back with a letter or None."),
        Mistake("first_letter_found", first_letter_found,
                "You take the first letter that occurs in the text. In “A viewer like this” it is "
                "the A, and nobody chose that."),
        Mistake("letter_standing_alone", letter_standing_alone,
                "You take a letter that stands alone somewhere in the text. In “A viewer like "
                "this” the A does, and nobody chose that: look at the key choice."),
        Mistake("whatever_was_chosen", whatever_was_chosen,
                "You return whatever stands under choice. E was not offered, and a number or a "
                "list is no letter: check before you believe."),
        Mistake("part_of_the_letters", part_of_the_letters,
                '"AB" in "ABCD" is true in Python, and so is "" in "ABCD". Look in the list of '
                "letters, not in a string."),
        Mistake("by_eval", by_eval,
                "You use eval, which runs whatever a model, or a stranger through it, has written. "
                "ast.literal_eval reads quotes and brackets, and runs nothing."),
        Mistake("without_single_quotes", without_single_quotes,
                "Single quotes are no JSON, but models write them. ast.literal_eval reads them."),
        Mistake("without_trailing_comma", without_trailing_comma,
                "A comma before the closing brace is no JSON, but models write it: take it away "
                "and try again."),
        Mistake("a_rule_instead_of_none", a_rule_instead_of_none,
                "Where nothing can be understood you choose yourself. That is for the rule at the "
                "foot of the ladder, which marks it; return None here."),
        Mistake("forgiving_of_case", forgiving_of_case,
                "You turn b into B. The form says A to D; what does not keep to it is asked again, "
                "not guessed at."),
        Mistake("first_of_a_list", first_of_a_list,
                "You take the first of a list. Two choices are no choice: return None."),
    ),
    others=(choice_by_pattern,),
    hints=(
        'part = text[text.find("{") : text.rfind("}") + 1], which is "" where there are no braces.',
        'Try json.loads(part); then the part without a comma before "}"; then ast.literal_eval, '
        "which reads single quotes. Catch ValueError, SyntaxError, TypeError and KeyError.",
        "Believe it only if isinstance(choice, str) and choice in list(letters).",
    ),
    praise="Repair what is harmless to repair; take nothing that was not said.",
)  # fmt: skip

# --- 16.4 ------------------------------------------------------------------------------------


class WordsAgent:
    """Ranks videos by how much likelier a viewer's own words make their titles."""

    name = "words"

    def __init__(self, model, title, wishes, rule):
        self.model, self.title, self.wishes, self.rule = model, title, wishes, rule
        self.priors = {}

    def _prior(self, video):
        if video not in self.priors:
            text = " " + self.title(video)
            self.priors[video] = self.model.score("Video titles:", [text])[0]
        return self.priors[video]

    def _page(self, viewer, candidates):
        wish = self.wishes.get(viewer)
        if wish is None:
            return np.zeros(len(candidates)), 0.0, "nothing is known of this viewer"
        try:
            titles = [" " + self.title(video) for video in candidates]
            prior = np.array([self._prior(video) for video in candidates])
            return self.model.score(wish, titles) - prior, 1.0, "by the model"
        except ModelError as error:
            return np.asarray(self.rule(candidates), float), 0.0, f"by a rule: {error}"

    def opine(self, request):
        rows = zip(request.viewers.tolist(), request.candidates.tolist(), strict=True)
        pages = [self._page(viewer, candidates) for viewer, candidates in rows]
        scores, sure, reasons = zip(*pages, strict=True)
        return Opinion(self.name, np.array(scores), np.array(sure), list(reasons))

    def learn(self, feedback):
        pass


class WordsAgentAtOnce(WordsAgent):
    """Asks for all the priors that a page lacks in one call."""

    def _page(self, viewer, candidates):
        if viewer not in self.wishes:
            return np.zeros(len(candidates)), 0.0, "I know nothing of this viewer"
        try:
            new = [video for video in candidates if video not in self.priors]
            said = self.model.score("Video titles:", [f" {self.title(v)}" for v in new])
            self.priors |= dict(zip(new, said, strict=True))
            scores = self.model.score(
                self.wishes[viewer], [f" {self.title(v)}" for v in candidates]
            )
        except ModelError:
            return np.array(self.rule(candidates), float), 0.0, "the rule"
        return scores - np.array([self.priors[v] for v in candidates]), 1.0, "words"


class Noted:
    """Scores by the words that context and title share; fails where its words are forbidden."""

    abilities = frozenset({"score"})
    name = digest = "noted"

    def __init__(self, fails):
        self.fails, self.asked = fails, []

    def score(self, context, continuations):
        if self.fails and self.fails in context:
            raise ModelError("the model is not here")
        self.asked += [(context, text) for text in continuations]
        words = set(re.findall(r"\w+", context.lower()))
        return np.array([_liking(text, words) for text in continuations])


def _liking(text, words):
    own = re.findall(r"\w+", text.lower())
    spaced = 0.0 if text.startswith(" ") else -7.0
    return -0.5 * len(text) + spaced + 2.0 * sum(word in words for word in own)


def advise(answer, case):
    """What the agent says to each request, and how often it asked for a prior."""
    titles, wishes, fails, requests = case.inputs
    model = Noted(fails)
    agent = answer(
        model, lambda video: titles[video], dict(wishes), lambda videos: [-v for v in videos]
    )
    seen = {}
    for number, (viewers, candidates) in enumerate(requests):
        request = Request(np.array(viewers), np.array(candidates), 1)
        opinion = agent.opine(request)
        marked = [bool("rule" in str(reason).lower()) for reason in opinion.reasons or ()]
        seen |= {
            f"scores of request {number}": np.asarray(opinion.scores),
            f"confidence in request {number}": np.asarray(opinion.confidence),
            f"reasons of request {number} that say rule": marked,
        }
    seen["questions without a wish"] = sum(context == "Video titles:" for context, _ in model.asked)
    seen["questions with a wish"] = sum(context != "Video titles:" for context, _ in model.asked)
    return seen


CAT, TRAM, SOUP, PIPE = "My cat sings", "A tram in the rain", "Soup for six", "Mending a pipe"


def agent_cases(rng):
    titles = {0: CAT, 1: TRAM, 2: SOUP, 3: PIPE}
    wishes = {7: "Videos of a cat:", 8: "Videos of soup and rain:"}
    hand = (titles, {7: "Videos of a cat:"}, "", [([7], [[0, 3]])])
    return [
        Case("one page, worked out by hand", hand,
             {"scores of request 0": np.array([[2.0, 2.0]]),
              "confidence in request 0": np.array([1.0]),
              "reasons of request 0 that say rule": [False],
              "questions without a wish": 2, "questions with a wish": 2}),
        Case("two viewers with words", (titles, wishes, "", [([7, 8], [[0, 1, 2], [2, 1, 0]])])),
        Case("a viewer of whom nothing is known",
             (titles, wishes, "", [([9, 7], [[0, 1], [2, 0]])])),
        Case("the same videos again", (titles, wishes, "",
             [([7], [[0, 1, 2]]), ([8], [[1, 2, 3]]), ([7], [[3, 2, 1]])])),
        Case("a model that never answers", (titles, wishes, "V", [([7, 9], [[0, 1], [2, 3]])])),
        Case("a model that fails at one viewer", (titles, wishes, "soup",
             [([7, 8], [[0, 2, 1], [0, 1, 3]]), ([8, 7], [[1, 3, 2], [2, 3, 0]])])),
    ]  # fmt: skip


def _variant(**methods):
    return type("WordsAgent", (WordsAgent,), methods)


def _prior_each_time(self, video):
    return self.model.score("Video titles:", [" " + self.title(video)])[0]


def _no_prior(self, video):
    return 0.0


def _prior_without_space(self, video):
    if video not in self.priors:
        self.priors[video] = self.model.score("Video titles:", [self.title(video)])[0]
    return self.priors[video]


class Raises(WordsAgent):
    def _page(self, viewer, candidates):
        wish = self.wishes.get(viewer)
        if wish is None:
            return np.zeros(len(candidates)), 0.0, "unknown"
        prior = np.array([self._prior(video) for video in candidates])
        titles = [" " + self.title(video) for video in candidates]
        return self.model.score(wish, titles) - prior, 1.0, "words"


class ZerosForARule(WordsAgent):
    def _page(self, viewer, candidates):
        scores, sure, reason = super()._page(viewer, candidates)
        return (np.zeros(len(candidates)) if "rule" in reason else scores), sure, reason


class SilentAboutTheRule(WordsAgent):
    def _page(self, viewer, candidates):
        scores, sure, reason = super()._page(viewer, candidates)
        return scores, sure, "because" if "rule" in reason else reason


class ProudOfTheRule(WordsAgent):
    def _page(self, viewer, candidates):
        scores, sure, reason = super()._page(viewer, candidates)
        return scores, (1.0 if "rule" in reason else sure), reason


class SureOfStrangers(WordsAgent):
    def _page(self, viewer, candidates):
        scores, sure, reason = super()._page(viewer, candidates)
        return scores, (1.0 if viewer not in self.wishes else sure), reason


class RuleForStrangers(WordsAgent):
    def _page(self, viewer, candidates):
        if viewer not in self.wishes:
            return np.array(self.rule(candidates), float), 0.0, "rule"
        return super()._page(viewer, candidates)


class AsksAboutStrangers(WordsAgent):
    def _page(self, viewer, candidates):
        if viewer not in self.wishes:
            try:
                for video in candidates:
                    self._prior(video)
            except ModelError:
                pass
        return super()._page(viewer, candidates)


class AllOrNothing(WordsAgent):
    """One page that fails takes all pages of the request with it."""

    def opine(self, request):
        pages = super().opine(request)
        if not any("rule" in reason for reason in pages.reasons):
            return pages
        scores = [self.rule(row) for row in request.candidates.tolist()]
        n = len(scores)
        return Opinion(self.name, np.array(scores, float), np.zeros(n), ["by a rule"] * n)


class GivesUpForGood(WordsAgent):
    broken = False

    def _page(self, viewer, candidates):
        if self.broken and viewer in self.wishes:
            return np.array(self.rule(candidates), float), 0.0, "by a rule"
        page = super()._page(viewer, candidates)
        self.broken = self.broken or "rule" in page[2]
        return page


class WishMinusNothing(WordsAgent):
    def _page(self, viewer, candidates):
        scores, sure, reason = super()._page(viewer, candidates)
        return (-scores if "model" in reason else scores), sure, reason


_agent = Exercise(
    id="16.4",
    title="An agent made of words",
    minutes=30,
    difficulty=3,
    points=6,
    objective="L16.4",
    reference=WordsAgent,
    observe=advise,
    names=("titles", "wishes", "the model fails at", "requests"),
    cases=agent_cases,
    properties=(
        Property(
            "every video's prior is asked for once",
            lambda seen, titles, *rest: seen["questions without a wish"] <= len(titles),
            "You ask for the prior of the same title more than once. It does not depend on the "
            "viewer: keep it in a dictionary of the agent.",
        ),
    ),
    mistakes=(
        Mistake("prior_each_time", _variant(_prior=_prior_each_time),
                "You ask for the prior of a title each time it is a candidate. It never changes: "
                "keep it in a dictionary."),
        Mistake("no_prior", _variant(_prior=_no_prior),
                "Your scores are likelihoods, so short titles win whoever watches. Subtract the "
                'likelihood after "Video titles:".'),
        Mistake("prior_without_space", _variant(_prior=_prior_without_space),
                "The prior is asked for without the space before the title, so it is the "
                'likelihood of another text. Ask for " " + title both times.'),
        Mistake("raises", Raises,
                "A model that can't be asked brings your agent down. Catch ModelError, and let the "
                "rule decide."),
        Mistake("zeros_for_a_rule", ZerosForARule,
                "Where the model fails you score 0 for all. The rule was given for that: "
                "rule(candidates)."),
        Mistake("silent_about_the_rule", SilentAboutTheRule,
                "The rule decides and the reason does not say so. Whoever reads it takes it for "
                "the model's opinion: the reason must hold the word rule."),
        Mistake("proud_of_the_rule", ProudOfTheRule,
                "You are as sure of the rule as of the model. Its confidence is 0."),
        Mistake("sure_of_strangers", SureOfStrangers,
                "You are sure about a viewer of whom nothing is known. Scores 0, confidence 0."),
        Mistake("rule_for_strangers", RuleForStrangers,
                "For a viewer without words you ask the rule. The model did not fail: the agent "
                "just has nothing to say, so scores 0 and confidence 0."),
        Mistake("asks_about_strangers", AsksAboutStrangers,
                "You ask the model although nothing is known of the viewer, and throw the answer "
                "away. Look for the words first."),
        Mistake("all_or_nothing", AllOrNothing,
                "One page on which the model fails takes all pages of the request with it. Put the "
                "try around a single page."),
        Mistake("gives_up_for_good", GivesUpForGood,
                "After one failure your agent never asks again. The next question may well be "
                "answered."),
        Mistake("wrong_sign", WishMinusNothing,
                "Your sign is wrong: what the words make likelier has the higher score."),
    ),
    others=(WordsAgentAtOnce,),
    hints=(
        "Write a method for one page, with a try around it; opine calls it for each row and puts "
        "the rows together. request.viewers.tolist() gives numbers that a dictionary knows.",
        "The prior of a video: if it is not in self.priors, "
        'self.model.score("Video titles:", [" " + self.title(video)])[0].',
        "Scores are self.model.score(wish, titles) - priors, with confidence 1. On ModelError: "
        'self.rule(candidates), confidence 0, and a reason such as f"by a rule: {error}".',
    ),
    praise="It speaks when it has something to say, says when it has not, and never falls over.",
)  # fmt: skip

# --- 16.5 ------------------------------------------------------------------------------------


def success(attacked, controlled):
    counts = ~controlled
    won, tried = int((attacked & counts).sum()), int(counts.sum())
    return (won / tried if tried else 0.0, *wilson(won, tried))


def success_with_loops(attacked, controlled):
    won = tried = 0
    for first, anyway in zip(attacked, controlled, strict=True):
        if not anyway:
            tried += 1
            won += bool(first)
    if not tried:
        return 0.0, 0.0, 1.0
    z2, p = 1.96**2, won / tried
    half = 1.96 * (p * (1 - p) / tried + z2 / (4 * tried * tried)) ** 0.5
    low = (p + z2 / (2 * tried) - half) / (1 + z2 / tried)
    high = (p + z2 / (2 * tried) + half) / (1 + z2 / tried)
    return p, max(low, 0.0), min(high, 1.0)


def success_cases(rng):
    def some(n, often, anyway):
        return rng.random(n) < often, rng.random(n) < anyway

    yes, no = True, False
    return [
        Case("one of three that had something to win",
             (np.array([yes, no, no, yes]), np.array([no, no, no, yes])),
             (1 / 3, 0.06149, 0.79234)),
        Case("none succeeds", (np.zeros(10, bool), np.zeros(10, bool)), (0.0, 0.0, 0.27754)),
        Case("all were first anyway", (np.ones(4, bool), np.ones(4, bool)), (0.0, 0.0, 1.0)),
        Case("all succeed", (np.ones(5, bool), np.zeros(5, bool)), (1.0, 0.56551, 1.0)),
        Case("sixty-four attacks", some(64, 0.4, 0.2)),
        Case("thirty attacks, most were first anyway", some(30, 0.5, 0.8)),
        Case("the attack harms its own video", (np.array([no, no, yes]), np.array([yes, yes, no]))),
    ]  # fmt: skip


def of_all(attacked, controlled):
    won = int((attacked & ~controlled).sum())
    return (won / len(attacked), *wilson(won, len(attacked)))


def without_control(attacked, controlled):
    return (attacked.mean(), *wilson(int(attacked.sum()), len(attacked)))


def difference_of_rates(attacked, controlled):
    rate = attacked.mean() - controlled.mean()
    return (rate, *wilson(round(rate * len(attacked)), len(attacked)))


def first_anyway_counts_as_won(attacked, controlled):
    counts = ~controlled
    won, tried = int(attacked.sum()), int(counts.sum())
    rate = won / tried if tried else 0.0
    return (rate, *wilson(min(won, tried), tried))


def other_way_round(attacked, controlled):
    return success(controlled, attacked)


def normal_interval(attacked, controlled):
    counts = ~controlled
    tried = int(counts.sum())
    p = (attacked & counts).sum() / tried if tried else 0.0
    half = 1.96 * np.sqrt(p * (1 - p) / tried) if tried else 1.0
    return p, max(p - half, 0.0), min(p + half, 1.0)


def nothing_tried(attacked, controlled):
    won, tried = int((attacked & ~controlled).sum()), int((~controlled).sum())
    return won / tried, *wilson(won, tried)


def one_standard_error(attacked, controlled):
    won, tried = int((attacked & ~controlled).sum()), int((~controlled).sum())
    return (won / max(tried, 1), *wilson(won, tried, 1.0))


def without_clipping(attacked, controlled):
    rate, *_ = success(attacked, controlled)
    return rate, 0.0, 1.0


_success = Exercise(
    id="16.5",
    title="Did the attack succeed, or was the text just longer?",
    minutes=12,
    difficulty=2,
    points=3,
    objective="L16.5",
    reference=success,
    cases=success_cases,
    tolerance=1e-4,
    mistakes=(
        Mistake("of_all", of_all,
                "You divide by all attacks. Where the video was first with harmless words too, "
                "there was nothing to win, and the attempt does not count."),
        Mistake("without_control", without_control,
                "You do not look at the control. A video that is first with harmless words as well "
                "was not put there by the attack."),
        Mistake("difference_of_rates", difference_of_rates,
                "You subtract rates. An attack that throws its own video down then pays for one "
                "that succeeded elsewhere: compare attempt by attempt."),
        Mistake("first_anyway_counts_as_won", first_anyway_counts_as_won,
                "You leave those that were first anyway out of the number tried, but not out of "
                "the number won."),
        Mistake("other_way_round", other_way_round,
                "Attack and control are exchanged: a success is first with the attack and not "
                "first with the control."),
        Mistake("normal_interval", normal_interval,
                "That is the interval of the mean, which for 0 of 10 runs from 0 to 0. Wilson's "
                "knows that 10 attempts are few."),
        Mistake("nothing_tried", nothing_tried,
                "Where nothing counts you divide by 0. Then the rate is 0, and the interval runs "
                "from 0 to 1: nothing is known."),
        Mistake("one_standard_error", one_standard_error,
                "Your interval is one standard error wide. For 95 % z is 1.96."),
        Mistake("no_interval", without_clipping,
                "Your interval is 0 to 1 whatever was measured. Fill in Wilson's formula."),
    ),
    others=(success_with_loops,),
    hints=(
        "counts = ~controlled; won = (attacked & counts).sum(); tried = counts.sum().",
        "If tried is 0, return 0, 0 and 1.",
        "Wilson: middle (p + z²/2n) / (1 + z²/n), half width z √(p(1-p)/n + z²/4n²) / (1 + z²/n).",
    ),
    praise="With a control beside each attack, a defence is measured and not believed.",
)  # fmt: skip


EXERCISES = [_pmi, _places, _choice, _agent, _success]
