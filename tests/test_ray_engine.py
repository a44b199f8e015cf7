"""The engine on Ray, on a real cluster of three machines on this one, which lose one another.

One cluster for the whole file. Its machines are lost in the order of the tests, the head at last.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from importlib.util import find_spec

import numpy as np
import pytest
from engine_play import Bare, pages_of

if find_spec("ray") is None:  # not imported: Ray reads its settings when it is loaded
    pytest.skip("Ray is not installed: pip install 'mavrs-course[scale]'", allow_module_level=True)
if not sys.platform.startswith("linux"):
    pytest.skip("a cluster on one machine is for Linux", allow_module_level=True)

from ray_cluster import cluster_of

from mavrs_course.engine import (
    EngineError,
    LastingPlaces,
    LostError,
    SlowError,
    on_ray,
)
from mavrs_course.engine.on_ray import RayEngine
from mavrs_course.tournament.run import Tournament, run

PATIENCE = 240.0


@pytest.fixture(scope="module")
def cluster():
    with cluster_of(1, 1, 1) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def engine(cluster):
    with RayEngine(cluster.address) as engine:
        yield engine


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def add(self, more: int) -> int:
        self.value += more
        return self.value

    def where(self) -> str:
        import ray

        return ray.get_runtime_context().get_node_id()

    def write(self, numbers: np.ndarray) -> None:
        numbers[0] = 1

    def die(self) -> None:
        os._exit(1)

    def wait(self) -> None:
        threading.Event().wait()


def test_a_cluster_of_three_that_nobody_else_reaches(cluster, engine):
    stats = engine.stats()
    assert (stats.engine, stats.machines, stats.cores) == ("ray", 3, 3)
    assert cluster.address.startswith("127.0.0.1:")
    assert {node["NodeManagerAddress"] for node in engine.machines()} == {"127.0.0.1"}
    with pytest.raises(EngineError, match="in use in this process"):
        RayEngine(cluster.address)


@pytest.mark.parametrize(
    ("mode", "seed", "shards"), [("mean", 0, 1), ("gossip", 7, 2), ("pooled-market", 3, 4)]
)
def test_pages_are_those_of_one_process(engine, mode, seed, shards):
    assert pages_of(engine, mode, seed, shards) == pages_of(Bare(), mode, seed)


def test_arrays_arrive_read_only(engine):
    place = engine.spawn(Counter)
    with pytest.raises(ValueError, match="read-only"):
        engine.gather([engine.call(place, "write", np.zeros(10))], PATIENCE)
    engine.stop(place)


def test_a_lost_actor_is_an_error_and_a_lasting_one_remembers(engine):
    place = engine.spawn(Counter)
    assert engine.gather([engine.call(place, "add", 2)], PATIENCE) == [2]
    with pytest.raises(LostError, match="Counter in place"):
        engine.gather([engine.call(place, "die")], PATIENCE)
    with pytest.raises(LostError, match="is gone"):  # and not a new one that counts from 0
        engine.gather([engine.call(place, "add", 1)], PATIENCE)
    lasting = LastingPlaces(engine, Counter, [()], every=2)
    assert [lasting.ask(0, "add", 1) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(LostError):
        engine.gather([engine.call(lasting.places[0], "do", "die")], PATIENCE)
    assert lasting.ask(0, "add", 1) == 4 and lasting.revived == 1


def test_a_slow_place_is_not_waited_for(engine):
    place = engine.spawn(Counter)
    engine.gather([engine.call(place, "add", 1)], PATIENCE)
    with pytest.raises(SlowError, match="did not answer"):
        engine.gather([engine.call(place, "wait")], 0.5)
    engine.stop(place)


def node_of(engine, place):
    import ray

    actor = engine._actors[place]._actor_id.hex()
    return ray._private.state.actors(actor)["Address"]["NodeID"]


def test_a_machine_lost_in_the_middle_of_an_evening(cluster, engine):
    """Its shards come back on another machine, and the pages are the same to the byte."""
    head = cluster.head_node.node_id

    def lose(page, world):
        """The machine of a shard; its processes answer for some time yet, so wait for the end."""
        if page != 3:
            return
        shard = next(place for place in world.shards.places if node_of(engine, place) != head)
        where = node_of(engine, shard)
        (doomed,) = [node for node in cluster.worker_nodes if node.node_id == where]
        cluster.remove_node(doomed, allow_graceful=False)
        with pytest.raises(LostError):
            for _ in range(200):
                engine.gather([engine.call(shard, "state")], PATIENCE)
                time.sleep(0.3)

    lost = engine.stats().lost
    pages = pages_of(engine, "mean", 5, 4, every=2, meanwhile=lose)
    assert pages == pages_of(Bare(), "mean", 5)
    assert engine.stats().lost > lost


def test_a_machine_lost_in_the_middle_of_a_tournament(cluster, engine, tmp_path):
    asked = Tournament(["best-single", "mean"], ["calm"], range(2), ["popularity", "novelty"], 4)
    doomed, done = list(cluster.worker_nodes)[-1], []

    def lose_after_the_first(outcome):
        done.append(outcome)
        if len(done) == 1:
            cluster.remove_node(doomed, allow_graceful=False)

    played = run(asked, tmp_path / "ray", engine=engine, progress=lose_after_the_first)
    assert len(done) == 4
    expected = [asked.play(match) for match in asked.matches]
    assert list(map(_without_time, played)) == list(map(_without_time, expected))
    assert run(asked, tmp_path / "ray", engine=engine, progress=pytest.fail) == played


def _without_time(outcome):
    told = asdict(outcome)
    del told["seconds"]
    return json.dumps(told)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("127.0.0.1:1", "nobody answers at 127.0.0.1:1"),
        ("nowhere", "an address is host:port"),
        ("ray://127.0.0.1:10001", "an address is host:port"),
    ],
)
def test_a_wrong_address(address, says):
    with pytest.raises(EngineError, match=says):
        on_ray.check_address(address)


def in_a_process_of_its_own(code: str, *given: str, **variables: str) -> str:
    """What it prints. Ray remembers a token, and ends a program a minute after its head is lost."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("RAY_")}
    ran = subprocess.run(
        [sys.executable, "-c", code, *given],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return ran.stdout


WITHOUT_TOKEN = """
import sys
from mavrs_course.engine import EngineError
from mavrs_course.engine.on_ray import RayEngine
try:
    RayEngine(sys.argv[1])
except EngineError as error:
    print(error)
"""


OTHER_VERSION = (
    """
import sys, os
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
import ray
ray.__version__ = "2.99.0"
"""
    + WITHOUT_TOKEN
)


def test_a_cluster_of_another_version(cluster):
    token = os.environ["RAY_AUTH_TOKEN"]
    said = in_a_process_of_its_own(OTHER_VERSION, cluster.address, RAY_AUTH_TOKEN=token)
    assert said.startswith(f"cannot join {cluster.address}: Version mismatch")
    assert said.count("\n") == 1 and "2.99.0" in said


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ObjectStoreFullError", "memory is full; fewer viewers a shard, or more machines"),
        ("OutOfDiskError", "the disk of a machine is full; make room and run it again"),
    ],
)
def test_what_is_full_is_said_in_a_line(name, says):
    """Ray's own errors as it raises them: to fill a disk for it is more than a test may do."""
    import ray

    told = on_ray.told(ray, getattr(ray.exceptions, name)("many\nlines"), None)
    assert isinstance(told, EngineError) and str(told) == f"Ray: {says}"


