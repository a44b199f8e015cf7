"""19.4 The whole safety net.

35 minutes, difficulty 3, 5 points, L19.4
A controller that may be slow, silent or mad, and a page that is made all the same.
"""

import numpy as np

from mavrs_course.course import Case


class Guarded:
    def __init__(self, ask, backup, agents, tries=2):
        self.ask, self.backup, self.agents, self.tries = ask, backup, agents, tries
        self.known, self.failed, self.trace = {}, 0, []

    def trust(self, situation):
        if situation in self.known:
            return self.known[situation]
        if self.failed < self.tries:
            try:
                trusted = np.asarray(self.ask(situation), dtype=float)
                if trusted.shape != (self.agents,) or not np.isfinite(trusted).all():
                    raise ValueError("no finite number for each agent")
            except Exception:
                self.failed += 1
            else:
                self.failed, self.known[situation] = 0, trusted
                return trusted
        self.trace.append(situation)
        return self.backup(situation)


class GuardedInSteps:
    def __init__(self, ask, backup, agents, tries=2):
        self.ask, self.backup, self.agents, self.tries = ask, backup, agents, tries
        self.memory, self.misses, self.trace = [], 0, []

    def _from_model(self, situation):
        if self.misses >= self.tries:
            return None
        try:
            values = [float(v) for v in self.ask(situation)]
        except Exception:
            values = []
        fine = len(values) == self.agents and all(abs(v) < np.inf for v in values)
        self.misses = 0 if fine else self.misses + 1
        return np.array(values) if fine else None

    def trust(self, situation):
        for told, values in self.memory:
            if told == situation:
                return values
        values = self._from_model(situation)
        if values is None:
            self.trace.append(situation)
            return np.array(self.backup(situation), dtype=float)
        self.memory.append((situation, values))
        return values


OTHERS = (GuardedInSteps,)


def cases(rng):
    good, other = np.array([1.0, -2.0]), np.array([0.5, 0.0])
    oops = RuntimeError("no server")
    return [
        Case("it answers, and is asked once about each situation",
             (2, 2, [good, other], ["a", "bb", "a"]),
             {"trust": [good, other, good], "the model was asked about": ["a", "bb"],
              "fell back on": []}),
        Case("it raises once",
             (2, 2, [oops, good], ["a", "a"]),
             {"trust": [np.ones(2), good], "the model was asked about": ["a", "a"],
              "fell back on": ["a"]}),
        Case("NaN for one agent", (2, 2, [np.array([1.0, np.nan]), good], ["a", "bb"])),
        Case("infinite trust", (2, 2, [np.array([np.inf, 0.0]), good], ["a", "bb"])),
        Case("one number too few", (2, 2, [np.array([1.0]), good], ["a", "bb"])),
        Case("words", (2, 2, ["very", good], ["a", "bb"])),
        Case("nothing", (2, 2, [None, good], ["a", "bb"])),
        Case("a list is fine", (2, 2, [[1, 2]], ["a"])),
        Case("it fails twice in a row and is left alone",
             (2, 2, [oops, oops, good], ["a", "bb", "ccc"]),
             {"trust": [np.ones(2), np.full(2, 2.0), np.full(2, 3.0)],
              "the model was asked about": ["a", "bb"], "fell back on": ["a", "bb", "ccc"]}),
        Case("it fails, answers, fails, answers: never twice in a row",
             (2, 2, [oops, good, oops, other, good], ["a", "bb", "ccc", "dddd", "eeeee"])),
        Case("it would fail four times",
             (2, 2, [oops, oops, oops, oops, good], ["a", "bb", "ccc", "dddd", "eeeee"])),
        Case("garbage twice in a row, and it is left alone",
             (2, 2, [np.array([np.nan, 0.0]), np.array([1.0]), good], ["a", "bb", "ccc"]),
             {"trust": [np.ones(2), np.full(2, 2.0), np.full(2, 3.0)],
              "the model was asked about": ["a", "bb"], "fell back on": ["a", "bb", "ccc"]}),
        Case("left alone, it is still remembered",
             (2, 1, [good, oops, good], ["a", "bb", "a", "ccc"])),
    ]  # fmt: skip


