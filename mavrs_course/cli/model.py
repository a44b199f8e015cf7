"""``mavrs model``: local language models."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from mavrs_course.cli.screen import clear_errors, out

app = typer.Typer(no_args_is_help=True, help="Local language models: get, list, remove.")

Host = Annotated[
    str | None,
    typer.Option(help="Where Ollama is.", show_default="OLLAMA_HOST, or this machine"),
]


@app.command("list")
def list_models(host: Host = None) -> None:
    """Show the small language models that the course can get, and those of an Ollama server."""
    from mavrs_course.llm.models.chat import ModelError
    from mavrs_course.llm.models.ollama_server import served
    from mavrs_course.llm.models.weights import WEIGHTS, is_here

    table = Table(title="Through the package index", title_justify="left")
    for heading in ("name", "model", "size", "state", "licence", "to know"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "size" else "left")
    for weights in WEIGHTS.values():
        state = "here" if is_here(weights.name) else "not here"
        size = f"{weights.size / 1e6:.0f} MB"
        table.add_row(weights.name, weights.title, size, state, weights.licence, weights.note)
    out.print(table)
    try:
        models = served(host)
    except ModelError as error:
        out.print(f"Ollama: {error}.", highlight=False, markup=False, soft_wrap=True)
    else:
        if models:
            table = Table("name", "size", "about", title="On the Ollama server")
            table.title_justify = "left"
            for model in models:
                table.add_row(escape(model.name), f"{model.size / 1e6:.0f} MB", escape(model.about))
            out.print(table)
        else:
            out.print("The Ollama server has no model yet.")
    out.print("Get one with: mavrs model get NAME", highlight=False)


@app.command("get")
def get_model(
    name: Annotated[str, typer.Argument(help="A name from: mavrs model list, or one of Ollama's")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Accept the licence without being asked.")
    ] = False,
    host: Host = None,
) -> None:
    """Download a small language model, check it, and keep it.

    Those of the list come through the package index: the licence is shown first, what arrives is
    held against a hash, and nothing of it is installed. Any other name, such as qwen3:0.6b, is
    pulled by the Ollama server. What has arrived is kept when either is interrupted.
    """
    from mavrs_course.llm.models.chat import ModelError
    from mavrs_course.llm.models.weights import WEIGHTS, get

    if name not in WEIGHTS:
        return _pull_model(name, host)
    with clear_errors(ModelError, OSError), out.status(f"getting {name} …") as status:

        def accept(question: str) -> bool:
            out.print(question, highlight=False)
            if yes:
                return True
            status.stop()
            agreed = typer.confirm("Accept?")
            status.start()
            return agreed

        paths = get(name, accept_licence=accept, progress=status.update)
    out.print(f"{name} is in {paths[0].parent}", highlight=False, soft_wrap=True)


def _pull_model(name: str, host: str | None) -> None:
    from rich.progress import Progress

    from mavrs_course.llm.models.chat import ModelError
    from mavrs_course.llm.models.ollama_server import licence, pull
    from mavrs_course.llm.models.weights import WEIGHTS

    ours = ", ".join(WEIGHTS)
    out.print(f"{name} is none of {ours}, so Ollama is asked for it.", highlight=False)
    with clear_errors(ModelError):
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task(escape(name), total=None)

            def progress(what: str, part: float | None) -> None:
                total = None if part is None else 1.0
                bar.update(task, description=escape(what), total=total, completed=part or 0.0)

            pull(name, host=host, progress=progress)
        told = licence(name, host) or "the server does not say"
    out.print(f"{name} is on the Ollama server.", highlight=False)
    out.print(f"Licence: {told}", highlight=False, markup=False, soft_wrap=True)


@app.command("remove")
def remove_model(
    name: Annotated[str, typer.Argument(help="A name from: mavrs model list")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to.")] = False,
    host: Host = None,
) -> None:
    """Delete a language model, here or on the Ollama server, after asking whether to.

    Of a model that comes through the package index, whatever an interrupted download has left goes
    as well.
    """
    from mavrs_course.llm.models.chat import ModelError
    from mavrs_course.llm.models.ollama_server import delete
    from mavrs_course.llm.models.weights import WEIGHTS, remove

    ours = name in WEIGHTS
    if not (yes or typer.confirm(f"Delete {name} {'here' if ours else 'on the Ollama server'}?")):
        out.print(f"{name} is as it was.", highlight=False)
        raise typer.Exit(1)
    with clear_errors(ModelError, OSError):
        there = remove(name) if ours else delete(name, host=host)
    out.print(f"{name} is gone." if there else f"{name} was not here.", highlight=False)
