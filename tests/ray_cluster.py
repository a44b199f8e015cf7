"""A cluster of several machines on this one, as Ray's own tests make them; gone when it is over."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from mavrs_course.engine.on_ray import end, processes_of, quick_start, short_folder

HERE = "127.0.0.1"
LIGHT = {
    "object_store_memory": 80 << 20,
    "node_ip_address": HERE,
    "include_log_monitor": False,
    "include_dashboard": False,
}


@contextmanager
def variables(**values: str):
    """Environment variables as they were before, afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def cluster_of(*cores: int):
    """A Cluster whose machines have so many cores each; the first is its head."""
    folder = short_folder()
    (folder / "ray").mkdir()  # its own note of where a cluster is lands here
    settings = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "0123456789abcdef" * 4,
        "RAY_TMPDIR": str(folder),
        "PYTHONPATH": os.pathsep.join(  # what is made in a place is found by name there
            [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        ),
    }
    with variables(**settings):
        cluster = None
        try:
            from ray.cluster_utils import Cluster

            with quick_start(folder):
                head = {"num_cpus": cores[0], "temp_dir": str(folder / "ray"), "no_monitor": True}
                cluster = Cluster(initialize_head=True, head_node_args=head | LIGHT)
                for each in cores[1:]:
                    cluster.add_node(num_cpus=each, **LIGHT)
            yield cluster
        finally:
            started = processes_of(folder)
            if cluster is not None:
                cluster.shutdown()
            end(started)
            shutil.rmtree(folder, ignore_errors=True)
