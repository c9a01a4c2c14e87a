"""What ``betterworker.handler.hops`` counted. Each hop is named by what was handed to a thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["free", "hooks", "sync-only", "async", "function", "unused"]
View = Literal["sync", "async"]
Stack = Literal["stock", "handler"]
#: The place of a middleware in MIDDLEWARE, or what else of a request a hop is for.
Part = int | Literal["started", "view", "closing", "other"]

#: The columns of the table.
CELLS: tuple[tuple[Stack, View], ...] = (
    ("stock", "sync"),
    ("stock", "async"),
    ("handler", "sync"),
    ("handler", "async"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Middleware:
    """An entry of MIDDLEWARE. ``mode``: how the async chain runs it; ``capable``: how it could be run."""

    path: str
    kind: Kind
    capable: tuple[View, ...]
    mode: View


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    part: Part
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``stopped``: why the view did not answer (None: it did); ``by``: which middleware did it, if one."""

    stack: Stack
    view: View
    hops: tuple[Hop, ...]
    threads: int
    stopped: str | None
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``urls``: what is wrong with the project's URLs, which were left out then."""

    settings: str
    python: str
    django: str
    asgiref: str
    betterworker: str
    urls: str | None
    middleware: tuple[Middleware, ...]
    requests: tuple[Request, ...]

    def request(self, stack: Stack, view: View) -> Request:
        return next(each for each in self.requests if (each.stack, each.view) == (stack, view))

    def names(self, part: Part, stack: Stack, view: View) -> tuple[str, ...]:
        """The hops of one part of a request."""
        return tuple(hop.what for hop in self.request(stack, view).hops if hop.part == part)

    def others(self) -> tuple[str, ...]:
        """What was handed to threads by no middleware that is listed."""
        found = (hop.what for each in self.requests for hop in each.hops if hop.part == "other")
        return tuple(dict.fromkeys(found))

    def stops(self) -> Iterator[tuple[str | None, str]]:
        """Who stopped requests, and why: each once."""
        yield from dict.fromkeys((each.by, each.stopped) for each in self.requests if each.stopped)
