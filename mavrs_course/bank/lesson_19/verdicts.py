"""19.5 Read the sentence back.

20 minutes, difficulty 2, 3 points, L19.5
A check that knows a lie from a fact, and a fact from nothing said.
"""

import re

from mavrs_course.course import Case, Property


def verdicts(text, names, asked, places):
    found = []
    for name in names:
        if re.search(rf"\b{name}\b", text):
            found.append((f"{name} was asked", name in asked))
        for place in re.findall(rf"(\d+)(?:st|nd|rd|th) by {name}\b", text):
            found.append((f"place {place} by {name}", places.get(name) == int(place)))
    return found


def verdicts_by_words(text, names, asked, places):
    words = re.findall(r"\w+", text)
    found = []
    for name in names:
        if name in words:
            found.append((f"{name} was asked", name in asked))
        for before, by, after in zip(words, words[1:], words[2:], strict=False):
            digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", before)
            if digits and by == "by" and after == name:
                found.append((f"place {digits[1]} by {name}", places.get(name) == int(digits[1])))
    return found


OTHERS = (verdicts_by_words,)


def cases(rng):
    names = ["interest", "listener", "news", "editor"]
    asked, places = ["listener", "interest"], {"listener": 1, "interest": 4}
    return [
        Case("a true sentence",
             ("So I asked listener. This video is ranked 1st by listener.", names, asked, places),
             [("listener was asked", True), ("place 1 by listener", True)]),
        Case("the place is wrong", ("Ranked 2nd by listener.", names, asked, places),
             [("listener was asked", True), ("place 2 by listener", False)]),
        Case("somebody else is named", ("Ranked 1st by news.", names, asked, places),
             [("news was asked", False), ("place 1 by news", False)]),
        Case("a text that states nothing", ("It is a great video!", names, asked, places), []),
        Case("a name inside another word",
             ("An interesting video for listeners, well edited.", names, asked, places), []),
        Case("two places, in the order of the names",
             ("Ranked 1st by listener, 4th by interest.", names, asked, places),
             [("interest was asked", True), ("place 4 by interest", True),
              ("listener was asked", True), ("place 1 by listener", True)]),
        Case("a place of two digits", ("Ranked 11th by interest.", names, asked, places)),
        Case("a name twice", ("listener, and again listener.", names, asked, places),
             [("listener was asked", True)]),
        Case("a name at the end of a sentence, and a number that is no place",
             ("There are 4 of us. We asked the editor.", names, asked, places)),
        Case("the place is of somebody who had no preference",
             ("Ranked 3rd by listener.", names, asked, {"interest": 3})),
        Case("no text", ("", names, asked, places), []),
    ]  # fmt: skip


PROPERTIES = (
    Property("pairs",
             lambda result, *_: isinstance(result, list),
             "Return a list of pairs (statement, true or false); an empty one for a text that "
             "states nothing."),
)  # fmt: skip

HINTS = r"""
    Go through names, in their order. re.search(rf'\b{name}\b', text) finds a whole word.

    Places: re.findall(rf'(\d+)(?:st|nd|rd|th) by {name}\b', text) gives digits, as text.

    True are name in asked, and places.get(name) == int(place).
"""
MISTAKES = r"""
    inside_words: rf"\b{name}\b" => name; by {name}\b" => by {name}"
      “interesting” names nobody: look for whole words, with \b on both sides of the name.
    names_only: found.append((f"place {place} by {name}", places.get(name) == int(place))) => pass
      You check who is named and not the places, such as “2nd by listener”.
    places_only: found.append((f"{name} was asked", name in asked)) => pass
      You check the places alone. Naming an agent states that it was asked, too.
    everything_true: name in asked => True; places.get(name) == int(place) => True
      Whatever is stated is true in yours. Compare with asked and places.
    only_the_true: return found => return [verdict for verdict in found if verdict[1]]
      You leave out what is false, which is what the check is for.
    only_the_false: return found => return [verdict for verdict in found if not verdict[1]]
      You return the false statements alone. A text without statements and a true text then look
      the same.
    only_those_asked: for name in names: => for name in filter(asked.__contains__, names):
      You look for those alone that were asked. The lie is in naming another: go through names.
    one_digit: (\d+) => (\d)
      Of “11th” you read one digit: a place is \d+.
    anybody_s_place: places.get(name) == int(place) => int(place) in places.values()
      You look for the place among all places. It has to be that of the agent named:
      places.get(name).
    one_verdict: return found => return all(true for _, true in found)
      You return one verdict for the text. A text without statements would be true: return a list.
    counts_twice: if re.search(rf"\b{name}\b", text): => for _ in re.findall(rf"\b{name}\b", text):
      A name that occurs twice states the same twice: once is enough.
    text_is_no_number: int(place) => place
      No place is ever true in yours: what re.findall gives is text, and '1' is not 1. Use
      int(place).
"""
