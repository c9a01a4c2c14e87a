"""Has both stacks answer both views, and tells every hop of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from betterworker.handler.hops.client import Answer, Application, ask
from betterworker.handler.hops.counting import Count, CountingLoop
from betterworker.handler.hops.guard import Raised
from betterworker.handler.hops.owners import Owned, Owners
from betterworker.handler.hops.stacks import BUILDERS, Stack, capable_of, kind_of
from betterworker.handler.hops.views import MARK, MODES, Mode, path_of

WARM, COUNTED = 2, 3
#: In which threads that are done come to rest.
REST_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """In one stack. ``stopped``: why the view did not answer; ``by``: which middleware did it, if one."""

    stack: str
    view: Mode
    hops: tuple[Owned, ...]
    threads: int
    stopped: str | None = None
    by: str | None = None


def measured(raised: Raised, free_of_io: tuple[str, ...]) -> dict[str, Any]:
    """Facts for machines: the entries of MIDDLEWARE, and the requests."""
    paths = list(settings.MIDDLEWARE)
    with asyncio.Runner(loop_factory=CountingLoop) as runner:
        stacks = {name: build() for name, build in BUILDERS.items()}
        requests = [
            _request(runner, name, stack, mode, raised) for name, stack in stacks.items() for mode in MODES
        ]
    entries = [
        {
            "path": path,
            "kind": kind_of(path, made, free_of_io),
            "capable": capable_of(path),
            "mode": made.mode,
        }
        for path, made in zip(paths, stacks["stock"].chain, strict=True)
    ]
    return {"middleware": entries, "requests": [asdict(each) for each in requests]}


def _request(runner: asyncio.Runner, name: str, stack: Stack, mode: Mode, raised: Raised) -> Request:
    counts = runner.run(_counted(stack.application, mode))
    owners = Owners(stack)
    stopped = _stopped(runner, stack, mode, raised)
    return Request(
        stack=name,
        view=mode,
        hops=tuple(owners.of(call) for call in counts[-1].calls),
        # What is over the least was made for another reason.
        threads=min(count.threads for count in counts),
        stopped=stopped,
        by=_stopper(runner, name, mode, raised) if stopped else None,
    )


async def _counted(application: Application, mode: Mode) -> Sequence[Count]:
    loop: Any = asyncio.get_running_loop()
    counts = []
    for turn in range(WARM + COUNTED):
        with loop.counted() as count, suppress(Exception):  # told by _stopped
            await ask(application, path_of(mode))
        if turn >= WARM:
            counts.append(count)
        await asyncio.sleep(REST_S)
    return counts


def _stopped(runner: asyncio.Runner, stack: Stack, mode: Mode, raised: Raised) -> str | None:
    """Why the view's answer did not come out; None where it did."""
    raised.errors.clear()
    try:
        answer = runner.run(ask(stack.application, path_of(mode)))
    except Exception as error:  # noqa: BLE001 - whatever a project's middleware raises
        return f"{type(error).__name__}: {error}"
    return None if MARK in answer.headers else _reason(answer, raised)


def _reason(answer: Answer, raised: Raised) -> str:
    if raised.errors:
        return f"{type(raised.errors[-1]).__name__}: {raised.errors[-1]}"
    if "location" in answer.headers:
        return f"answers {answer.status}, to {answer.headers['location']}"
    return f"answers {answer.status}"


def _stopper(runner: asyncio.Runner, name: str, mode: Mode, raised: Raised) -> str | None:
    """The first middleware with which the view's answer no longer comes out; None where it never does."""
    paths = list(settings.MIDDLEWARE)
    for length in range(len(paths) + 1):
        with _middleware(paths[:length]):
            stack = BUILDERS[name]()
        if _stopped(runner, stack, mode, raised):
            return paths[length - 1] if length else None
    return None


@contextmanager
def _middleware(paths: list[str]) -> Iterator[None]:
    before = settings.MIDDLEWARE
    settings.MIDDLEWARE = paths
    try:
        yield
    finally:
        settings.MIDDLEWARE = before
