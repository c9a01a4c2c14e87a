"""Views that call other machines, tried in a project's own process: they are told, and nothing is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.project.asking import try_urls
from betterworker.bench.project.facts import Tried
from betterworker.bench.project.unusable import why_not
from tests.bench.project.builders import a_facts
from tests.bench.project.sites import Site

VIEWS = """
import asyncio, socket, sys, threading
from urllib.request import urlopen

def by_name(request):
    return HttpResponse(urlopen("http://api.example.com/"))

def by_address(request):
    return HttpResponse(urlopen("http://203.0.113.9/"))

async def in_async(request):
    await asyncio.open_connection("203.0.113.9", 80)
    return HttpResponse()

def goes_on(request):
    try:
        return by_address(request)
    except OSError:
        return HttpResponse("without")

ASKED = []

def once(request):
    return HttpResponse() if ASKED else ASKED.append(goes_on(request)) or ASKED[0]

def here(request):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    return HttpResponse()

def datagrams(request):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as statistics:
        statistics.connect(("127.0.0.1", 8125))
    sys.audit("socket.connect", statistics, ("203.0.113.9", 8125))
    return HttpResponse()

def beside(request):
    reports = threading.Thread(target=lambda: sys.audit("socket.getaddrinfo", "api.example.com", 80, 0, 0, 0))
    reports.start()
    reports.join()
    return HttpResponse()

def looks_up(request):
    # As socket.getaddrinfo() does, which would ask a network.
    sys.audit("socket.getaddrinfo", "api.example.com", 80, 0, socket.SOCK_STREAM, 0)
    return HttpResponse()
"""
CALLING = {
    "by_name": "api.example.com",
    "by_address": "203.0.113.9",
    "in_async": "203.0.113.9",
    "goes_on": "203.0.113.9",
    "looks_up": "api.example.com",
}
OTHERS = ("once", "here", "datagrams", "beside")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site.make(tmp_path_factory.mktemp("site")).views(VIEWS)
    return site.urls(*(f'path("{name}/", views.{name})' for name in (*CALLING, *OTHERS)))


@pytest.fixture(scope="module")
def tried(site: Site) -> dict[str, Tried]:
    return {
        each.path.strip("/"): each for each in site.get_all([f"/{name}/" for name in (*CALLING, *OTHERS)])
    }


@pytest.mark.parametrize(("name", "host"), CALLING.items())
def test_a_view_that_calls_another_machine_is_not_taken(
    tried: dict[str, Tried], name: str, host: str
) -> None:
    assert tried[name].calls == (host,)
    assert (tried[name].status == 200) == (name == "goes_on")
    reason = why_not(tried[name], a_facts(), "localhost")
    assert reason is not None
    assert reason.startswith(f"calls {host} in every request")


@pytest.mark.parametrize("name", OTHERS)
def test_what_calls_nobody_elsewhere_in_every_request_is_taken(tried: dict[str, Tried], name: str) -> None:
    assert (tried[name].status, tried[name].calls, tried[name].raised) == (200, (), None)


def test_a_machine_that_is_named_may_be_called(site: Site) -> None:
    place = replace(site.place, hosts=("api.example.com",))
    (found,) = try_urls(place, ["/looks_up/"]).tried
    assert (found.status, found.calls) == (200, ())
