"""29.5 A judge that can't be fooled.

30 minutes, difficulty 3, 5 points, L29.5
It pays for the choice that was meant, and for nothing that only looks like it.
"""

import re

from mavrs_course.course import Case


def judge(answer, titles, right):
    def plain(text):
        return " ".join(text.split()).casefold()

    lines = [plain(line) for line in answer.splitlines()]
    chosen = [line.removeprefix("choice:") for line in lines if line.startswith("choice:")]
    if len(chosen) != 1:
        return -1.0
    known = [plain(title) for title in titles]
    choice = plain(chosen[0])
    if choice not in known:
        return -1.0
    return 1.0 if choice == known[right] else -0.5


def judge_by_pattern(answer, titles, right):
    found = re.findall(r"^[ \t]*choice:(.*)$", answer, re.IGNORECASE | re.MULTILINE)
    names = [re.sub(r"\s+", " ", title).strip().lower() for title in titles]
    if len(found) == 1:
        choice = re.sub(r"\s+", " ", found[0]).strip().lower()
        if choice in names:
            return 1 if names.index(choice) == right else -0.5
    return -1


OTHERS = (judge_by_pattern,)
NAMES = ("answer", "titles", "right")
CATS = ["Cats. The movie", "Cats. The making of"]
FOOD = ["Bread in ten minutes", "Bread", "The last  train", "E"]


def cases(rng):
    several = "Choice: Bread in ten minutes\nChoice: Bread\nChoice: E"
    thought = "It could be Bread.\n\n  CHOICE:   the LAST train  \n"
    return [
        Case("the right one, in small letters", ("choice: cats. the making of", CATS, 1), 1.0),
        Case("a letter of the title", ("Choice: e", CATS, 1), -1.0),
        Case("nothing at all", ("", CATS, 0), -1.0),
        Case("another one of the list", ("Choice: Cats. The movie", CATS, 1), -0.5),
        Case("a title that begins with the choice", ("Choice: Bread", FOOD, 0), -0.5),
        Case("a choice that begins with the title",
             ("Choice: Bread in ten minutes", FOOD, 1), -0.5),
        Case("thinks first; white space", (thought, FOOD, 2), 1.0),
        Case("all titles, one line each", (several, FOOD, 0), -1.0),
        Case("all titles on one line", ("Choice: Bread in ten minutes, Bread, E", FOOD, 0), -1.0),
        Case("says it, and makes no choice", ("I recommend Bread in ten minutes", FOOD, 0), -1.0),
        Case("the right title in the thoughts, another one chosen",
             ("Bread in ten minutes is best.\nChoice: E", FOOD, 0), -0.5),
        Case("the same choice twice", ("Choice: Bread\nChoice: Bread", FOOD, 1), -1.0),
        Case("a choice and more words", ("Choice: Bread, because it is short", FOOD, 1), -1.0),
        Case("an empty choice", ("Choice:\nBread", FOOD, 1), -1.0),
        Case("a choice in the middle of a line", ("My choice: Bread", FOOD, 1), -1.0),
        Case("a colon in the title",
             ("Choice: Ovens: a guide", ["Ovens", "Ovens: a guide"], 1), 1.0),
        Case("a full stop that the title lacks", ("Choice: Bread.", FOOD, 1), -1.0),
        Case("white space before the line", ("Bread?\n \tChoice: E", FOOD, 3), 1.0),
        Case("another last line", ("Choice: Bread\nThat is all.", FOOD, 1), 1.0),
        Case("the word as the title",
             ("Choice: choice: it is yours", ["Choice: it is yours", "A"], 0), 1.0),
    ]  # fmt: skip


