"""18.5 Check what she says.

20 minutes, difficulty 2, 3 points, L18.5
Whatever a model writes about an evening, you can now say how much of it happened.
"""

import re

from mavrs_course.course import Case


def check_stars(text, rated):
    said = true = 0
    for title in sorted(rated, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(title)} \((\d) stars\)"
        for stars in re.findall(pattern, text):
            said += 1
            true += rated[title] == int(stars)
        text = re.sub(pattern, "", text)
    return said, true


def check_stars_at_once(text, rated):
    titles = "|".join(re.escape(title) for title in sorted(rated, key=len, reverse=True))
    if not titles:
        return 0, 0
    found = re.findall(rf"(?<!\w)({titles}) \((\d) stars\)", text)
    return len(found), sum(rated[title] == int(stars) for title, stars in found)


OTHERS = (check_stars_at_once,)


def cases(rng):
    evening = {"Alien": 5, "Grease": 2, "Jaws": None}
    rows = [
        Case("one true, one false",
             ("I loved Alien (5 stars), but also Grease (4 stars).", evening), (2, 1)),
        Case("stars for a film that she skipped", ("I loved Jaws (4 stars).", evening), (1, 0)),
        Case("nothing that can be checked", ("The evening was memorable.", evening), (0, 0)),
        Case("the same thing twice",
             ("I loved Alien (5 stars), and I loved Alien (5 stars).", evening), (2, 2)),
        Case("she contradicts herself",
             ("Alien (5 stars) was good, no, Alien (2 stars).", evening), (2, 1)),
        Case("a title inside another one",
             ("My favourite was Alien 3 (4 stars).", {"Alien": 5, "Alien 3": 4, "3": 1}), (1, 1)),
        Case("a title at the end of another one",
             ("We saw Big Jaws (1 stars).", {"Jaws": 5, "Big Jaws": 1}), (1, 1)),
        Case("signs that mean something to re",
             ("M*A*S*H (4 stars) was good, M-A-S-H (4 stars) unknown.", {"M*A*S*H": 4}), (1, 1)),
        Case("a dot in a title",
             ("Dr. Strange (3 stars), Dry Strange (3 stars)", {"Dr. Strange": 2}), (1, 0)),
        Case("a film that she was never shown", ("I loved Heat (5 stars).", evening), (0, 0)),
        Case("a title without stars", ("I loved Alien and Jaws.", evening), (0, 0)),
        Case("inside a word", ("Cujaws (4 stars)", {"jaws": 4}), (0, 0)),
    ]  # fmt: skip
    names = [f"Film {letter}" for letter in "ABCDEFG"]
    for _ in range(2):
        memory = {name: [None, 1, 2, 3, 4, 5][rng.integers(6)] for name in names}
        told = rng.permutation(names)[:5]
        text = ", ".join(f"{name} ({rng.integers(1, 6)} stars)" for name in told)
        rows.append(Case(f"says {text[:30]} …", (f"I saw {text}.", memory)))
    return rows


HINTS = r"""
    re.findall(rf"(?<!\w){re.escape(title)} \((\d) stars\)", text) gives the stars that a text
    names for one title, as text.

    Go through the titles from the longest to the shortest, and remove what was found with re.sub,
    so that a short title is not found inside a long one.

    A claim is true where the viewer's own rating is the number of stars, which stands in the text
    as text. None equals no number, so skipped films are false by themselves.
"""


def mentions_counted(text, rated):
    said = sum(title in text for title in rated)
    return said, sum(title in text and stars is not None for title, stars in rated.items())


def one_word_titles(text, rated):
    found = re.findall(r"(\w+) \((\d) stars\)", text)
    return len(found), sum(rated.get(title) == int(stars) for title, stars in found)


def only_her_own_stars(text, rated):
    said = sum(f"{title} ({stars} stars)" in text for title, stars in rated.items())
    return said, said


MISTAKES = r"""
    titles_are_patterns: {re.escape(title)} => {title}
      or {re.escape(title)} => {title}; text = re.sub(pattern, "", text) =>
      A title is put into the pattern as it is, so * and . mean something to re. re.escape(title)
      makes it plain text: titles are data, written by strangers.
    short_titles_in_long_ones: text = re.sub(pattern, "", text) =>
      A title inside a longer one is counted as well: "Alien" in "Evil Alien". Look for long
      titles first, and take out what you have found.
    each_statement_once: re.findall(pattern, text) => set(re.findall(pattern, text))
      A statement made twice counts once in yours. Each time it is said counts.
    skipped_films_left_out: sorted(rated, => sorted((t for t in rated if rated[t] is not None),
      Stars for a film that she skipped are not counted. It is a statement, and false: she gave it
      none.
    share_for_counts: return said, true => return true / said if said else 0.0
      You return a share. Two counts are wanted: how many statements, how many true.
    false_ones_counted: return said, true => return said, said - true
      Your second number counts the false ones.
    any_stars_are_true: rated[title] == int(stars) => rated[title] is not None
      Any number of stars for a watched film counts as true in yours. It must be the number that
      she gave.
    near_enough:
      | rated[title] == int(stars) =>
      |     rated[title] is not None and abs(rated[title] - int(stars)) <= 1
      You let one star more or less pass. A stated number is true or it is not.
    results_swapped: return said, true => return true, said
      Your results have changed places: first how many were said, then how many were true.
    mentions_counted:
      You count titles that are mentioned. Only "Title (n stars)" is a statement here.
    inside_words: (?<!\w){ => {
      A title is found inside a word, such as jaws in Cujaws. Nothing of a word may stand before
      it: (?<!\w).
    text_is_no_number: int(stars) => stars
      Nothing is ever true in yours: what re finds is text, and "5" is not 5. Use int().
    unknown_films_count:
      | return said, true => return said + len(re.findall(r"\((\d) stars\)", text)), true
      You count stars for films that are not in rated. Whether she saw those can't be looked up,
      so they count as nothing.
    one_word_titles:
      You take the one word before the stars for the title. Titles have several words and signs:
      look for the titles in rated, and for nothing else.
    only_her_own_stars:
      or (\d) stars => ({rated[title]}) stars
      You look for what she gave, so that false statements are never found. Look for any number of
      stars after the title, then compare.
    each_title_once: re.findall(pattern, text) => re.findall(pattern, text)[:1]
      re.search finds the first time alone. What is said twice counts twice: use re.findall.
    each_title_once_wherever:
      | sorted(rated, key=len, reverse=True) => rated;
      | (?<!\w){ => {;
      | re.findall(pattern, text) => re.findall(pattern, text)[:1];
      | text = re.sub(pattern, "", text) =>
      re.search finds the first time alone, and short titles inside long ones as well. Use
      re.findall, the longest title first, and take out what was found.
"""
