"""Has both stacks answer both views, and tells every hop of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from django.conf import settings

from betterworker.handler.conf import options
from betterworker.handler.hops.counting import Count, CountingLoop
from betterworker.handler.hops.owners import Owned, Owners
from betterworker.handler.hops.stacks import BUILDERS, Stack, Unusable, capable_of, kind_of
from betterworker.handler.hops.views import MARK, MODES, URLCONF, Mode, mount, path_of

__all__ = ["Unusable", "measured"]

WARM, COUNTED = 2, 3
#: In which threads that are done come to rest.
REST_S = 0.01


class Answer(Protocol):
    """``headers`` by their names in small letters."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


#: One GET of a path to an ASGI application. It raises what that raises, and TimeoutError.
Ask = Callable[[Any, str], Coroutine[Any, Any, Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """In one stack. ``stopped``: why the view did not answer; ``by``: which middleware did it, if one."""

    stack: str
    view: Mode
    hops: tuple[Owned, ...]
    threads: int
    stopped: str | None = None
    by: str | None = None


def measured(ask: Ask, raised: list[Exception]) -> dict[str, Any]:
    """Facts for machines: what is wrong with the URLs, the entries of MIDDLEWARE, and the requests.

    ``raised`` is added to where Django makes an exception into a response. Raises Unusable, and
    ImproperlyConfigured for the handler's own setting.
    """
    free_of_io = options().free_of_io
    urls = mount(settings.ROOT_URLCONF, set(settings.DATABASES))
    settings.ROOT_URLCONF = URLCONF
    paths = list(settings.MIDDLEWARE)
    with asyncio.Runner(loop_factory=CountingLoop) as runner:
        stacks = {name: build() for name, build in BUILDERS.items()}
        visitor = _Visitor(runner, ask, raised)
        requests = [visitor.request(name, stack, mode) for name, stack in stacks.items() for mode in MODES]
    entries = [
        {
            "path": path,
            "kind": kind_of(path, made, free_of_io),
            "capable": capable_of(path),
            "mode": made.mode,
        }
        for path, made in zip(paths, stacks["stock"].chain, strict=True)
    ]
    return {"urls": urls, "middleware": entries, "requests": [asdict(each) for each in requests]}


class _Visitor:
    def __init__(self, runner: asyncio.Runner, ask: Ask, raised: list[Exception]) -> None:
        self._runner = runner
        self._ask = ask
        self._raised = raised

    def request(self, name: str, stack: Stack, mode: Mode) -> Request:
        counts = self._runner.run(self._counted(stack.application, mode))
        owners = Owners(stack)
        stopped = self._stopped(stack, mode)
        return Request(
            stack=name,
            view=mode,
            hops=tuple(owners.of(call) for call in counts[-1].calls),
            # What is over the least was made for another reason.
            threads=min(count.threads for count in counts),
            stopped=stopped,
            by=self._stopper(name, mode) if stopped else None,
        )

    async def _counted(self, application: Any, mode: Mode) -> Sequence[Count]:
        loop: Any = asyncio.get_running_loop()
        counts = []
        for turn in range(WARM + COUNTED):
            with loop.counted() as count, suppress(Exception):  # told by _stopped
                await self._ask(application, path_of(mode))
            if turn >= WARM:
                counts.append(count)
            await asyncio.sleep(REST_S)
        return counts

    def _stopped(self, stack: Stack, mode: Mode) -> str | None:
        """Why the view's answer did not come out; None where it did."""
        self._raised.clear()
        try:
            answer = self._runner.run(self._ask(stack.application, path_of(mode)))
        except Exception as error:  # noqa: BLE001 - whatever a project's middleware raises
            return f"{type(error).__name__}: {error}"
        return None if MARK in answer.headers else self._reason(answer)

    def _reason(self, answer: Answer) -> str:
        if self._raised:
            return f"{type(self._raised[-1]).__name__}: {self._raised[-1]}"
        if "location" in answer.headers:
            return f"answers {answer.status}, to {answer.headers['location']}"
        return f"answers {answer.status}"

    def _stopper(self, name: str, mode: Mode) -> str | None:
        """The first middleware with which the view's answer no longer comes out; None where it never does."""
        paths = list(settings.MIDDLEWARE)
        for length in range(len(paths) + 1):
            with _middleware(paths[:length]):
                stack = BUILDERS[name]()
            if self._stopped(stack, mode):
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
