"""Metacademy: what must be known before what in machine learning and its mathematics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from mavrs_course.world.learning.structure import KnowledgeStructure
from mavrs_course.world.logs.csvfiles import read_table
from mavrs_course.world.logs.errors import LogsError, LogsMissingError

TAG = re.compile(r"^\s*tag:\s*(\S+)", re.MULTILINE)


def read_metacademy(folder: Path) -> KnowledgeStructure:
    """Metacademy's concepts by their titles, from either of two layouts.

    As the repository has it: a folder ``concepts`` with a folder for each, in which ``title.txt``
    holds its title and ``dependencies.txt`` a line ``tag: NAME`` for each prerequisite.  Or two
    tables made of these, ``concepts.csv`` (concept, title) and ``prerequisites.csv`` (prerequisite,
    concept).  ``-`` and ``_`` are the same in a tag; prerequisites outside the folder are left out.
    """
    if (folder / "concepts").is_dir():
        titles, before = _repository(folder / "concepts")
    else:
        titles, before = _tables(folder)
    names = _named_apart(titles)
    places = {tag: place for place, tag in enumerate(names)}
    edges = {
        (places[first], places[tag])
        for tag, firsts in before.items()
        for first in firsts
        if first in places and tag in places
    }
    try:
        return KnowledgeStructure(tuple(names.values()), tuple(sorted(edges)))
    except ValueError as error:
        raise LogsError(f"{folder}: {error}") from None


Before = dict[str, list[str]]  # concept -> its prerequisites


def _repository(folder: Path) -> tuple[dict[str, str], Before]:
    concepts = {_tag(path.name): path for path in sorted(folder.iterdir()) if path.is_dir()}
    if not concepts:
        raise LogsError(f"{folder}: there are no concepts in it")
    titles = {tag: _text(path / "title.txt").strip() for tag, path in concepts.items()}
    before = {
        tag: [_tag(found) for found in TAG.findall(_text(path / "dependencies.txt"))]
        for tag, path in concepts.items()
    }
    return titles, before


def _tables(folder: Path) -> tuple[dict[str, str], Before]:
    concepts = read_table(folder / "concepts.csv", {"concept": str, "title": str})
    edges = read_table(folder / "prerequisites.csv", {"prerequisite": str, "concept": str})
    titles = dict(zip(map(_tag, concepts["concept"]), concepts["title"].fillna(""), strict=True))
    before: Before = {}
    for first, tag in zip(
        map(_tag, edges["prerequisite"]), map(_tag, edges["concept"]), strict=True
    ):
        before.setdefault(tag, []).append(first)
    return titles, before


def _named_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """A name for each concept: its title, or the words of its tag where it has none of its own."""
    common = list(titles.values())
    return {
        tag: title if title and common.count(title) == 1 else tag.replace("_", " ")
        for tag, title in titles.items()
    }


def _tag(text: str) -> str:
    return text.strip().replace("-", "_")


def _text(path: Path) -> str:
    """The text of a file; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except UnicodeDecodeError:
        raise LogsError(f"{path}: the text is not UTF-8") from None
    except OSError as error:
        raise LogsMissingError(f"{path}: {error.strerror}") from None
