"""Has the project's requests answered by Django's own handlers, in this process, and tells what they do.

A request is a safe GET; nothing is written to a database, no mail is sent, and sessions are kept aside.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.db import connections

from .client import Asked, Came, ask_asgi, ask_wsgi
from .guard import Raised, refused
from .patience import Lane
from .probes_held import LONG_S, CountingLoop, Heart, Held
from .probes_login import cookies_of
from .probes_memory import left_behind
from .probes_seen import Seen
from .probes_settings import of_databases, of_settings
from .setting_up import wrong

#: The first visits import what is imported late, fill caches, and begin a session.
WARM, COUNTED = 2, 3
#: The same query so often in one request is a loop over rows that each ask.
MANY_TIMES = 5
HOPS = 100
LONGEST_SQL = 200


def job(order: dict[str, Any]) -> dict[str, Any]:
    """``order``: ``requests``, each with key, path, headers (pairs), the status of a right answer, whether it
    is anonymous, and whether it comes as behind HTTPS; ``login``, the fields of a log-in or None; ``hosts``,
    other machines that may be asked; ``budget_s`` seconds for all."""
    raised = Raised()
    seen = Seen()
    seen.watch()
    stacks = _Stacks(seen, raised, _logged_in(order["login"]))
    end = time.monotonic() + order["budget_s"]
    requests = [stacks.probed(each, in_time=time.monotonic() < end) for each in order["requests"]]
    facts = {"requests": requests, "hop_us": stacks.hop_us(), "max_connections": _limits()}
    return {**facts, **of_settings()}


def _limits() -> dict[str, int]:
    try:
        return Lane().run(of_databases)
    except TimeoutError:
        return {}


def _logged_in(fields: dict[str, str] | None) -> dict[str, str]:
    """Cookies; without them the requests will say that they are sent away."""
    try:
        return Lane().run(lambda: cookies_of(fields)) if fields else {}
    except Exception:  # noqa: BLE001 - whatever the project's log-in raises
        return {}


class _Stacks:
    """Both handlers, each in a thread of its own."""

    def __init__(self, seen: Seen, raised: Raised, cookies: dict[str, str]) -> None:
        from django.core.handlers.asgi import ASGIHandler
        from django.core.handlers.wsgi import WSGIHandler

        self._seen = seen
        self._raised = raised
        self._cookies = cookies
        try:
            self._wsgi, self._asgi = WSGIHandler(), ASGIHandler()
        except Exception as error:
            raise wrong("Django's handlers cannot be made", error) from error
        self._lanes = {"wsgi": Lane(), "asgi": Lane()}

    def probed(self, request: dict[str, Any], *, in_time: bool) -> dict[str, Any]:
        """With the keys of the bench's ``Probed``."""
        probed: dict[str, Any] = {"key": request["key"], "times": COUNTED}
        if not in_time:
            return {**probed, "stopped": "no time was left for it"}
        try:
            probed |= {**self._under_wsgi(request), **self._under_asgi(request)}
            return {**probed, **self._left_behind(request, probed)}
        except _Stopped as stopped:
            return {**probed, "stopped": str(stopped)}

    def hop_us(self) -> float:
        return self._lanes["asgi"].run(_hop_us)

    def _under_wsgi(self, request: dict[str, Any]) -> dict[str, Any]:
        visits = self._visits("wsgi", request, lambda asked: (ask_wsgi(self._wsgi, asked), 0, []))
        last = visits[-1]
        counts = Counter(last.queries)
        repeated = [
            {"sql": sql[:LONGEST_SQL], "times": times, "where": where}
            for (sql, where), times in counts.most_common(3)
            if times > MANY_TIMES
        ]
        return {
            "wsgi": _answered(visits),
            "queries": len(last.queries),
            "repeated": repeated,
            "saves": sum(bool(visit.saves) for visit in visits),
            "compiled": len(last.compiled),
            "compile_ms": 1000 * statistics.median(sum(visit.compiled) for visit in visits),
            "streams": last.came.streams,
        }

    def _under_asgi(self, request: dict[str, Any]) -> dict[str, Any]:
        visits = self._visits("asgi", request, self._on_a_loop)
        return {"asgi": _answered(visits), "stall": _stall(visits)}

    def _left_behind(self, request: dict[str, Any], probed: dict[str, Any]) -> dict[str, Any]:
        asked = self._asked(request)

        def visit() -> None:
            self._seen.clear()
            self._visit("wsgi", lambda: ask_wsgi(self._wsgi, asked))

        def rest() -> None:
            self._visit("wsgi", connections.close_all)

        # A stream is slow by itself.
        return {} if probed["streams"] else left_behind(visit, rest, probed["wsgi"]["ms"] / 1000)

    def _on_a_loop(self, asked: Asked) -> tuple[Came, int, list[Held]]:
        loop = CountingLoop()
        heart = Heart(loop)

        async def beating() -> Came:
            heart.start()
            # A beat lies before the request.
            await asyncio.sleep(0)
            try:
                return await ask_asgi(self._asgi, asked)
            finally:
                heart.stop()

        try:
            return loop.run_until_complete(beating()), loop.hops, heart.held
        finally:
            loop.close()

    def _visits(self, stack: str, request: dict[str, Any], visit: _Visit) -> list[_Visited]:
        """The counted ones. Raises _Stopped where one goes wrong."""
        asked = self._asked(request)
        visits = []
        for turn in range(WARM + COUNTED):
            self._seen.clear()
            came, hops, held = self._visit(stack, lambda: visit(asked))
            self._check(came, request)
            if turn >= WARM:
                visits.append(_Visited(came, hops, held, self._seen))
        return visits

    def _asked(self, request: dict[str, Any]) -> Asked:
        headers = [(name, value) for name, value in request["headers"]]
        cookies = {} if request["anonymous"] else dict(self._cookies)
        return Asked(request["path"], headers, cookies, https=request["https"])

    def _visit(self, stack: str, visit: Callable[[], Any]) -> Any:
        self._raised.errors.clear()
        refused.clear()
        try:
            return self._lanes[stack].run(visit)
        except TimeoutError:
            raise _Stopped(f"does not answer under {stack.upper()}") from None
        except Exception as error:
            raise _Stopped(f"{type(error).__name__} under {stack.upper()}") from error

    def _check(self, came: Came, request: dict[str, Any]) -> None:
        if refused:
            raise _Stopped("writes to a database")
        if came.status != request["status"]:
            last = self._raised.last()
            reason = f" ({type(last).__name__})" if last else ""
            location = came.headers.get("location", "").partition("?")[0]
            to = f", to {location}{_to_https(location, request)}" if location else ""
            raise _Stopped(f"answers {came.status}{to}{reason}")


