"""Requests from an OpenAPI document (2 or 3): what can be asked for without knowing more than it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import yaml

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file.requests import wrong_header
from betterworker.bench.project.file.variables import SECRET_NAME
from betterworker.bench.project.naming import NAME, RESERVED
from betterworker.bench.project.nouns import RequestSpec
from betterworker.bench.project.sources.patterns import cleaned
from betterworker.bench.project.sources.taken import (
    MOST_REQUESTS,
    SECRET,
    Found,
    holds_secret,
    is_secret,
    named,
    told,
    told_headers,
)
from betterworker.bench.project.texts import read_text

Part = Mapping[str, Any]

#: Written in C, where there is one: ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OTHERS = ("put", "post", "delete", "patch")


class Left(Exception):
    """Why an operation is not taken."""


def openapi(path: Path) -> Found:
    """GET operations whose parameters are optional or have an example; raises BadInput."""
    document = _document(path)
    base = _base(document)
    left_out: Counter[str] = Counter()
    masked: set[str] = set()
    specs = list(_specs(document, base, left_out, masked))
    left_out[f"beyond the first {MOST_REQUESTS}"] += max(len(specs) - MOST_REQUESTS, 0)
    locked = sum(1 for _, closed in specs[:MOST_REQUESTS] if closed)
    notes = [f"{locked:,} of them ask for a log-in or a key: write [login], or headers"] if locked else []
    requests = named(spec for spec, _ in specs[:MOST_REQUESTS])
    return Found(requests=requests, notes=(*notes, *told_headers(masked), *told(+left_out, "operations")))


def _document(path: Path) -> Part:
    try:
        text = read_text(path)
        # JSON is YAML too, but a hundred times slower to read as such.
        content = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=LOADER)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"{path} is neither JSON nor YAML: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("paths"), dict):
        raise BadInput(f"{path} is no OpenAPI document: it has no paths.")
    return content


def _base(document: Part) -> str:
    """The path before all paths, of the first server."""
    server = next(iter(_listed(document.get("servers"))), {"url": document.get("basePath") or "/"})
    url = str(_table(server).get("url", "/"))
    for name, variable in _table(_table(server).get("variables")).items():
        url = url.replace(f"{{{name}}}", str(_table(variable).get("default", "")))
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
    return path if not path or path.startswith("/") else f"/{path}"


def _specs(
    document: Part, base: str, left_out: Counter[str], masked: set[str]
) -> Iterator[tuple[RequestSpec, bool]]:
    """Each with whether it asks for a log-in; ``masked`` takes the names of headers that may be secret."""
    for path, item in document["paths"].items():
        if not str(path).startswith("/"):  # an extension: x-…
            continue
        operations = _resolved(item, document)
        left_out["they write"] += sum(method in operations for method in OTHERS)
        if not isinstance(operations.get("get"), dict):
            continue
        operation = operations["get"]
        try:
            parameters = [*_listed(operations.get("parameters")), *_listed(operation.get("parameters"))]
            spec = _spec(f"{base}{path}", operation, parameters, document)
        except Left as error:
            left_out[str(error)] += 1
            continue
        masked |= {name for name, _ in spec.headers if SECRET_NAME.search(name)}
        open_headers = tuple(each for each in spec.headers if each[0] not in masked)
        yield replace(spec, headers=open_headers), _is_locked(operation, document)


def _spec(path: str, operation: Part, parameters: list[Any], document: Part) -> RequestSpec:
    """Raises Left. What an operation says of a parameter goes before what its path says."""
    listed = [_resolved(parameter, document) for parameter in parameters]
    by_name = {(str(each.get("in")), str(each.get("name"))): each for each in listed}
    query, headers = {}, []
    for (place, name), parameter in by_name.items():
        value = _value(parameter, document)
        if value is None:
            if parameter.get("required") or place == "path":
                raise _unknown(f"{{{name}}}")
        elif is_secret(name) and (place == "path" or (place == "query" and parameter.get("required"))):
            raise Left(SECRET)
        elif place == "path":
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        elif place == "query" and parameter.get("required"):
            query[name] = value
        elif place == "header" and parameter.get("required") and not wrong_header(name, value):
            headers.append((name, value))
    if "{" in path:
        raise _unknown(path[path.index("{") : path.find("}") + 1])
    whole = cleaned(path) + (f"?{urlencode(query)}" if query else "")
    if holds_secret(whole):
        raise Left(SECRET)
    return RequestSpec(
        name=_name(operation),
        path=whole,
        headers=tuple(headers),
        anonymous=operation.get("security") == [],
    )


def _unknown(parameter: str) -> Left:
    """It must be there, and no value of it is told."""
    return Left(f"{parameter} has neither example nor default")


def _name(operation: Part) -> str:
    name = str(operation.get("operationId", ""))
    return name if NAME.fullmatch(name) and name not in RESERVED else ""


def _value(parameter: Part, document: Part) -> str | None:
    """Its example, else its default, else the first of those allowed."""
    schema = _resolved(parameter.get("schema", parameter), document)
    examples = parameter.get("examples")
    first = next(iter(examples.values()), None) if isinstance(examples, dict) else None
    candidates = (
        parameter.get("example"),
        _resolved(first, document).get("value") if first else None,
        parameter.get("x-example"),
        schema.get("example"),
        *_listed(schema.get("examples"))[:1],
        schema.get("default"),
        *_listed(schema.get("enum"))[:1],
    )
    found = next((each for each in candidates if isinstance(each, str | int | float | date)), None)
    return None if found is None else str(found).lower() if isinstance(found, bool) else str(found)


def _listed(part: Any) -> list[Any]:
    """Of what has another shape than it should, nothing."""
    return part if isinstance(part, list) else []


def _table(part: Any) -> Part:
    return part if isinstance(part, dict) else {}


def _is_locked(operation: Part, document: Part) -> bool:
    return bool(operation.get("security", document.get("security")))


def _resolved(part: Any, document: Part) -> Part:
    """What a reference stands for; an empty table where that is not in this document."""
    for _ in range(10):
        if not isinstance(part, dict):
            return {}
        reference = part.get("$ref")
        if not isinstance(reference, str):
            return part
        part = document if reference.startswith("#/") else {}
        for name in reference.removeprefix("#/").split("/"):
            key = name.replace("~1", "/").replace("~0", "~")
            part = part.get(key, {}) if isinstance(part, dict) else {}
    return {}