class _Script:
    """A model that answers in turn, and counts how often it was asked."""

    def __init__(self, answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, situation):
        self.asked.append(situation)
        answer = self.answers.pop(0) if self.answers else RuntimeError("the script has ended")
        if isinstance(answer, Exception):
            raise answer
        return answer


def observe(answer, case):
    agents, tries, answers, told = case.inputs
    model = _Script(answers)
    given = [] if tries == 2 else [tries]  # 2 is the default
    guarded = answer(model, lambda told: np.full(agents, float(len(told))), agents, *given)
    trusted = [np.array(guarded.trust(situation), dtype=float) for situation in told]
    return {
        "trust": trusted,
        "the model was asked about": list(model.asked),
        "fell back on": list(guarded.trace),
    }


NAMES = ("agents", "tries", "what the model answers, in turn", "situations, in turn")
HINTS = """
    Three things to keep: a dictionary of what the model answered, the failures in a row, and the
    trace. First look into the dictionary.

    In try: np.asarray(self.ask(situation), dtype=float), then raise if its shape is not (agents,)
    or not np.isfinite(...).all(). In except: one more failure in a row.

    On success set the failures back to 0, remember and return. In every other case append the
    situation to trace, and the backup answers.
"""


class no_net(Guarded):
    def trust(self, situation):
        if situation not in self.known:
            self.known[situation] = np.asarray(self.ask(situation), dtype=float)
        return self.known[situation]


MISTAKES = """
    no_net:
      An error of the model reaches whoever asked. Catch it, count it, and return backup(situation).
    believes_everything:
      | if trusted.shape != (self.agents,) or not np.isfinite(trusted).all(): => if False:
      You take whatever array comes back. Check that there is a finite number for each agent, and
      count anything else as a failure.
    no_trace: self.trace.append(situation) =>
      Nobody can tell when the backup answered: append the situation to trace.
    remembers_the_backup:
      | return self.backup(situation) =>
      | self.known[situation] = self.backup(situation)
      | return self.known[situation]
      You remember what the backup said, so the model is not asked again about that situation when
      it is well. Remember its own answers alone.
    asks_again: if situation in self.known: => if False:
      The model is asked again about a situation that it has answered. Keep its answers by
      situation.
    never_gives_up: self.failed < self.tries => True
      A model that is down is asked for ever, and each time somebody waits. After tries failures
      in a row leave it alone.
    counts_all_failures:
      | self.failed, self.known[situation] = 0, trusted => self.known[situation] = trusted
      You add up all failures. Only those in a row count: an answer sets the count back to 0.
    gives_up_at_once: = ask, backup, agents, tries => = ask, backup, agents, 1
      You leave the model alone after its first failure. It has tries in a row.
    counts_errors_alone:
      | raise ValueError("no finite number for each agent") =>
      | self.failed -= 1
      | raise ValueError("no finite number for each agent")
      You count what raises. Garbage is a failure too: a model that answers nonsense twice in a
      row is to be left alone as well.
    length_alone: or not np.isfinite(trusted).all() =>
      You check how many numbers come back and not what they are: NaN and infinity pass. Ask
      np.isfinite as well.
    one_try_more: = ask, backup, agents, tries => = ask, backup, agents, tries + 1
      You ask once more than tries allows: leave the model alone as soon as it has failed tries
      times in a row.
    infinite_is_fine: not np.isfinite(trusted).all() => np.isnan(trusted).any()
      Infinite trust passes your check. np.isfinite finds NaN and infinity.
    zeros_for_a_backup: return self.backup(situation) => return np.zeros(self.agents)
      You return zeros where the model fails. Return what backup(situation) says.
    mends_the_length:
      | trusted = np.asarray(self.ask(situation), dtype=float) =>
      | said = np.atleast_1d(np.asarray(self.ask(situation), dtype=float))
      | trusted = np.pad(said, (0, max(self.agents - len(said), 0)))[: self.agents]
      You cut or fill an answer of the wrong length. Nobody knows which agents its numbers belong
      to: count it as a failure.
"""
