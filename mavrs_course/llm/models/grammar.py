"""JSON schemas as grammars that a small model cannot fall out of.

A general JSON grammar allows white space for ever, and a small model takes it up on that until the
token limit cuts it off.  These grammars allow none, and bound every text and list, so that what is
generated always parses.

Schemas of objects, arrays, strings, numbers, integers, booleans, null, constants, enums, choices
(``anyOf``) and references are understood; a property is always written, in the schema's order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

LONGEST_TEXT = 200
LONGEST_LIST = 10
BASIC = r"""char ::= [^"\\\x7F\x00-\x1F] | "\\" ["\\nt]
integer ::= "-"? ("0" | [1-9] [0-9]{0,8})
number ::= integer ("." [0-9]{1,6})?
boolean ::= "true" | "false"
"""


class SchemaError(ValueError):
    """A schema with something that has no grammar here; the text names it."""


def grammar_of(schema: Mapping[str, Any]) -> str:
    """The grammar, in llama.cpp's GBNF, of the JSON that obeys the schema."""
    return f"root ::= {_rule(schema, schema.get('$defs', {}))}\n{BASIC}"


def _rule(schema: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return _rule(named[schema["$ref"].rpartition("/")[2]], named)
    if "const" in schema:
        return _literal(json.dumps(schema["const"]))
    if "enum" in schema:
        return "(" + " | ".join(_literal(json.dumps(value)) for value in schema["enum"]) + ")"
    if "anyOf" in schema:
        return "(" + " | ".join(_rule(choice, named) for choice in schema["anyOf"]) + ")"
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, named | schema.get("$defs", {}))
    if kind == "array":
        return _array(schema, named)
    if kind == "string":
        most = schema.get("maxLength", LONGEST_TEXT)
        return f'"\\"" char{{{schema.get("minLength", 0)},{most}}} "\\""'
    if kind == "null":
        return '"null"'
    if kind in ("integer", "number", "boolean"):
        return kind
    raise SchemaError(f"there is no grammar for the schema {json.dumps(schema)}")


def _object(schema: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    if not schema.get("properties") and schema.get("additionalProperties"):
        raise SchemaError(
            f"there is no grammar for names that are not known beforehand: {json.dumps(schema)}"
        )
    parts = [
        f"{_literal(json.dumps(name) + ':')} {_rule(value, named)}"
        for name, value in schema.get("properties", {}).items()
    ]
    return '"{" ' + ' "," '.join(parts) + ' "}"'


def _array(schema: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    item = _rule(schema["items"], named)
    least, most = schema.get("minItems", 0), schema.get("maxItems", LONGEST_LIST)
    if not 0 <= least <= most:
        raise SchemaError(f"a list of {least} to {most} items cannot be")
    if most == 0:
        return '"[]"'
    some = f'{item} ("," {item}){{{max(least - 1, 0)},{most - 1}}}'
    return f'"[" {some} "]"' if least else f'"[" ({some})? "]"'


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
