"""``mavrs watch``: a film of one's own, scene by scene."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mavrs_course.cli.screen import clear_errors, out

app = typer.Typer()


@app.command()
def watch(
    file: Annotated[Path, typer.Argument(help="Any video: mp4, mkv, mov, webm, ...")],
    page: Annotated[
        Path | None,
        typer.Option("--out", help="The page.", show_default="artefacts/watch/FILE.html"),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="What is spoken, such as en.", show_default="found out")
    ] = None,
    eye: Annotated[
        str | None,
        typer.Option(help="An Ollama model that sees, to describe scenes.", show_default=False),
    ] = None,
) -> None:
    """Watch a video: its scenes, what is seen, heard and said in them, and which topic is nearest.

    Writes a page with a time line, and prints where it is. What is said is heard by Whisper base,
    which [bold]mavrs model get whisper-base[/bold] brings. Nothing leaves this computer, except
    pictures for the Ollama server of [bold]--eye[/bold].
    """
    from mavrs_course.agents.video_understanding.reading import VideoError
    from mavrs_course.llm.models.errors import ModelError
    from mavrs_course.llm.models.ollama import OllamaModel
    from mavrs_course.llm.watching.describing import LanguageEye
    from mavrs_course.llm.watching.watching import page_path
    from mavrs_course.llm.watching.watching import watch as watch_film

    page = page or Path("artefacts/watch") / f"{file.name}.html"
    with clear_errors(VideoError, ModelError, OSError), out.status("opening …") as status:
        page_path(page)  # before an hour of listening
        seer = LanguageEye(OllamaModel(eye)) if eye else None
        viewing = watch_film(
            file, language=language, eye=seer, say=lambda what: status.update(f"{what} …")
        )
        viewing.save(page)
    for note in viewing.notes:
        out.print(note, highlight=False, markup=False, soft_wrap=True)
    shown = str(page).encode(errors="replace").decode()
    out.print(f"wrote {shown}", highlight=False, markup=False, soft_wrap=True)
