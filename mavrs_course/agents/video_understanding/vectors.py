"""The vectors of a catalogue, saved in one file, and who lies near whom in them."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mavrs_course.agents.video_understanding.features import MODALITIES
from mavrs_course.files import write_whole


class VectorsError(ValueError):
    """Vectors that do not fit together, or a file that holds none; the text says which."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """What is known of ``V`` videos.

    values: float32[V, D], rows of length 1, or 0 where nothing is known.  titles: V of them.
    present: bool[V, 3], from which of picture, sound and text each row was made.
    """

    values: NDArray[np.float32]
    titles: Sequence[str]
    present: NDArray[np.bool_]

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float32)
        present = np.asarray(self.present, dtype=bool)
        videos = len(values)
        if values.ndim != 2 or not np.isfinite(values).all():
            raise VectorsError(f"vectors are finite floats of shape (V, D), got {values.shape}")
        if len(self.titles) != videos or present.shape != (videos, len(MODALITIES)):
            raise VectorsError(
                f"{videos} vectors need as many titles and rows of `present`, got "
                f"{len(self.titles)} titles and present of shape {present.shape}"
            )
        length = np.linalg.norm(values, axis=1, keepdims=True)
        values = np.divide(values, length, out=np.zeros_like(values), where=length > 0)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "present", present)
        object.__setattr__(self, "titles", tuple(map(str, self.titles)))

    def __len__(self) -> int:
        return len(self.values)

    def similarity(self, video: int) -> NDArray[np.float32]:
        """The cosine of one video with each: float32[V], 1 for itself."""
        return self.values @ self.values[video]

    def nearest(self, video: int, count: int = 5) -> NDArray[np.int64]:
        """The videos most like this one, itself left out, most similar first: int[count]."""
        similarity = self.similarity(video)
        similarity[video] = -np.inf
        return np.argsort(-similarity, kind="stable")[: min(count, len(self) - 1)]

    def save(self, path: str | os.PathLike) -> None:
        """Write one file, whole or not at all; nothing in it is ever executed."""
        content, titles = io.BytesIO(), np.array(self.titles, dtype=str)
        np.savez_compressed(content, values=self.values, present=self.present, titles=titles)
        write_whole(Path(path), content.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike) -> Vectors:
        """What :meth:`save` wrote; raises :class:`VectorsError` for anything else."""
        path = Path(path)
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(file["values"], file["titles"].tolist(), file["present"])
        except FileNotFoundError:
            raise VectorsError(f"there is no file {path.name}: save the vectors first") from None
        except (OSError, ValueError, KeyError, TypeError, BadZipFile, EOFError) as error:
            raise VectorsError(f"{path.name} holds no vectors of videos ({error})") from error
