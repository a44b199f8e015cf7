"""17.5 A manager that cannot run away.

25 minutes, difficulty 3, 5 points, L17.5
Whatever is written to it, it ends, and it says who decided what.
"""

import json

from mavrs_course.course import Case


def gather(said, specialists, plan):
    steps, done = [], []
    while True:
        left = [name for name in specialists if name not in done]
        try:
            wanted = json.loads(said[len(steps)])["type"].strip().lower()
        except (IndexError, ValueError, TypeError, KeyError, AttributeError):
            wanted = None
        if left and wanted in (*left, "finish"):
            action, by = wanted, "model"
        else:
            action, by = next((name for name in plan if name in left), "finish"), "rule"
        if action == "finish":
            return [*steps, ("finish", by, "")]
        done.append(action)
        report = specialists[action]
        steps.append((action, by, "failed" if report is None else report))


FINISH = "finish"


def gather_with_a_for_loop(said, specialists, plan):
    steps, open_to = [], dict(specialists)
    for number in range(len(specialists) + 1):
        action, by = None, "rule"
        text = said[number] if number < len(said) else ""
        try:
            meant = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            meant = None
        if isinstance(meant, dict) and isinstance(meant.get("type"), str) and open_to:
            action, by = meant["type"].strip().lower(), "model"
        if action not in open_to and action != FINISH:
            planned = [name for name in plan if name in open_to]
            action, by = planned[0] if planned else FINISH, "rule"
        if action == FINISH:
            steps.append((FINISH, by, ""))
            break
        report = open_to.pop(action)
        steps.append((action, by, report if report is not None else "failed"))
    return steps


OTHERS = (gather_with_a_for_loop,)


def _say(kind):
    return json.dumps({"type": kind, "content": ""})


TEAM = {"user analyst": "likes war films", "item analyst": "film 3 leads", "searcher": "2 found"}
PLAN = ["user analyst", "item analyst", "searcher"]
SMALL = {"user analyst": "likes war films", "item analyst": "film 3 leads"}


