"""A run that was killed goes on as if it had not been, and files that can't be used say so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from test_marl_cores import Relay

from mavrs_course.envs.feed_core import FeedCore
from mavrs_course.envs.matrix_v0 import MatrixCore
from mavrs_course.envs.spread_core import SpreadCore
from mavrs_course.marl.checkpoint import CheckpointError
from mavrs_course.marl.ippo import IPPO, IPPOSettings
from mavrs_course.marl.iql import IQL, IQLSettings
from mavrs_course.marl.mappo import MAPPO, MAPPOSettings
from mavrs_course.marl.qmix import QMIX, QMIXSettings
from mavrs_course.marl.vdn import VDN, VDNSettings

Q = {"learn_after": 64, "batch": 32, "replay_size": 500, "target_every": 7, "epsilon_over": 2_000}
PPO = {"rollout": 8, "epochs": 2, "minibatches": 2, "anneal_over": 5_000}
SETTINGS = {
    IQL: IQLSettings(**Q),
    VDN: VDNSettings(**Q),
    QMIX: QMIXSettings(**Q),
    IPPO: IPPOSettings(**PPO),
    MAPPO: MAPPOSettings(**PPO),
}
every_learner = pytest.mark.parametrize("algorithm", SETTINGS, ids=lambda a: a.name)


def learner_of(algorithm, game=None, **options):
    game = game or FeedCore(16, auto_reset=True, rng=np.random.default_rng(3))
    return algorithm(game, SETTINGS[algorithm], seed=1, **options)


@every_learner
@pytest.mark.parametrize("third_party", [False, True], ids=["core", "pettingzoo"])
def test_going_on_gives_what_not_stopping_gives(algorithm, third_party, tmp_path):
    def game():
        rng = np.random.default_rng(3)
        return SpreadCore(16, max_cycles=7, auto_reset=True, rng=rng)

    play = (lambda: Relay) if third_party else game
    whole = learner_of(algorithm, play())
    whole.train(1_500, progress=False)
    stopped = learner_of(algorithm, play())
    stopped.train(700, progress=False, checkpoint=tmp_path / "run")
    gone_on = learner_of(algorithm, play())
    gone_on.train(1_500, progress=False, checkpoint=tmp_path / "run")
    assert len(whole.curve.steps) >= 2
    np.testing.assert_array_equal(gone_on.curve.table(), whole.curve.table())
    for (one, _), (two, _) in zip(gone_on.policy().layers, whole.policy().layers, strict=True):
        np.testing.assert_array_equal(one, two)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


SCRIPT = """
import sys, numpy as np, torch
torch.set_num_threads(1)
from mavrs_course.envs.spread_core import SpreadCore
from mavrs_course.marl.qmix import QMIX, QMIXSettings
core = SpreadCore(16, max_cycles=7, auto_reset=True, rng=np.random.default_rng(3))
learner = QMIX(core, QMIXSettings(**{settings!r}), seed=1)
curve = learner.train(2_400, progress=False, checkpoint={path!r}, checkpoint_seconds=0)
np.save({curve!r}, curve.table())
"""


def test_a_killed_run_ends_with_the_same_curve(tmp_path):
    """Killed for real, without a chance to clean up, and started again with the same words."""

    def start(name):
        script = SCRIPT.format(
            settings=Q, path=str(tmp_path / name), curve=str(tmp_path / f"{name}.npy")
        )
        return subprocess.Popen([sys.executable, "-c", script])

    assert start("whole").wait() == 0
    killed, file = start("killed"), tmp_path / "killed"
    deadline = time.time() + 60
    while not file.exists() and time.time() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    os.kill(killed.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert killed.wait() != 0
    assert not (tmp_path / "killed.npy").exists()
    assert start("killed").wait() == 0
    whole, again = (np.load(tmp_path / f"{name}.npy") for name in ("whole", "killed"))
    assert len(whole) >= 3
    np.testing.assert_array_equal(again, whole)


def test_a_finished_run_has_nothing_to_do(tmp_path):
    learner = learner_of(IPPO)
    first = learner.train(500, progress=False, checkpoint=tmp_path / "run").table()
    again = learner_of(IPPO).train(500, progress=False, checkpoint=tmp_path / "run")
    np.testing.assert_array_equal(again.table(), first)


@pytest.mark.parametrize(
    "damage",
    [lambda whole: whole[: len(whole) // 2], lambda whole: b"", lambda whole: b"hello" * 99],
    ids=["half", "empty", "text"],
)
def test_a_damaged_checkpoint_is_refused(damage, tmp_path):
    path = tmp_path / "run"
    learner_of(IQL).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CheckpointError, match="delete it to start afresh"):
        learner_of(IQL).train(100, progress=False, checkpoint=path)


def test_a_checkpoint_of_another_learner_is_refused(tmp_path):
    path = tmp_path / "run"
    learner_of(IPPO).save(path)
    with pytest.raises(CheckpointError, match=r"saved with algorithm 'IPPO', but this .* 'MAPPO'"):
        learner_of(MAPPO).resume(path)
    with pytest.raises(CheckpointError, match=r"settings .*make the learner as it was"):
        IPPO(learner_of(IPPO).core, IPPOSettings(**(PPO | {"rollout": 9}))).resume(path)
    with pytest.raises(CheckpointError, match=r"the game 'FeedCore'.*'ParallelCore'"):
        learner_of(IPPO, Relay).resume(path)
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        learner_of(IPPO).resume(tmp_path / "nothing")


def test_a_failed_write_leaves_the_last_good_file(tmp_path, monkeypatch):
    path, learner = tmp_path / "run", learner_of(IPPO)
    learner.save(path)
    before = path.read_bytes()

    def full(content, file):
        file.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr("torch.save", full)
    with pytest.raises(OSError, match="full"):
        learner.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_game_that_cannot_be_stored_starts_new_sessions(tmp_path):
    class Holding(MatrixCore):
        """Holds something that no file can."""

        def __init__(self):
            super().__init__("linear", 16, auto_reset=True)
            self.judge = lambda: None

    with pytest.warns(UserWarning, match="Holding cannot be pickled .* resuming will start new"):
        learner_of(IQL, Holding()).train(600, progress=False, checkpoint=tmp_path / "run")
    learner = learner_of(IQL, Holding())
    with pytest.warns(UserWarning, match="goes on with new ones"):
        learner.resume(tmp_path / "run")
    assert learner.steps >= 600 and len(learner.replay) == 500


class Moody(Relay):
    """Chance that does not come from the seed."""

    moods = np.random.default_rng(0)

    def reset(self, seed=None, options=None):
        return super().reset(seed=int(self.moods.integers(1_000)))


def test_a_game_that_does_not_repeat_starts_new_sessions(tmp_path):
    learner_of(IPPO, Moody).train(100, progress=False, checkpoint=tmp_path / "run")
    with pytest.warns(UserWarning, match="goes on with new ones"):
        learner_of(IPPO, Moody).train(200, progress=False, checkpoint=tmp_path / "run")
