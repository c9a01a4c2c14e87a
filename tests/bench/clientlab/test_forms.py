"""The one contract of every form of an HTTP client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from betterworker.bench.clientlab.forms import FORMS, Form, SyncForm
from tests.bench.waiting import until
from tests.counting_server import CountingServer, counting_server
from tests.patience import PATIENCE_S

BODY = b"x" * 27_000
COUNT = 6

every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
every_new_form = pytest.mark.parametrize("form", [f for f in FORMS.values() if "pooled" not in f.name])
every_pooled_form = pytest.mark.parametrize("form", [f for f in FORMS.values() if "pooled" in f.name])


class Answers:
    """To ``/slow`` when a second one has been asked for as well."""

    def __init__(self) -> None:
        self.two = Barrier(2)

    def __call__(self, path: str) -> tuple[int, bytes]:
        if path == "/slow":
            self.two.wait(PATIENCE_S)
        return (503 if path == "/broken" else 200), BODY


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with counting_server(Answers()) as server:
        yield server


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
def test_it_asks_for_each_url_once_and_reads_the_body(host: CountingServer, form: Form) -> None:
    paths = [f"/{number}" for number in range(COUNT)]
    assert fetched(form, *(host.url + path for path in paths)) == [BODY] * COUNT
    assert host.asked == paths


@every_form
def test_an_error_status_is_raised_and_the_client_goes_on(host: CountingServer, form: Form) -> None:
    broken, right = fetched(form, f"{host.url}/broken", f"{host.url}/right")
    assert isinstance(broken, Exception)
    assert "503" in repr(broken) or "503" in str(broken)
    assert right == BODY


@every_form
def test_it_closes_its_connections(host: CountingServer, form: Form) -> None:
    fetched(form, f"{host.url}/1", f"{host.url}/2")
    assert until(lambda: host.open == 0)


@every_form
def test_it_works_on_several_at_once(host: CountingServer, form: Form) -> None:
    assert fetched(form, *[f"{host.url}/slow"] * COUNT, at_once=True) == [BODY] * COUNT
    assert host.most > 1


@every_new_form
def test_a_new_client_has_a_new_connection(host: CountingServer, form: Form) -> None:
    fetched(form, *[f"{host.url}/"] * COUNT)
    assert host.made == COUNT


@every_pooled_form
def test_a_pooled_client_uses_its_connection_again(host: CountingServer, form: Form) -> None:
    fetched(form, *[f"{host.url}/"] * COUNT)
    assert host.made == 1


def test_every_client_is_there_new_and_pooled() -> None:
    new = {key for key in FORMS if "-pooled" not in key}
    assert {key.replace("-pooled", "") for key in FORMS if "-pooled" in key} == new