def cases(rng):
    texts = [
        _say("searcher"), _say("finish"), _say("item analyst"), '{"type": 3}', "Search[war]",
        '{"type": "user anal', "[]", "null", _say(" Searcher "), _say("interpreter"), "",
    ]  # fmt: skip

    def some(count):
        return [texts[n] for n in rng.integers(0, len(texts), count)]

    a, b, c = TEAM.items()
    return [
        Case("the model asks one and finishes", ([_say("searcher"), _say("finish")], TEAM, PLAN),
             [(c[0], "model", c[1]), (FINISH, "model", "")]),
        Case("the model says nothing", ([], TEAM, PLAN),
             [(*a[:1], "rule", a[1]), (b[0], "rule", b[1]), (c[0], "rule", c[1]),
              (FINISH, "rule", "")]),
        Case("the searcher is not there", ([_say("searcher")] * 3, SMALL, PLAN),
             [(a[0], "rule", a[1]), (b[0], "rule", b[1]), (FINISH, "rule", "")]),
        Case("the type is a number", (['{"type": 3}', _say("finish")], TEAM, PLAN),
             [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("the reply is cut off", (['{"type": "searc', _say("finish")], TEAM, PLAN),
             [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("JSON, but no object", (["[1]", "3", "null", _say("finish")], TEAM, PLAN)),
        Case("an object without a type", (['{"content": "x"}', _say("finish")], TEAM, PLAN)),
        Case("the same one again and again", ([_say("item analyst")] * 9, TEAM, PLAN),
             [(b[0], "model", b[1]), (a[0], "rule", a[1]), (c[0], "rule", c[1]),
              (FINISH, "rule", "")]),
        Case("capitals and blanks", ([_say(" Searcher "), _say("FINISH")], TEAM, PLAN),
             [(c[0], "model", c[1]), (FINISH, "model", "")]),
        Case("one fails", ([_say("searcher"), _say("finish")], TEAM | {"searcher": None}, PLAN),
             [(c[0], "model", "failed"), (FINISH, "model", "")]),
        Case("one fails, and is asked again", ([_say("searcher"), _say("searcher"), _say("finish")],
             TEAM | {"searcher": None}, PLAN),
             [(c[0], "model", "failed"), (a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("the plan names one who fails", ([], SMALL | {"searcher": None}, ["searcher", a[0]]),
             [(c[0], "rule", "failed"), (a[0], "rule", a[1]), (FINISH, "rule", "")]),
        Case("the plan names somebody who is not there", ([], SMALL, ["editor", b[0]]),
             [(b[0], "rule", b[1]), (FINISH, "rule", "")]),
        Case("Python, but no JSON", (["{'type': 'searcher'}", _say("finish")], TEAM, PLAN),
             [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("cut off after the type", (['{"type": "searcher", "content": "the viewer li',
             _say("finish")], TEAM, PLAN), [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("JSON inside a sentence", (['I would say {"type": "finish"}.', _say("finish")], TEAM,
             PLAN), [(a[0], "rule", a[1]), (FINISH, "model", "")]),
        Case("no name, and a name among others", ([_say(""), _say("the searcher, please")], TEAM,
             PLAN)),
        Case("a report of nothing", ([_say("searcher"), _say("finish")],
             TEAM | {"searcher": ""}, PLAN), [(c[0], "model", ""), (FINISH, "model", "")]),
        Case("the plan is short", ([], TEAM, ["searcher"]),
             [(c[0], "rule", c[1]), (FINISH, "rule", "")]),
        Case("nobody is there", ([_say("searcher")], {}, PLAN), [(FINISH, "rule", "")]),
        Case("the model finishes at once", ([_say("finish")], TEAM, PLAN),
             [(FINISH, "model", "")]),
        Case("all are asked by the model",
             ([_say(name) for name in reversed(PLAN)] + [_say("finish")], TEAM, PLAN),
             [(c[0], "model", c[1]), (b[0], "model", b[1]), (a[0], "model", a[1]),
              (FINISH, "rule", "")]),
        Case("six texts of all sorts", (some(6), TEAM, PLAN)),
        Case("eight texts of all sorts", (some(8), TEAM, PLAN)),
    ]  # fmt: skip


HINTS = """
    A round: who is left? Nobody: finish by rule. Else read said[number of the round], and if it
    names one who is left, or finish, take it; if not, ask the plan.

    Reading goes wrong in many ways: IndexError, ValueError (no JSON), TypeError (a list or null),
    KeyError (no type), AttributeError (the type is no text). One try is enough.

    By plan: the first name of the plan that is still left, and 'finish' where there is none (next
    has a default). Note (action, by, report), with 'failed' for None; stop after finish.
"""


def believes_everything(said, specialists, plan):
    steps = []
    for text in said:
        kind = json.loads(text)["type"]
        if kind == FINISH:
            break
        steps.append((kind, "model", specialists[kind]))
    return [*steps, (FINISH, "model", "")]


def skips_the_invalid(said, specialists, plan):
    valid = []
    for text in said:
        try:
            kind = json.loads(text)["type"].strip().lower()
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        if kind in (*specialists, FINISH):
            valid.append(text)
    return gather(valid, specialists, plan)


MISTAKES = """
    bad_json_stops_it: IndexError, ValueError, => IndexError,
      A reply that is cut off, or no JSON at all, stops yours, as it stops MACRec's own reflector:
      catch ValueError and let the plan decide.
    a_number_stops_it: , AttributeError =>; .strip().lower() => .lower().strip()
      or , AttributeError =>
      A type that is a number or missing text has no lower(). Ask whether it is a text.
    no_object_stops_it:
      | json.loads(said[len(steps)])["type"] => str(json.loads(said[len(steps)]).get("type"));
      | , AttributeError =>
      JSON may be a list, a number or null, and these have no get(). Ask for a dictionary.
    calls_who_is_not_there: wanted in (*left, "finish") => wanted is not None
      You call whoever is named. Only those in the team who have not reported yet may be called,
      and finish.
    invalid_finishes: next((name for name in plan if name in left), "finish") => "finish"
      What cannot be used ends the loop in yours. The plan decides then.
    silence_finishes: if name in left), => if name in left and len(steps) < len(said)),
      When the model has nothing more to say, yours finishes. The plan goes on.
    asks_the_same_again:
      | left = [name for name in specialists if name not in done] => left = list(specialists);
      | if name in left), => if name in left and name not in done),
      The same specialist is called twice in yours. Who has reported is not called again: that is
      what makes the loop end.
    failed_is_asked_again:
      | while True: => for _ in range(30):;
      | done.append(action) => done += [action] * (specialists[action] is not None)
      A specialist that failed is asked again, and may be asked for ever. It has had its turn.
    runs_what_a_model_wrote:
      | json.loads(said[len(steps)]) => eval(said[len(steps)]);
      | (IndexError, ValueError, TypeError, KeyError, AttributeError) => Exception
      eval runs what a model wrote as a program. The text is JSON, which json.loads only reads.
    looks_inside_the_text:
      | json.loads(said[len(steps)])["type"] => said[len(steps)].split('"type": "')[1].split('"')[0]
      You look for the type inside the text. What is cut off, or stands in a sentence, is no JSON:
      read the whole text with json.loads, or none of it.
    part_of_a_name:
      | if left and =>
      | wanted = next((name for name in left if wanted is not None and wanted in name), wanted)
      | if left and
      or
      | if left and =>
      | wanted = next((n for n in left if wanted and (wanted in n or n in wanted)), wanted)
      | if left and
      You look for one name inside another. An empty text is in every name: compare whole names.
    exact_words: .strip().lower() =>
      Capitals and blanks around the name are no reason to refuse it: strip().lower().
    always_the_model: "finish"), "rule" => "finish"), "model"
      You mark everything as chosen by the model. What the plan chose, and the end when nobody is
      left, is marked rule.
    first_who_is_left:
      | next((name for name in plan if name in left), "finish") => (left or ["finish"])[0]
      Where the plan decides you take the first who is left. Take the first of the plan who is
      left, and finish when the plan has nobody.
    plan_from_behind: in plan => in reversed(plan)
      You take the last of the plan. Its order is the order to ask in.
    asked_when_nobody_is_left: if left and => if
      When nobody is left there is nothing to choose: it finishes by rule, and the model is not
      asked.
    finish_is_not_noted: return [*steps, ("finish", by, "")] => return steps
      The last step is missing: (finish, by, empty text).
    none_is_no_report: "failed" if report is None else report => report
      A specialist whose report is None has failed. Note the text "failed".
    empty_is_not_failed: "failed" if report is None else report => report or "failed"
      An empty report is a report. Only None is "failed": ask with "is None".
    never_asks_the_model: json.loads(said[len(steps)])["type"].strip().lower() => None
      You follow the plan and never read what the model says.
    believes_everything:
      You take every text for a fine action. Texts may be cut off, name nobody, or run out: then
      the plan decides, until somebody finishes.
    always_finishes_by_rule: ("finish", by, "") => ("finish", "rule", "")
      You note that the rule finished when the model did. If it said "finish", it is by "model".
    skips_the_invalid:
      You skip what cannot be used and read on. Each round has one text: where it cannot be used,
      the plan decides that round.
"""