def test_a_cluster_wants_its_token():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        said = in_a_process_of_its_own(WITHOUT_TOKEN, address, HOME="/nowhere")
    assert said.startswith(f"cannot join {address}: put the cluster's token into RAY_AUTH_TOKEN")


HEAD_LOST = """
from pathlib import Path
from mavrs_course.engine import EngineError, on_ray
on_ray.LOOK_SECONDS, on_ray.HEAD_SECONDS = 1.0, 5.0
engine = on_ray.RayEngine(cores=1)
started = on_ray.processes_of(engine.folder)
waiting = engine.call(engine.spawn(dict), "get", "nothing")
print(engine.gather([waiting]), engine.machines()[0]["NodeManagerAddress"], flush=True)
(head,) = [one for one in started if one.name() == "gcs_server"]
head.kill()
try:
    engine.gather([on_ray.Future()])
except EngineError as error:
    print(error, flush=True)
folder = engine.folder
engine.stop()
print(folder.exists(), [one for one in started if one.is_running()], flush=True)
"""


def test_the_head_is_lost():
    """One line, before Ray ends the program a minute later; nothing is left behind."""
    said = in_a_process_of_its_own(HEAD_LOST).splitlines()
    assert said == [
        "[None] 127.0.0.1",
        "the cluster's head does not answer: start the cluster, and run the same again",
        "False []",
    ]