HINTS = """
    Make one small function that brings a text into a plain form, and use it for titles and lines.

    Collect all choice lines first. Unless there is exactly one, nothing else matters.

    Compare whole texts with ==, never with `in` a text: every letter is in some title.
"""
MISTAKES = """
    substring_of_a_title: choice not in known => not any(choice in title for title in known);
      | choice == known[right] => choice in known[right]
      A piece of a title is taken for the title: "e" is in nearly all of them. Compare whole texts
      with ==.
    title_within_the_choice: choice not in known => not any(title in choice for title in known);
      | choice == known[right] => known[right] in choice
      A choice that contains the title is taken for it, so that a list of all titles wins. Compare
      whole texts with ==.
    anywhere_in_the_answer:
      | lines = [plain(line) for line in answer.splitlines()] =>
      | lines = [plain(line) for line in answer.splitlines()]
      | if plain(titles[right]) in plain(answer):
      |     return 1.0
      The right title anywhere in the answer is paid. Only the choice line counts.
    first_choice_counts: if len(chosen) != 1: => if not chosen:
      More than one choice line is paid for the first. It must be exactly one, or the model lists
      them all.
    last_choice_counts: len(chosen) != 1 => not chosen; plain(chosen[0]) => plain(chosen[-1])
      More than one choice line is paid for the last. It must be exactly one.
    only_the_last_line: for line in answer.splitlines()] => for line in answer.splitlines()[-1:]]
      Only the last line is read. The choice line may be followed by other lines.
    no_choice_is_a_wrong_one:
      | if len(chosen) != 1:
      |     return -1.0 =>
      | if len(chosen) != 1:
      |     return -0.5
      No choice line, or several, earn -1.0, not -0.5.
    unknown_is_a_wrong_one:
      | if choice not in known:
      |     return -1.0 =>
      | if choice not in known:
      |     return -0.5
      A choice that names no title earns -1.0. Only another title of the list earns -0.5.
    capitals_count:
      | .casefold() => .strip(); line.removeprefix("choice:") => line[7:];
      | line.startswith("choice:") => line.lower().startswith("choice:")
      Capitals count in your comparison of titles. They must not.
    blanks_within_count: " ".join(text.split()) => text.strip()
      Two blanks within a title count as different from one. Every stretch of white space counts as
      one blank.
    cut_at_the_full_stop: choice = plain(chosen[0]) => choice = plain(chosen[0].split(".")[0]);
      | plain(title) for title in titles => plain(title.split(".")[0]) for title in titles
      Titles are cut at the first full stop, so that two of them look the same. Compare them whole.
    behind_the_last_colon: line.removeprefix("choice:") => line.split(":")[-1]
      The choice is what stands behind the first colon; a title may hold a colon of its own.
    middle_of_a_line: line.removeprefix("choice:") => line.split("choice:")[1];
      | line.startswith("choice:") => "choice:" in line
      "choice:" in the middle of a line makes it a choice for you. A choice line begins so.
    end_marks_taken_off: return " ".join(text.split()).casefold() =>
      | return " ".join(text.split()).casefold().rstrip(".!?,")
      Marks at the end are taken off before you compare, so that what is no title counts as one.
      Only white space at the ends does not matter.
    equal_choices_are_one: len(chosen) != 1 => len({plain(line) for line in chosen}) != 1
      The same choice twice counts as one. There must be exactly one choice line.
    only_with_a_capital:
      | chosen = [line.removeprefix("choice:") for line in lines if line.startswith("choice:")] =>
      | lines = [line.strip() for line in answer.splitlines()]
      | chosen = [line[7:] for line in lines if line.startswith("Choice:")]
      "choice:" is found with a capital C only. Capitals do not matter in it.
    white_space_before_the_line:
      | lines = [plain(line) for line in answer.splitlines()] =>
      | lines = [line.casefold() for line in answer.splitlines()]
      A choice line with white space before it is not found.
    index_for_the_text: choice == known[right] => known.index(choice) == 0
      The right title is known[right], not the first of the list.
    wrong_costs_nothing: else -0.5 => else 0.0
      Another title of the list earns -0.5.
"""
EQUAL = """
    0 => -1 | choice = plain(chosen[0])
      There is exactly one, so that the first is the last.
"""
