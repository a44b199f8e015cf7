"""The arena's core: worlds from a salt, the scale, entries in their own process, the gate."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from mavrs_course.arena.abilities import ABILITIES, ALL, HiddenWorld, hidden_world, seed_of
from mavrs_course.arena.chance import restart, streams
from mavrs_course.arena.entry import BadEntryError, read_entry
from mavrs_course.arena.gate import check
from mavrs_course.arena.inside import KilledError, LentAgent, Look
from mavrs_course.arena.outside import REPOSITORY, EntryBudget
from mavrs_course.arena.planners import planner
from mavrs_course.arena.playing import (
    PLANNER,
    RANDOM,
    ArenaSettings,
    House,
    play,
    play_in,
)
from mavrs_course.arena.running import ArenaError, ArenaRules, run
from mavrs_course.arena.scoring import COPIES, LOSS, MINIMUM, SECOND_TIER, Scale, bars, gap, scale
from mavrs_course.arena.scoring import worst_decile as worst
from mavrs_course.arena.sight import public, view_of
from mavrs_course.cli import app
from mavrs_course.coordination.single import SingleAgent
from mavrs_course.course.grading.isolation import isolate
from mavrs_course.messages import Request

SMALL = ArenaSettings(viewers=8, pages=6)
BORDA = """
NAME = "by hand"
PREDICTIONS = {"drift": (0.2, 0.5)}
from mavrs_course.agents.simple import InterestAgent, NoveltyAgent
from mavrs_course.coordination.consensus.coordinators import Borda
def build(world, rng):
    own = [InterestAgent(world.catalog), NoveltyAgent(world.catalog)]
    return Borda([*own, *world.team], rng=rng)
"""
PLAIN = """
from mavrs_course.messages import Slate
class Mine:
    agents = ()
    def __init__(self, world, rng):
        self.world, self.rng = world, rng
    def recommend(self, request):
        {recommend}
        return Slate(request.candidates[:, :request.slots], request=request)
    def learn(self, feedback):
        {learn}
def build(world, rng):
    {build}
    return Mine(world, rng)
