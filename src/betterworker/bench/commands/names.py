"""Option types that several commands share."""

from __future__ import annotations

import re

import click
from click.shell_completion import CompletionItem

from betterworker.bench.errors import BadInput
from betterworker.bench.machine import parse_cpus

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


class Names(click.ParamType[tuple[str, ...]]):
    """A comma-separated list of names; whether they exist is judged where the registry is known."""

    name = "names"

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known

    def convert(
        self,
        value: object,
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> tuple[str, ...]:
        if isinstance(value, (list, tuple)):
            return tuple(str(name) for name in value)
        return words(str(value))

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        return completions(self.known, incomplete)


def words(text: str) -> tuple[str, ...]:
    """``a, b`` as ``("a", "b")``."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def completions(known: tuple[str, ...], incomplete: str) -> list[CompletionItem]:
    """Of the last name of a list."""
    done, comma, begun = incomplete.rpartition(",")
    return [CompletionItem(done + comma + name) for name in known if name.startswith(begun)]


class Cpus(click.ParamType[tuple[int, ...]]):
    """``0-2,5`` as a tuple of CPU numbers."""

    name = "cpus"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        try:
            return parse_cpus(str(value))
        except BadInput as error:
            self.fail(str(error), param, ctx)


class Seconds(click.ParamType[float]):
    """``10``, ``10s``, ``500ms`` or ``2m`` as seconds; 0 only where that says something."""

    name = "seconds"

    def __init__(self, *, zero: bool = False) -> None:
        self.zero = zero

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|)", str(value).strip())
        seconds = float(match[1]) * _UNITS_S[match[2]] if match else 0.0
        if not (0 < seconds <= 86_400 or (self.zero and match and not seconds)):
            self.fail(f"{value!r} is not a time like 10s, 500ms or 2m", param, ctx)
        return seconds


class Megabytes(click.ParamType[float]):
    """``800MB``, ``4GB`` or a number of megabytes."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(MB|GB|)", str(value).strip(), re.IGNORECASE)
        megabytes = float(match[1]) * (1000 if match[2].upper() == "GB" else 1) if match else 0.0
        if not megabytes > 0:
            self.fail(f"{value!r} is not a size like 800MB or 4GB", param, ctx)
        return megabytes
