"""The lessons and what comes before them: a diagram for the README, and steps for a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

from mavrs_course.course.prerequisites import Node
from mavrs_course.course.syllabus import CoursePart

LESSON_GRAPH = "lesson-graph"


def diagram(graph: Mapping[str, Node], parts: Sequence[CoursePart]) -> str:
    """The graph in Mermaid, which GitHub and JupyterLab draw; parts are boxes.

    An arrow is drawn where a lesson needs another, dotted where it is easier after it.  Dotted ones
    that a way round already tells are left out.
    """
    lines = [
        "```mermaid",
        "flowchart LR",
        "  accTitle: What comes before what",
        "  accDescr {",
        "    The lessons by part. An arrow leads from a lesson to one that needs it,",
        "    a dotted one to a lesson that is easier after it.",
        "  }",
    ]
    for number, part in enumerate(parts, start=1):
        inside = [graph[lesson] for lesson in part.lessons if lesson in graph]
        if inside:
            lines.append(f'  subgraph part{number}["{part.title}"]')
            lines += [f"  {_named_box(node)}" for node in inside]
            lines.append("  end")
    placed = {lesson for part in parts for lesson in part.lessons}
    lines += [_named_box(node) for node in graph.values() if node.number not in placed]
    for node in graph.values():
        lines += [f"  {_box(other)} --> {_box(node.number)}" for other in node.needs]
    for node in graph.values():
        for other in direct(graph, node.number):
            if other not in node.needs:
                lines.append(f"  {_box(other)} -.-> {_box(node.number)}")
    return "\n".join([*lines, "```"])


def generations(graph: Mapping[str, Node]) -> list[list[str]]:
    """Lessons in steps: each stands in the first step after all that it needs or that helps it."""
    sorter = TopologicalSorter({number: before(node) for number, node in graph.items()})
    sorter.prepare()
    steps = []
    while sorter.is_active():
        ready = sorter.get_ready()
        steps.append(sorted(ready))
        sorter.done(*ready)
    return steps


def before(node: Node) -> list[str]:
    """The lessons that one needs or is easier after."""
    return sorted({*node.needs, *node.helps})


def direct(graph: Mapping[str, Node], number: str) -> list[str]:
    """Those of :func:`before` that do not come before another of them."""
    first = before(graph[number])
    return [other for other in first if not any(other in _all_before(graph, n) for n in first)]


def _all_before(graph: Mapping[str, Node], number: str) -> set[str]:
    """The lessons before one, and before those."""
    found: set[str] = set()
    waiting = before(graph[number])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += before(graph[one])
    return found


def _named_box(node: Node) -> str:
    return f'  {_box(node.number)}["{node.number} {node.title}"]'


def _box(number: str) -> str:
    return f"L{number}"
