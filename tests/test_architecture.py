"""The promises about structure: imports run downward, nothing heavy is loaded unasked."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "mavrs_course"
MODULES = sorted(PACKAGE.rglob("*.py"))

# What each part of the package may use of ours, besides itself.
FLOOR = {"files", "words", "calling", "progress", "rows", "found"}  # used by all, uses nothing
GROUND = FLOOR | {"messages", "once", "session_ends"}
PLATFORM = GROUND | {"world"}
SHELF = PLATFORM | {"envs", "metrics", "plots"}
ALLOWED = {
    "__init__": set(),
    "originals": set(),
    "files": set(),
    "words": set(),
    "calling": set(),
    "progress": set(),
    "rows": set(),
    "found": set(),
    "messages": FLOOR,
    "once": {"messages"},
    "session_ends": FLOOR | {"messages"},
    "world": GROUND,
    "metrics": GROUND,
    "legible": set(),
    "plots": GROUND | {"legible"},
    "envs": PLATFORM,
    "agents": SHELF,
    "coordination": SHELF,
    "engine": SHELF | {"agents", "coordination"},
    "marl": SHELF | {"agents"},
    "llm": SHELF | {"agents", "coordination", "marl", "engine"},
    "widgets": SHELF | {"agents", "coordination", "marl", "llm", "tournament", "engine"},
    "benchmarks": SHELF | {"agents", "coordination", "marl", "llm"},
    "tournament": SHELF | {"agents", "coordination", "marl", "llm", "course", "engine"},
    "arena": SHELF | {"agents", "coordination", "marl", "llm", "course", "tournament", "engine"},
    "tutor": SHELF | {"agents", "coordination", "course"},
    "experiments": SHELF
    | {"agents", "coordination", "marl", "llm", "course", "tournament", "engine", "arena"},
    "exercises": SHELF | {"agents", "coordination", "marl", "llm", "course", "engine"},
    "bank": SHELF | {"agents", "coordination", "marl", "llm", "course", "engine", "arena"},
}
# Drawing is asked for, not needed: a Trace draws itself without its module depending on matplotlib.
ON_REQUEST = {("messages", "plots")}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {dotted(path) for path in MODULES}


def imported_modules(path: Path, *, at_load: bool = False) -> set[str]:
    """Modules of ours that a file imports; with ``at_load``, only those it cannot load without."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_load else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute, so that a reader can find them"
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = members & NAMES
            found |= submodules if submodules == members else submodules | {node.module}
    return {name for name in found if name.split(".")[0] == "mavrs_course"}


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_run_downward(path):
    part = part_of(path)
    if part not in ALLOWED:
        assert part in {"course", "cli", "__main__"}, f"say in ALLOWED what {part} may use"
        return
    used = {name.split(".")[1] for name in imported_modules(path) if "." in name}
    known = {part_of(module) for module in MODULES}
    upward = (used & known) - ALLOWED[part] - {part}
    assert not {(part, name) for name in upward} - ON_REQUEST


# Hints and imports inside functions count: a reader follows them too.
KNOWN_CIRCLES = {
    ("mavrs_course.messages", "mavrs_course.plots"),  # a trace draws itself when asked
}


def test_no_circular_imports():
    graph = {}
    for path in MODULES:
        name = dotted(path)
        used = imported_modules(path) & NAMES - {name}
        graph[name] = {other for other in used if (name, other) not in KNOWN_CIRCLES}
    list(TopologicalSorter(graph).static_order())  # raises CycleError


def test_a_class_name_means_one_thing():
    found = defaultdict(set)
    for path in MODULES:
        if part_of(path) != "bank":  # answers there are called as their exercise asks
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].add(dotted(path))
    found.pop("parallel_env")  # PettingZoo's name for what each environment makes
    assert not {name: places for name, places in found.items() if len(places) > 1}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("mavrs_course", {"numpy", "torch", "pandas", "matplotlib"}),
        ("mavrs_course.course", {"torch", "pandas", "matplotlib", "nbformat"}),
        ("mavrs_course.world.platform", {"torch", "matplotlib", "av"}),
        ("mavrs_course.engine", {"numpy", "torch", "ray"}),
        ("mavrs_course.engine.shards", {"torch", "ray", "matplotlib", "pandas"}),
        ("mavrs_course.cli", {"torch", "matplotlib", "numpy", "pandas"}),
    ],
)
def test_importing_loads_nothing_heavy(module, unwanted):
    script = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not unwanted & set(run.stdout.split())


def test_topics_belong_to_the_catalogue():
    """The base platform and the feed game are made of twenty topics; everybody else asks."""
    own = {"world", "envs", "benchmarks"}
    constants = {"TOPICS", "N_TOPICS", "MEAN_QUALITY"}
    strangers = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and constants & {a.name for a in node.names}:
                strangers += [dotted(path)] if part_of(path) not in own else []
    assert not strangers


def test_functions_fit_on_a_screen():
    """Sixty lines with the docstring; a longer one is doing more than one thing."""
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60:
                long.append(
                    f"{dotted(path)}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
                )
    assert not long
