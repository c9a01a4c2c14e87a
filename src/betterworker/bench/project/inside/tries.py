"""Job: which paths answer, and how. GET requests through Django's own WSGI handler, without a server."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application

from . import calls, guard, pages
from .client import Asked, Came, ask_wsgi, browser
from .patience import within
from .setting_up import frames
from .urls import answering

#: More of an answer is not read.
MOST_BYTES = 20_000_000


def job(order: dict[str, Any]) -> dict[str, Any]:
    """The order is of ``try_urls`` of the side that asks."""
    raised = guard.Raised()
    calls.refuse(order["hosts"])
    trial = _Trial(get_wsgi_application(), order, raised)
    waiting = deque({"path": path, "origin": "asked"} for path in order["paths"])
    found, problem = pages.some(order["pages"])
    waiting.extendleft(reversed(found))
    tried, left = trial.all(waiting)
    return {"tried": tried, "left": left, "pages_problem": problem}


class _Trial:
    def __init__(self, application: Any, order: dict[str, Any], raised: guard.Raised) -> None:
        self._application = application
        self._order = order
        self._raised = raised

    def all(self, waiting: deque[dict[str, str]]) -> tuple[list[dict[str, Any]], list[str]]:
        """What was tried, and the paths for which there was no time."""
        tried: dict[str, dict[str, Any]] = {}
        end = time.monotonic() + self._order["all_s"]
        while waiting and len(tried) < self._order["most"] and time.monotonic() < end:
            asked = waiting.popleft()
            if asked["path"] in tried:
                continue
            result = tried[asked["path"]] = {**answering(asked["path"]), **asked, **self._one(asked["path"])}
            waiting.extend(self._onward(result))
        return list(tried.values()), [each["path"] for each in waiting if each["path"] not in tried]

    def _onward(self, result: dict[str, Any]) -> Iterator[dict[str, str]]:
        """Where a redirect leads to, on this host."""
        to = urlsplit(result.get("location") or "")
        if to.path and to.hostname in (None, self._order["host"].partition(":")[0]):
            yield {"path": to.path + (f"?{to.query}" if to.query else ""), "origin": "redirect"}

    def _one(self, path: str) -> dict[str, Any]:
        self._raised.errors.clear()
        guard.refused.clear()
        called: list[str] = []
        try:
            first, second, seconds = within(self._order["each_s"], lambda: self._twice(path, called))
        except TimeoutError:
            return {"slow": True}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a project raises
            return {"raised": _told(error), **_refused(called)}
        found = {**_answered(first, second), "ms": seconds * 1000}
        return {**found, **self._failed(second), **_refused(called)}

    def _twice(self, path: str, called: list[str]) -> tuple[Came, Came, float]:
        """The second one finds what is made by the first: modules, templates, connections."""
        with calls.watched(called):
            first = self._get(path)
            called.clear()
            begin = time.perf_counter()
            second = self._get(path)
            return first, second, time.perf_counter() - begin

    def _get(self, path: str) -> Came:
        https = self._order["https"]
        headers = [*browser(self._order["host"], https=https).items(), *self._order["headers"]]
        return ask_wsgi(
            self._application,
            Asked(path, headers, https=https),
            listen_s=self._order["each_s"],
            enough_bytes=MOST_BYTES,
            of_async=False,
        )

    def _failed(self, answer: Came) -> dict[str, Any]:
        error = self._raised.last()
        return {"raised": _told(error)} if error and (answer.status >= 500 or answer.status == 400) else {}


def _answered(first: Came, second: Came) -> dict[str, Any]:
    return {
        "status": second.status,
        "location": second.headers.get("location"),
        "content_type": second.headers.get("content-type", "").partition(";")[0].strip(),
        "length": second.length,
        "same_length": (first.status, first.length) == (second.status, second.length),
        "streams": bool(second.streams),
    }


def _told(error: BaseException) -> str:
    """One line, with where in the project it was raised."""
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    called = frames(error)
    return f"{text} ({called[-1].partition(': ')[0]})" if called else text


def _refused(called: list[str]) -> dict[str, Any]:
    written = {"refused": guard.refused[0]} if guard.refused else {}
    return {**written, "calls": list(dict.fromkeys(called))}
