"""Choose a language model: those inside this process, and those of an Ollama server."""

from __future__ import annotations

import html

import ipywidgets as widgets

from mavrs_course.llm.models.chat import ChatModel, ModelError
from mavrs_course.llm.models.embedded import EmbeddedModel
from mavrs_course.llm.models.ollama import OllamaModel
from mavrs_course.llm.models.ollama_server import Served, pull, served
from mavrs_course.llm.models.weights import WEIGHTS, path_of, present
from mavrs_course.widgets.base import LessonWidget

EMBEDDED, OLLAMA = "embedded", "Ollama"
WIDE = widgets.Layout(width="480px")
ADVICE = (
    "In a terminal, <code>mavrs model get smollm2-135m</code> (98 MB) gets the smallest; or start "
    "an Ollama server, write its host above, and look again."
)


class ModelPicker(LessonWidget):
    """A list of the models that are there; below it what is chosen, and what to do if nothing is.

    :meth:`model` gives the chosen one, ready to be asked.  host: of an Ollama server; by default
    what ``OLLAMA_HOST`` says, else this machine's.
    """

    about = "Choose a language model."

    def __init__(self, host: str = "") -> None:
        labels = {"description_width": "90px"}
        self.choice = widgets.Dropdown(description="model", layout=WIDE, style=labels)
        self.host = widgets.Text(
            host, description="Ollama host", placeholder="http://127.0.0.1:11434", layout=WIDE,
            style=labels, continuous_update=False,
        )  # fmt: skip
        self.wanted = widgets.Text(
            description="pull", placeholder="qwen3:0.6b", layout=WIDE, style=labels
        )
        self.look_button = widgets.Button(description="Look again")
        self.pull_button = widgets.Button(description="Pull", tooltip="Let Ollama download it")
        self.bar = widgets.FloatProgress(min=0, max=1, layout=WIDE)
        self.line = widgets.HTML()
        self.choice.observe(lambda _: self._tell(), names="value")
        self.host.observe(lambda _: self.look(), names="value")
        self.look_button.on_click(lambda _: self.look())
        self.pull_button.on_click(lambda _: self.pull())
        self._pulling = widgets.HBox([self.wanted, self.pull_button])
        super().__init__(
            [widgets.HBox([self.host, self.look_button]), self.choice, self._pulling, self.line]
        )
        self.look()

    def look(self) -> None:
        """See what is there now; the choice stays where its model does."""
        before = self.choice.value
        self._here, self._served, self._problem = present(), {}, ""
        try:
            self._served = {model.name: model for model in served(self._address)}
        except ModelError as error:
            self._problem = str(error)
        options = [(f"{name}, {EMBEDDED}", (EMBEDDED, name)) for name in self._here]
        options += [(f"{name}, {OLLAMA}", (OLLAMA, name)) for name in self._served]
        self.choice.options = options
        values = [value for _, value in options]
        self.choice.value = before if before in values else next(iter(values), None)
        self.choice.disabled = not options
        self._pulling.layout.display = "none" if self._problem else None
        self._tell()

    def model(self) -> ChatModel:
        """The chosen model; raises ModelError, which says what to do, where there is none."""
        if self.choice.value is None:
            raise ModelError("there is no language model: get one with mavrs model get")
        kind, name = self.choice.value
        if kind == OLLAMA:
            return OllamaModel(name, host=self._address)
        return EmbeddedModel(path_of(name), name=name)

    def pull(self) -> None:
        """Let the Ollama server download what is written in the field, and choose it."""
        name = self.wanted.value.strip() or self.wanted.placeholder
        self.line.value, self.bar.value = "", 0.0
        self.children = [*self.children, self.bar]
        try:
            pull(name, host=self._address, progress=self._progress)
        except ModelError as error:
            self._say(f"{html.escape(str(error))}.")
        else:
            self.look()
            for full in (name, f"{name}:latest"):
                if full in self._served:
                    self.choice.value = (OLLAMA, full)
        finally:
            self.children = self.children[:-1]

    def _progress(self, what: str, part: float | None) -> None:
        self.bar.description, self.bar.value = what[:20], part or 0.0

    @property
    def _address(self) -> str | None:
        return self.host.value.strip() or None

    def _tell(self) -> None:
        if self.choice.value is None:
            server = self._problem or "the server answers, and has no model yet; pull one"
            self._say(
                f"<b>There is no language model here.</b> {ADVICE} Ollama: {html.escape(server)}."
            )
            return
        kind, name = self.choice.value
        chosen = _of_server(self._served[name]) if kind == OLLAMA else _of_package(name)
        others = f"Ollama: {self._problem}." if self._problem else ""
        self._say(f"<b>{html.escape(name)}</b>: {html.escape(chosen)} {html.escape(others)}")

    def _say(self, text: str) -> None:
        self.line.value = f'<div style="max-width:640px;line-height:1.5">{text}</div>'


def _of_package(name: str) -> str:
    weights = WEIGHTS[name]
    return (
        f"inside this process, {weights.size / 1e6:.0f} MB, {weights.licence}. "
        f"It can chat, keep to a schema, and score any text."
    )


def _of_server(model: Served) -> str:
    about = ", ".join(filter(None, (f"{model.size / 1e6:.0f} MB", model.about)))
    return f"on the Ollama server, {about}. It can chat, keep to a schema, and embed."