"""


@pytest.fixture
def entered(tmp_path):
    """Write an entry, and read it."""

    def write(text="", name="mine", **parts):
        path = tmp_path / f"{name}.py"
        path.write_text(
            text or PLAIN.format(**{"recommend": "", "learn": "pass", "build": ""} | parts)
        )
        return read_entry(path)

    return write


def in_world(name, ability="plain", **more):
    return HiddenWorld(ability, 0, seed_of("test", name), (name, name), **more)


def borda(view, rng):
    scope: dict = {}
    exec(BORDA, scope)
    return scope["build"](view, rng)


# Worlds


def test_a_salt_and_a_round_are_all_that_a_world_depends_on():
    world = hidden_world("drift", "salt", 3)
    assert world == hidden_world("drift", "salt", 3)
    others = [hidden_world("drift", "salt!", 3), hidden_world("drift", "salt", 4)]
    assert world.seed not in [other.seed for other in others] and world.seed.bit_length() > 200
    assert "seed" not in repr(world)


def test_the_platforms_of_an_ability_take_turns():
    for ability in ABILITIES.values():
        rounds = [hidden_world(ability.name, "s", n) for n in range(2 * len(ability.worlds))]
        for evening in (0, 1):
            met = [world.platforms[evening] for world in rounds]
            assert sorted(met) == sorted(2 * ability.worlds)
        assert all(each.moves == (ability.name == "second_platform") for each in rounds)


@pytest.mark.parametrize("world", ALL)
def test_the_planner_earns_more_than_random_pages(world):
    settings = ArenaSettings(viewers=100)
    low, high = (play_in(in_world(world), end, settings).earned for end in (RANDOM, PLANNER))
    difference = np.subtract(high, low)
    error = difference.std(ddof=1) / np.sqrt(len(low))
    assert difference.mean() > 3.0 * error


def test_there_is_a_planner_for_worlds_that_are_known_alone():
    with pytest.raises(TypeError, match="planner for object"):
        planner(object())


@pytest.mark.parametrize("world", ALL)
def test_players_share_their_luck(world):
    """Whatever was shown, the same page of the same round asks for the same candidates."""
    asked = []
    for player in (RANDOM, House("first", lambda view, rng: SingleAgent(view_first())), RANDOM):
        seen: list = []
        spy = House("spy", lambda view, rng, p=player, s=seen: Spy(p.maker(view, rng), s))
        match = play_in(in_world(world), spy, SMALL)
        asked.append((seen, match))
    assert asked[0][1].earned == asked[2][1].earned and asked[0][1].slates == asked[2][1].slates
    pages = min(len(asked[0][0]), len(asked[1][0]))
    if world != "live":  # there the clock runs until somebody is free to look
        for first, second in zip(asked[0][0][:pages], asked[1][0][:pages], strict=True):
            np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(asked[0][0][0], asked[1][0][0])


class Spy:
    agents = ()

    def __init__(self, coordinator, seen):
        self.coordinator, self.seen = coordinator, seen

    def recommend(self, request):
        self.seen.append(request.candidates.copy())
        return self.coordinator.recommend(request)

    def learn(self, feedback):
        self.coordinator.learn(feedback)


def view_first():
    from mavrs_course.messages import Opinion

    class First:
        name = "first"

        def opine(self, request):
            falling = -np.broadcast_to(
                np.arange(request.candidates.shape[1]), request.candidates.shape
            )
            return Opinion(self.name, falling.astype(float), np.ones(len(request)))

        def learn(self, feedback):
            pass

    return First()


def test_every_stream_of_a_world_starts_again():
    world, _ = in_world("feed", "drift").open()
    world.reset(3)
    found = list(streams(world))
    assert len(found) == 2 and len({id(each) for each in found}) == 2  # the base and the drift
    restart(found, "a")
    first = [each.random() for each in found]
    restart(found, "a")
    assert [each.random() for each in found] == first and first[0] != first[1]


def test_an_entry_sees_no_bait_and_no_minds():
    world, _ = in_world("feed", "clickbait").open()
    world.reset(4)
    view = view_of(world)
    assert world.catalog.appeal.max() > 0 and not view.catalog.appeal.any()
    assert not hasattr(view, "interest") and not hasattr(view, "rng")
    live, _ = in_world("live").open()
    live.reset(4)
    assert not {"highlight", "until", "mood", "rng"} & public(live)["rooms"].keys()


# Agents on loan


def look(team):
    request = Request(np.array([5, 6]), np.array([[1, 2, 3], [4, 5, 6]]), 2)
    sure = np.array([0.5, 1.0])
    return Look(request, np.ones(2, bool), {}, True, np.asarray(team, np.float32), sure)


def test_a_lent_agent_answers_for_any_viewers_and_candidates_of_its_page():
    agent = LentAgent("scout 1")
    agent.told = look([np.zeros((2, 3)), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 1
    said = agent.opine(Request(np.array([6]), np.array([[6, 4]]), 1))
    assert said.scores.tolist() == [[6.0, 4.0]] and said.confidence.tolist() == [1.0]


def test_a_killed_agent_raises_and_one_that_was_never_told_too():
    agent = LentAgent("scout 0")
    with pytest.raises(KilledError):
        agent.opine(look([np.zeros((2, 3))]).request)
    agent.told = look([np.full((2, 3), np.nan)]), 0
    with pytest.raises(KilledError, match="was killed"):
        agent.opine(agent.told[0].request)


def test_liars_say_the_opposite_and_killed_agents_answer_until_they_die():
    seen = {"liars": [], "killed": []}
    for ability, told in seen.items():
        hidden = hidden_world(ability, "team", 0)

        def ask(view, rng, told=told):
            return Asking(view, told)

        settings = ArenaSettings(viewers=40, pages=12)
        play_in(hidden, House("ask", ask), settings)
        assert hidden.team is not None
        if ability == "liars":
            sure = np.array(told)[:, :, 1]
            assert set(np.flatnonzero(sure[0] == 1.0)) == set(hidden.team.liars)
        else:
            dead = np.isnan(np.array(told)[-1, :, 0])
            assert set(np.flatnonzero(dead)) <= set(hidden.team.deaths)
            assert not np.isnan(np.array(told)[0]).any()


class Asking:
    """Writes down what each lent agent says of the first candidate, and how sure it is."""

    agents = ()

    def __init__(self, view, told):
        self.view, self.told = view, told

    def recommend(self, request):
        from mavrs_course.messages import Slate

        said = []
        for agent in self.view.team:
            try:
                opinion = agent.opine(request)
                said.append([opinion.scores[0, 0], opinion.confidence[0]])
            except KilledError:
                said.append([np.nan, np.nan])
        self.told.append(said)
        return Slate(request.candidates[:, : request.slots], request=request)

    def learn(self, feedback):
        pass


# Entries


def test_an_entry_is_read_and_not_run(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(BORDA + "\nraise SystemExit('it was run')\n")
    read = read_entry(path)
    assert read.name == "by hand" and read.predictions == {"drift": (0.2, 0.5)}
    before = read.digest
    path.write_text(BORDA)
    assert read_entry(path).digest != before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NAME = 'x'\n", "no build"),
        ("def build(world, rng:\n", "no Python"),
        ("NAME = print('x')\ndef build(world, rng): pass\n", "written out"),
        ("PREDICTIONS = {'drift': 3}\ndef build(world, rng): pass\n", "PREDICTIONS is"),
        ("PREDICTIONS = {'drift': (2, 1)}\ndef build(world, rng): pass\n", "PREDICTIONS is"),
        ("\0", "no Python"),
    ],
)
def test_what_is_no_entry_is_refused_in_one_line(tmp_path, text, says):
    path = tmp_path / "bad.py"
    path.write_text(text)
    with pytest.raises(BadEntryError, match=says) as error:
        read_entry(path)
    assert "\n" not in str(error.value)


def test_a_folder_is_an_entry_with_all_its_files(tmp_path):
    folder = tmp_path / "system"
    folder.mkdir()
    with pytest.raises(BadEntryError, match="no __init__"):
        read_entry(folder)
    (folder / "__init__.py").write_text("from .parts import build\n")
    (folder / "parts.py").write_text(PLAIN.format(recommend="", learn="pass", build=""))
    entry = read_entry(folder)
    assert entry.name == "system" and not play_in(in_world("feed"), entry, SMALL).problem
    (folder / "parts.py").write_text("#")
    assert read_entry(folder).digest != entry.digest


@pytest.mark.parametrize("world", ["live", "learning"])
def test_an_entry_shows_the_same_pages_as_the_same_code_at_home(entered, world):
    """Nothing is lost or added on the way to another process and back."""
    away = play_in(in_world(world), entered(BORDA), SMALL)
    home = play_in(in_world(world), House("home", borda), SMALL)
    assert not away.problem
    assert (away.slates, away.earned) == (home.slates, home.earned)
    assert away.messages == home.messages and away.size_bytes == home.size_bytes


def test_an_entry_moves_with_what_it_knows_or_is_built_again(entered):
    text = BORDA.replace('NAME = "by hand"', "") + (
        "def move(coordinator, world, rng):\n    raise ValueError('was asked to move')\n"
    )
    hidden = HiddenWorld("second_platform", 0, seed_of("m"), ("short_video", "feed"))
    assert (
        "build raised ValueError: was asked to move"
        in play_in(hidden, entered(text), SMALL).problem
    )
    assert not play_in(hidden, entered(BORDA, "again"), SMALL).problem


def test_no_model_is_reachable_where_it_is_silent(entered):
    build = "import os; assert not os.path.exists(os.environ.get('MAVRS_MODELS', '/')), 'a model'"
    entry = entered(build=build)
    assert not play_in(in_world("feed", "silent_model"), entry, SMALL).problem


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            {"recommend": "raise ValueError('two\\nlines')"},
            r"recommend raised ValueError: two lines",
        ),
        ({"learn": "raise KeyError('x')"}, "recommend raised KeyError"),
        ({"build": "import sys; sys.exit(3)"}, "build raised SystemExit: 3"),
        ({"recommend": "import os; os._exit(0)"}, "process ended in recommend"),
        ({"recommend": "while True: print('x' * 10 ** 5)"}, "prints more than 1 MB"),
        ({"recommend": "import time; time.sleep(900)"}, "did not answer within 2 s"),
        ({"recommend": "import socket; socket.getaddrinfo('x', 80)"}, "asked for the network"),
        ({"recommend": "return [[1]]"}, "gave a list instead of a Slate"),
        ({"recommend": "return Slate(request.candidates * 1.5)"}, "not whole numbers"),
        ({"recommend": "return Slate(request.candidates)"}, "its page cannot be shown"),
        ({"build": "return None"}, "a NoneType, which has no recommend, was built"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:20],
)
def test_what_an_entry_does_wrong_is_one_clear_line(entered, parts, says):
    budget = EntryBudget(page_seconds=2.0 if "900" in str(parts) else 60.0)
    match = play_in(in_world("feed"), entered(**parts), replace(SMALL, budget=budget))
    assert says in match.problem and "\n" not in match.problem
    assert match.earned == () and gap(match, Scale((0.0,), (1.0,), 1.0)) == LOSS


def test_a_lost_round_costs_that_round_only(entered):
    entry = entered(recommend="if request.slots == 1: raise ValueError('one slot')")
    found = [play_in(in_world(world), entry, SMALL) for world in ("short_video", "feed")]
    assert [bool(match.problem) for match in found] == [True, False]


def test_an_entry_that_says_that_its_trace_costs_too_much_is_believed(entered):
    trace = (
        "from mavrs_course.messages import Message, Trace; t = Trace([Message('a', 'b', 'c')] * 99)"
    )
    page = f"{trace}; return Slate(request.candidates[:, :request.slots], trace=t)"
    budget = EntryBudget(messages=50)
    match = play_in(in_world("feed"), entered(recommend=page), replace(SMALL, budget=budget))
    assert match.problem == "a page took 99 messages; the budget is 50"


@pytest.mark.skipif(not isolate(REPOSITORY).sandboxed, reason=isolate(REPOSITORY).why_not)
def test_in_the_sandbox_the_library_cannot_be_changed(entered):
    entry = entered(build="import mavrs_course; open(mavrs_course.__file__, 'a').write('#')")
    assert "Read-only" in play_in(in_world("feed"), entry, SMALL).problem


@pytest.mark.skipif(not isolate(REPOSITORY).sandboxed, reason=isolate(REPOSITORY).why_not)
def test_in_the_sandbox_weights_are_hidden_from_who_looks_for_them(entered, tmp_path, monkeypatch):
    (tmp_path / "weights").mkdir()
    monkeypatch.setenv("MAVRS_MODELS", str(tmp_path / "weights"))
    found = f"import os; assert os.path.isdir({str(tmp_path / 'weights')!r}), 'hidden'"
    entry = entered(build=found)
    isolate(REPOSITORY)
    assert not play_in(in_world("feed"), entry, SMALL).problem
    assert "hidden" in play_in(in_world("feed", "silent_model"), entry, SMALL).problem


# The gate


def test_the_gate_lets_through_what_does_the_same_twice(entered):
    gate = check(entered(BORDA), worlds=("feed", "live"))
    assert gate.passed and gate.notes == () and "8 messages" not in gate.line
    assert "same twice" in gate.line and gate.protection


@pytest.mark.parametrize(
    "order",
    ["import time; n = time.time_ns()", "n = hash('the order of a set')"],
    ids=["by the clock", "by the order of a set"],
)
def test_the_gate_refuses_what_chance_of_its_own_decides(entered, order):
    page = (
        f"{order}; import numpy; rng = numpy.random.default_rng(abs(n)); "
        "return Slate(rng.permuted(request.candidates, axis=1)[:, :request.slots])"
    )
    gate = check(entered(recommend=page), worlds=("feed",))
    assert not gate.passed and "not deterministic" in gate.line


def test_the_gate_tells_in_which_world_an_entry_fails(entered):
    gate = check(
        entered(recommend="assert request.slots > 1, 'one'"), worlds=("feed", "short_video")
    )
    assert gate.passed and gate.notes == ("in short_video: recommend raised AssertionError: one",)


# All rounds


def test_series_are_kept_and_do_not_depend_on_who_else_plays(tmp_path, monkeypatch):
    rules = ArenaRules("salt", ("drift",), least=3, most=3, settings=SMALL)
    players = [House("first", first_in_line), RANDOM]
    both = run(players, rules, tmp_path / "both", jobs=1)
    alone = run(players[:1], rules, tmp_path / "alone", jobs=1)
    assert both[0] == alone[0] and both[1].gaps == [0.0, 0.0, 0.0]
    files = sorted((tmp_path / "both").iterdir())
    assert len(files) == 2 and not any("salt" in file.read_text() for file in files)
    monkeypatch.setattr("mavrs_course.arena.running.play_series", None)  # nothing is played again
    assert run(players, rules, tmp_path / "both", jobs=1) == both


def first_in_line(view, rng):
    return SingleAgent(view_first())


def test_rules_that_nobody_can_play_by_are_refused(tmp_path):
    with pytest.raises(ArenaError, match="no ability 'flight'"):
        ArenaRules("s", ("flight",))
    with pytest.raises(ArenaError, match="2 rounds or more"):
        ArenaRules("s", least=1)
    with pytest.raises(ArenaError, match="two players are called 'random'"):
        run([RANDOM, RANDOM], ArenaRules("s"), tmp_path)


def test_the_scale_is_that_of_random_and_planner():
    ends = scale("drift", "scale", 0, SMALL)
    low, high = (play(end, "drift", "scale", 0, SMALL) for end in (RANDOM, PLANNER))
    assert (ends.low, ends.high) == (low.earned, high.earned)
    assert gap(low, ends) == 0.0 and COPIES == 3
    assert gap(high, replace(ends, width=float(np.mean(high.earned) - np.mean(low.earned)))) == 1.0


def test_the_worst_tenth_is_compared_with_the_worst_tenth():
    low, high = tuple(range(20)), tuple(range(10, 30))
    ends = Scale(low, high, 10.0)
    match = replace(play(RANDOM, "drift", "w", 0, SMALL), earned=tuple(x + 5.0 for x in low))
    assert worst([match], [ends]) == pytest.approx(0.5)
    assert np.isnan(worst([match], [replace(ends, high=low)]))


def test_bars_are_the_published_one_and_a_hidden_one():
    found = {bars(salt, "drift")[1] for salt in "abcdefgh"}
    assert len(found) == 8 and all(SECOND_TIER[0] <= bar <= SECOND_TIER[1] for bar in found)
    assert {bars(salt, "drift")[0] for salt in "ab"} == {MINIMUM}


# The command


def test_the_command_says_yes_and_no(entered, tmp_path):
    good, bad = entered(BORDA, "good"), tmp_path / "bad.py"
    bad.write_text("x = 1\n")
    shown = CliRunner().invoke(app, ["arena", "check", str(bad)])
    assert shown.exit_code == 1 and "defines no build" in shown.output.replace("\n", " ")
    out = tmp_path / "out"
    asked = "--abilities drift --rounds 2 --viewers 10 --jobs 1 --salt s3cret --no-baselines --out"
    arguments = [good.path, str(bad), *asked.split(), str(out)]
    wild = entered(recommend="import time; assert time.time_ns() < 0, 'too late'", name="wild")
    shown = CliRunner().invoke(app, ["arena", "run", wild.path, *arguments])
    assert "wild does not pass the gate" in shown.output
    assert shown.exit_code == 0, shown.output
    assert "not taken" in shown.output and "by hand: 0 of 2 points" in shown.output
    (kept,) = out.iterdir()
    assert len(json.loads(kept.read_text())["matches"]) == 2
