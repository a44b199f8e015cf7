"""16.3 Understand what can be understood, and nothing else.

20 minutes, difficulty 2, 4 points, L16.3
Repair what is harmless to repair; take nothing that was not said.
"""

import ast
import json
import re

from mavrs_course.course import Case


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


OTHERS = (choice_by_pattern,)
LETTERS = ("A", "B", "C", "D")


def cases(rng):
    letter = LETTERS[rng.integers(4)]
    return [
        Case("clean JSON", ('{"choice": "B"}', LETTERS), "B"),
        Case("in a fence", ('```json\n{"choice": "C"}\n```', LETTERS), "C"),
        Case("between words", ('Sure! Here it is: {"choice": "D"}. Enjoy.', LETTERS), "D"),
        Case("single quotes", ("{'choice': 'B'}", LETTERS), "B"),
        Case("a trailing comma", ('{"choice": "A",}', LETTERS), "A"),
        Case("only words, with a capital A in them",
             ("A viewer like this wants B.", LETTERS), None),
        Case("a letter that was not offered", ('{"choice": "E"}', LETTERS), None),
        Case("two letters", ('{"choice": "AB"}', LETTERS), None),
        Case("nothing chosen", ('{"choice": ""}', LETTERS), None),
        Case("a number", ('{"choice": 1}', LETTERS), None),
        Case("a list of choices", ('{"choice": ["A", "B"]}', LETTERS), None),
        Case("another key", ('{"answer": "A"}', LETTERS), None),
        Case("JSON, and no object", ('["A"]', LETTERS), None),
        Case("the key, and no braces", ('"choice": "B"', LETTERS), None),
        Case("braces inside", ('{"why": {"most": 1}, "choice": "B"}', LETTERS), "B"),
        Case("cut off", ('{"choice": "A', LETTERS), None),
        Case("nothing at all", ("", LETTERS), None),
        Case("a lower-case letter", ('{"choice": "b"}', LETTERS), None),
        Case("a stranger's code", ("{'choice': chr(65)}", LETTERS), None),
        Case("a letter beside true",
             (json.dumps({"choice": letter, "sure": True}), LETTERS), letter),
    ]  # fmt: skip


HINTS = """
    part = text[text.find("{") : text.rfind("}") + 1], which is "" where there are no braces.

    Try json.loads(part); then the part without a comma before "}"; then ast.literal_eval, which
    reads single quotes. Catch ValueError, SyntaxError, TypeError and KeyError.

    Believe it only if isinstance(choice, str) and choice in list(letters).
"""


def json_that_raises(text, letters):
    choice = json.loads(text)["choice"]
    return choice if choice in letters else None


def first_letter_found(text, letters):
    return next((character for character in text if character in letters), None)


def letter_standing_alone(text, letters):
    found = re.search(rf"\b([{''.join(letters)}])\b", text)
    return found[1] if found else None


MISTAKES = r"""
    plain_json_only:
      | text[text.find("{") : text.rfind("}") + 1] => text;
      | (part, re.sub(r",\s*}", "}", part)) => (part,);
      | (json.loads, ast.literal_eval) => (json.loads,)
      Only clean JSON is understood. Models wrap it in a fence or in words: take what stands from
      the first { to the last } and try again.
    json_that_raises:
      Your function raises where the text is not JSON. Whatever a model writes, it has to come
      back with a letter or None.
    first_letter_found:
      You take the first letter that occurs in the text. In “A viewer like this” it is the A, and
      nobody chose that.
    letter_standing_alone:
      You take a letter that stands alone somewhere in the text. In “A viewer like this” the A
      does, and nobody chose that: look at the key choice.
    whatever_was_chosen: if isinstance(choice, str) and choice in list(letters) else None =>
      You return whatever stands under choice. E was not offered, and a number or a list is no
      letter: check before you believe.
    part_of_the_letters: list(letters) => "".join(letters)
      "AB" in "ABCD" is true in Python, and so is "" in "ABCD". Look in the list of letters, not
      in a string.
    by_eval:
      | read(candidate) => eval(candidate);
      | (ValueError, SyntaxError, TypeError, KeyError) => Exception
      You use eval, which runs whatever a model, or a stranger through it, has written.
      ast.literal_eval reads quotes and brackets, and runs nothing.
    without_single_quotes: (json.loads, ast.literal_eval) => (json.loads,)
      Single quotes are no JSON, but models write them. ast.literal_eval reads them.
    without_trailing_comma:
      | (part, re.sub(r",\s*}", "}", part)) => (part.replace("'", '"'),);
      | (json.loads, ast.literal_eval) => (json.loads,)
      A comma before the closing brace is no JSON, but models write it: take it away and try again.
    a_rule_instead_of_none: else None => else letters[0]; return None => return letters[0]
      Where nothing can be understood you choose yourself. That is for the rule at the foot of the
      ladder, which marks it; return None here.
    forgiving_of_case:
      | choice = read(candidate)["choice"] => choice = str(read(candidate)["choice"]).upper()
      You turn b into B. The form says A to D; what does not keep to it is asked again, not
      guessed at.
    first_of_a_list:
      | choice = read(candidate)["choice"] =>
      | choice = read(candidate)["choice"]
      | choice = choice[0] if isinstance(choice, list) and choice else choice
      You take the first of a list. Two choices are no choice: return None.
"""

EQUAL = r"""
    isinstance(choice, str) and choice in list(letters) => choice in list(letters) | return choice if isinstance(choice, str) and choice in list(letters) …
    list(letters) => letters | return choice if isinstance(choice, str) and choice in list(letters) …
      Letters are a tuple of texts.
"""  # noqa: E501
