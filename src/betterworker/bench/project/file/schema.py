"""The file's JSON Schema, from which editors complete and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click
import msgspec

from betterworker.bench.project.file.tables import TYPES

FILE_NAME = "betterworker.schema.json"
REF = "#/$defs/{name}"

Part = dict[str, object]


def schema(commands: Mapping[str, Sequence[click.Parameter]] | None = None) -> Part:
    """``commands`` are those whose options may have a table of defaults, with their parameters."""
    _, parts = msgspec.json.schema_components(TYPES.values(), ref_template=REF)
    of_type = {name: {"$ref": REF.format(name=kind.__name__)} for name, kind in TYPES.items()}
    of_type["requests"] = {"type": "array", "items": of_type["requests"]}  # type: ignore[dict-item]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "betterworker.toml",
        "type": "object",
        "properties": {**of_type, **{name: _command(name, has) for name, has in (commands or {}).items()}},
        "additionalProperties": False,
        "$defs": parts,
    }


def _command(name: str, parameters: Sequence[click.Parameter]) -> Part:
    options = (parameter for parameter in parameters if isinstance(parameter, click.Option))
    return {
        "description": f"Defaults for the options of `betterworker {name}`.",
        "type": "object",
        "properties": {max(option.opts, key=len).lstrip("-"): _option(option) for option in options},
        "additionalProperties": False,
    }


def _option(option: click.Option) -> Part:
    part = _type(option)
    if option.multiple:
        part = {"anyOf": [part, {"type": "array", "items": part}]}
    return {"description": option.help, **part} if option.help else part


def _type(option: click.Option) -> Part:
    kind = option.type
    if option.is_flag:
        return {"type": "boolean"}
    if isinstance(kind, click.Choice):
        return {"enum": list(kind.choices)}
    if isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        return _number(kind)
    # Names are one text with commas, or a list.
    return {"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": "string"}}]}


def _number(kind: click.types.IntParamType | click.types.FloatParamType) -> Part:
    part: Part = {"type": "integer" if isinstance(kind, click.types.IntParamType) else "number"}
    if isinstance(kind, click.IntRange | click.FloatRange):
        ends = {"minimum": kind.min, "maximum": kind.max}
        part.update({name: end for name, end in ends.items() if end is not None})
    return part
