"""The one contract of every form of an HTTP client."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from betterworker.bench.clientlab.forms import FORMS, Form, SyncForm
from tests.bench.waiting import until

BODY = b"x" * 27_000
COUNT = 6

every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
every_new_form = pytest.mark.parametrize("form", [f for f in FORMS.values() if "pooled" not in f.name])
every_pooled_form = pytest.mark.parametrize("form", [f for f in FORMS.values() if "pooled" in f.name])


@dataclass
class Seen:
    """Of one test: paths that were asked for, connections made and open, requests at once and at most."""

    asked: list[str] = field(default_factory=list)
    made: int = 0
    open: int = 0
    together: int = 0
    most: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def count(self, name: str, by: int) -> None:
        with self.lock:
            setattr(self, name, getattr(self, name) + by)
            self.most = max(self.most, self.together)


class Host(BaseHTTPRequestHandler):
    """Keeps connections, counts them, and says which paths it was asked for."""

    protocol_version = "HTTP/1.1"
    seen: Seen

    def setup(self) -> None:
        super().setup()
        self.mine = Host.seen  # one that ends late is not the next test's
        self.mine.count("made", 1)
        self.mine.count("open", 1)

    def finish(self) -> None:
        super().finish()
        self.mine.count("open", -1)

    def do_GET(self) -> None:
        self.mine.asked.append(self.path)
        self.mine.count("together", 1)
        if self.path == "/slow":
            time.sleep(0.2)
        self.send_response(503 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.mine.count("together", -1)
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay quiet."""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Host.seen = Seen()
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetched(form: Form, *urls: str, at_once: bool = False) -> list[bytes | Exception]:
    """Bodies, or what was raised."""
    if isinstance(form, SyncForm):
        with form.open() as fetch, ThreadPoolExecutor(len(urls) if at_once else 1) as threads:
            return list(threads.map(lambda url: outcome(lambda: fetch(url)), urls))
    return asyncio.run(_fetched(form, urls, at_once))


async def _fetched(form: Form, urls: tuple[str, ...], at_once: bool) -> list[bytes | Exception]:
    assert not isinstance(form, SyncForm)

    async with form.open() as fetch:
        if at_once:
            return list(await asyncio.gather(*map(fetch, urls)))
        found: list[bytes | Exception] = []
        for url in urls:
            try:
                found.append(await fetch(url))
            except Exception as error:  # noqa: BLE001
                found.append(error)
        return found


def outcome(fetch: Callable[[], bytes]) -> bytes | Exception:
    try:
        return fetch()
    except Exception as error:  # noqa: BLE001
        return error


@every_form
def test_it_asks_for_each_url_once_and_reads_the_body(host: str, form: Form) -> None:
    paths = [f"/{number}" for number in range(COUNT)]
    assert fetched(form, *(host + path for path in paths)) == [BODY] * COUNT
    assert Host.seen.asked == paths


@every_form
def test_an_error_status_is_raised_and_the_client_goes_on(host: str, form: Form) -> None:
    broken, right = fetched(form, f"{host}/broken", f"{host}/right")
    assert isinstance(broken, Exception)
    assert "503" in repr(broken) or "503" in str(broken)
    assert right == BODY


@every_form
def test_it_closes_its_connections(host: str, form: Form) -> None:
    fetched(form, f"{host}/1", f"{host}/2")
    assert until(lambda: Host.seen.open == 0)


@every_form
def test_it_works_on_several_at_once(host: str, form: Form) -> None:
    assert fetched(form, *[f"{host}/slow"] * COUNT, at_once=True) == [BODY] * COUNT
    assert Host.seen.most > 1


@every_new_form
def test_a_new_client_has_a_new_connection(host: str, form: Form) -> None:
    fetched(form, *[f"{host}/"] * COUNT)
    assert Host.seen.made == COUNT


@every_pooled_form
def test_a_pooled_client_uses_its_connection_again(host: str, form: Form) -> None:
    fetched(form, *[f"{host}/"] * COUNT)
    assert Host.seen.made == 1


def test_every_client_is_there_new_and_pooled() -> None:
    new = {key for key in FORMS if "-pooled" not in key}
    assert {key.replace("-pooled", "") for key in FORMS if "-pooled" in key} == new
