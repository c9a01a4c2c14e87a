"""What only a process of its own can show: its end, and its children."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

HEAD = """
import asyncio, os, sys, threading, time
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], BETTERWORKER={})
from django.core import signals
from django.http import HttpResponse
from django.urls import path
from betterworker.handler import get_asgi_application

def say(what):
    print(what, flush=True)

signals.request_finished.connect(finished := lambda **_: say("finished"))

def scope(path):
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}

async def get(path):
    said = asyncio.Queue()
    said.put_nowait({"type": "http.request"})
    sent = []
    async def send(message):
        sent.append(message)
    await application(scope(path), said.get, send)
    return sent[0]["status"]
"""


def python(code: str) -> list[str]:
    """What it says, line by line."""
    run = subprocess.run(
        [sys.executable, "-c", HEAD + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr, run.stderr
    return run.stdout.split()


def test_idle_threads_do_not_delay_the_end() -> None:
    code = """
    urlpatterns = [path("", lambda request: HttpResponse())]
    application = get_asgi_application()
    say(asyncio.run(get("/")))
    """
    assert python(code) == ["finished", "200"]


def test_a_view_that_is_under_way_at_the_end_is_finished() -> None:
    """The loop has stopped: nobody sends the answer, and nobody else would close it."""
    code = """
    begun, ends = threading.Event(), threading.Event()

    def view(request):
        begun.set()
        ends.wait(90)
        say("view")
        return HttpResponse()

    urlpatterns = [path("", view)]
    application = get_asgi_application()
    loop = asyncio.new_event_loop()
    task = loop.create_task(get("/"))
    while not begun.is_set():
        loop.run_until_complete(asyncio.sleep(0))
    say("end")
    threading.Timer(0.1, ends.set).start()
    """
    assert python(code) == ["end", "view", "finished"]


@pytest.mark.parametrize("closed", [True, False])
def test_an_answer_that_its_loop_does_not_fetch_any_more_is_closed(closed: bool) -> None:
    code = f"""
    begun, ends = threading.Event(), threading.Event()

    def view(request):
        begun.set()
        ends.wait(90)
        return HttpResponse()

    urlpatterns = [path("", view)]
    application = get_asgi_application()
    loop = asyncio.new_event_loop()
    task = loop.create_task(get("/"))
    while not begun.is_set():
        loop.run_until_complete(asyncio.sleep(0))
    if {closed}:
        loop.close()
    ends.set()
    """
    assert python(code) == ["finished"]


def test_asyncio_run_waits_for_the_view_it_cancels() -> None:
    code = """
    def view(request):
        begun.set()
        time.sleep(0.1)
        say("view")
        return HttpResponse()

    async def main():
        asyncio.create_task(get("/"))
        await asyncio.to_thread(begun.wait)

    begun = threading.Event()
    urlpatterns = [path("", view)]
    application = get_asgi_application()
    asyncio.run(main())
    say("end")
    """
    assert python(code) == ["view", "finished", "end"]


def test_a_forked_child_serves_with_threads_of_its_own() -> None:
    code = """
    urlpatterns = [path("", lambda request: HttpResponse())]
    application = get_asgi_application()
    signals.request_finished.disconnect(finished)
    say(asyncio.run(get("/")))
    if (child := os.fork()) == 0:
        say(asyncio.run(get("/")))
        os._exit(0)
    os.waitpid(child, 0)
    """
    assert python(code) == ["200", "200"]
