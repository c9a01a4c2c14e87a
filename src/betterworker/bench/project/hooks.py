"""The project's own set-up: a function of its, run once before a study, whose values go into the requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.project.asking import Place, told
from betterworker.bench.project.nouns import Login, ProjectFile, RequestSpec
from betterworker.bench.project.placeholders import SETUP
from betterworker.bench.project.placeholders import filled as spec_filled

_PLACE = re.compile(r"\{setup\.(\w+)\}")


@dataclass(frozen=True, slots=True)
class Returned:
    """What the hook returned."""

    values: Mapping[str, str] = field(default_factory=dict)


def run_setup(file: ProjectFile, place: Place) -> Mapping[str, str]:
    """Its values by name; none without a hook. Raises BadInput with its traceback where it fails."""
    if file.setup is None:
        return {}
    return told(place, "setup_hook", {"hook": file.setup}, Returned).values


def filled(file: ProjectFile, values: Mapping[str, str]) -> ProjectFile:
    """With the hook's values in requests and log-in: each is a secret from now on. Raises BadInput for a
    name that the hook did not return."""
    _require(file, values)
    row = {f"{SETUP}{name}": value for name, value in values.items()}
    return replace(
        file,
        requests=tuple(_spec(spec, row) for spec in file.requests),
        login=file.login and _login(file.login, values),
        secrets=(*file.secrets, *values.values()),
    )


def _spec(spec: RequestSpec, row: Mapping[str, str]) -> RequestSpec:
    """``values`` are texts that go into the request later: they may name the hook's."""
    names = {name.removeprefix(SETUP): value for name, value in row.items()}
    done = spec_filled(spec, row)
    return replace(
        done,
        values=tuple({key: _text(text, names) for key, text in values.items()} for values in spec.values),
    )


def _login(login: Login, values: Mapping[str, str]) -> Login:
    return replace(
        login,
        path=_text(login.path, values),
        fields={name: _text(text, values) for name, text in login.fields.items()},
    )


def _text(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: values[match[1]], text)


def _require(file: ProjectFile, values: Mapping[str, str]) -> None:
    for where, text in _texts(file):
        for name in _PLACE.findall(text):
            if file.setup is None:
                raise BadInput(
                    f"{file.path.name}: {where} has {{setup.{name}}}: name a hook in [project], setup = …"
                )
            if name not in values:
                raise UnknownName(f"value that {file.setup} returned (for {where})", name, values)


def _texts(file: ProjectFile) -> Iterator[tuple[str, str]]:
    """Every text in which a hook's value may stand, with whose it is."""
    for spec in file.requests:
        texts = (spec.path, *(value for _, value in spec.headers), *spec.cookies.values())
        yield from ((spec.name, text) for text in (*texts, spec.body.decode("latin-1")))
        yield from ((spec.name, text) for row in spec.values for text in row.values())
    if file.login:
        yield from (("[login]", text) for text in (file.login.path, *file.login.fields.values()))
