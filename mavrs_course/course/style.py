"""How the code of a lesson is laid out, and how its sections count on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

MOST_LINES = 20  # of a cell, blank ones aside
MOST_OF_ONE = 28  # of a cell that is a single statement, which nobody can cut
WIDEST = 88
WIDEST_TEXT = 125  # of a line that is nothing but words: a description, a sentence to print
ONLY_WORDS = re.compile(r"""\s*(?:\w+ ?= ?)?[frb]?["'].*["'][,)\]]*|\s*#.*""")
SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)


def style_problems(notebook: NotebookNode) -> Iterator[str]:
    """What is wrong with the layout, a sentence each, naming the cell."""
    for cell in notebook.cells:
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        if cell.cell_type == "code" and not folded:
            for problem in _of_cell(cell.source):
                yield f"cell {cell.id}: {problem}"
    yield from _sections(notebook)


def _of_cell(source: str) -> Iterator[str]:
    lines = source.split("\n")
    code = [line for line in lines if line.strip()]
    tree = _parsed(lines)
    most = MOST_OF_ONE if len(tree.body) < 2 else MOST_LINES
    if len(code) > most:
        yield f"{len(code)} lines of code; cut it into steps of {MOST_LINES}, or fold it"
    for line in code:
        if len(line) > (WIDEST_TEXT if ONLY_WORDS.fullmatch(line) else WIDEST):
            yield f"a line of {len(line)} characters, more than {WIDEST}: {line.strip()[:40]} ..."
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Tuple):
            yield f"several statements as a tuple: {ast.unparse(node)[:40]} ..."
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                yield f"a lambda with a name: write def {name}"


def _parsed(lines: list[str]) -> ast.Module:
    """The cell as Python, magics left out."""
    return ast.parse("\n".join("pass" if line[:1] in ("%", "!") else line for line in lines))


def _sections(notebook: NotebookNode) -> Iterator[str]:
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    numbers = [int(match[1]) for text in texts for match in SECTION.finditer(text)]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"its sections are numbered {numbers}: one is missing, or twice"
