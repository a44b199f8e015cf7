"""Functions of ours that a model may call: described to it by a schema, carried out by code.

A small model that is merely asked for a call writes anything, so its text is constrained: with
``Ask(tools=...)`` it can only write ``{"tool": name, "arguments": {...}}`` for one of the tools,
with arguments of the right types.  What the arguments *say* is still the model's; :func:`call`
checks them, carries the call out, and turns whatever goes wrong into a :class:`ToolError` that can
be shown to the model.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from mavrs_course.llm.models.errors import ModelError
from mavrs_course.llm.models.loose import NotDataError, strict

Schema = Mapping[str, Any]  # a JSON schema


class ToolError(ModelError):
    """A call could not be carried out; the text says why, in words that a model may be shown."""


@dataclass(frozen=True)
class Tool:
    """A function with typed parameters and a docstring, whose first line says what it does."""

    function: Callable[..., Any]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.function) or self.name).splitlines()[0]

    @cached_property
    def form(self) -> type[BaseModel]:
        """The arguments as a pydantic model; raises ToolError where a parameter has no type."""
        hints, fields = get_type_hints(self.function), {}
        for name, parameter in inspect.signature(self.function).parameters.items():
            if name not in hints:
                raise ToolError(f"the tool {self.name} needs a type for its parameter {name!r}")
            wanted = ... if parameter.default is parameter.empty else parameter.default
            fields[name] = (hints[name], wanted)
        return create_model(self.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def calls_schema(tools: Sequence[Tool]) -> Schema:
    """The JSON schema of a call of one of the tools."""
    if not tools:
        raise ToolError("there are no tools to choose from")
    calls = [
        {
            "type": "object",
            "properties": {
                "tool": {"const": tool.name},
                "arguments": tool.form.model_json_schema() | {"title": tool.name},
            },
            "required": ["tool", "arguments"],
        }
        for tool in tools
    ]
    return calls[0] if len(calls) == 1 else {"anyOf": calls}


def described(tools: Sequence[Tool]) -> str:
    """The tools in words, one a line, for a prompt."""
    lines = []
    for tool in tools:
        named = ", ".join(tool.form.model_fields)
        lines.append(f"{tool.name}({named}): {tool.description}")
    return "\n".join(lines)


def call(text: str, tools: Sequence[Tool]) -> Any:
    """Carry out the call that a model wrote; what the tool gives back.

    Raises :class:`ToolError` where the text is no call, the tool is unknown, an argument is wrong,
    or the tool itself fails.
    """
    try:
        wanted = strict(text)
    except NotDataError as error:
        raise ToolError(f"this is no call of a tool, as {error}: {text[:80]!r}") from None
    if not isinstance(wanted, dict) or set(wanted) != {"tool", "arguments"}:
        raise ToolError('a call needs exactly "tool" and "arguments"')
    known = {tool.name: tool for tool in tools}
    if not isinstance(wanted["tool"], str) or wanted["tool"] not in known:
        raise ToolError(f"there is no tool {wanted['tool']!r}; there is {', '.join(known)}")
    tool = known[wanted["tool"]]
    try:
        arguments = tool.form.model_validate(wanted["arguments"])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the arguments"
        raise ToolError(f"{tool.name}: {place}: {first['msg']}") from None
    given = {name: getattr(arguments, name) for name in type(arguments).model_fields}
    try:
        return tool.function(**given)
    except Exception as error:
        raise ToolError(f"{tool.name} failed: {type(error).__name__}: {error}") from error