_Visit = Callable[[Asked], "tuple[Came, int, list[Held]]"]


class _Stopped(Exception):
    """Why a request cannot be looked at: no secrets in it."""


def _to_https(location: str, request: dict[str, Any]) -> str:
    """What to do where the same path behind HTTPS is meant."""
    to = urlsplit(location)
    if to.scheme != "https" or to.path != request["path"].partition("?")[0]:
        return ""
    if request["https"]:
        return ": it sees no HTTPS, set SECURE_PROXY_SSL_HEADER"
    return ": write https = true into [project]"


class _Visited:
    def __init__(self, came: Came, hops: int, held: list[Held], seen: Seen) -> None:
        self.came, self.hops, self.held = came, hops, held
        self.connects, self.queries = seen.connects, seen.queries
        self.saves, self.compiled = seen.saves, seen.compiled


def _answered(visits: list[_Visited]) -> dict[str, Any]:
    """With the keys of the bench's ``Answered``."""
    connects = [each for visit in visits for each in visit.connects]
    took = {
        alias: 1000 * statistics.median(seconds for name, seconds in connects if name == alias)
        for alias, _ in connects
    }
    return {
        "ms": 1000 * statistics.median(visit.came.seconds for visit in visits),
        "first_ms": 1000 * statistics.median(visit.came.first_s for visit in visits),
        "hops": max(visit.hops for visit in visits),
        "connects": dict(Counter(alias for alias, _ in connects)),
        "connect_ms": took,
    }


def _stall(visits: list[_Visited]) -> dict[str, Any] | None:
    """Of most of the visits, in one place: anything else was the machine, or an import. Shorter ones are of
    every visit, and in the project's own code."""
    worst = [max(visit.held, key=lambda held: held.seconds) for visit in visits if visit.held]
    found = _in_one_place([held for held in worst if held.seconds > LONG_S])
    if len(found) <= len(visits) // 2:
        found = _in_one_place([held for held in worst if held.own])
        if len(found) < len(visits):
            return None
    return {
        "ms": 1000 * statistics.median(held.seconds for held in found),
        "times": len(found),
        "stack": list(found[-1].stack),
    }


def _in_one_place(held: list[Held]) -> list[Held]:
    """Those of the function that holds it most often."""
    functions = Counter(map(_function, held)).most_common(1)
    return [each for each in held if _function(each) == functions[0][0]]


def _function(held: Held) -> tuple[str, ...]:
    """A stack without its lines: a loop in a function is looked at anywhere in it."""
    return tuple(each.split(":")[0] + each.rpartition(" in ")[2] for each in held.stack[:1])


def _hop_us() -> float:
    """What one hop to a thread takes, in microseconds."""

    async def hops() -> list[float]:
        loop = asyncio.get_running_loop()
        nothing = sync_to_async(lambda: None, thread_sensitive=True)
        took = []
        for _ in range(HOPS):
            begun = loop.time()
            await nothing()
            took.append(loop.time() - begun)
        return took

    return 1e6 * statistics.median(asyncio.run(hops()))
