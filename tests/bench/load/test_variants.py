"""Several requests in one load: drawn by weight, counted by name, each with a right answer of its own."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram

from betterworker.bench.load.closed import ClosedLoop, Visitor
from betterworker.bench.load.spec import Kind
from betterworker.bench.load.tally import Shared, tallies
from betterworker.bench.load.turns import RING, draws
from betterworker.bench.model import Request
from tests.bench.load import scripted
from tests.bench.load.scripted import OK, Script, a_spec, driven, on_request, send, send_and_close, write

SLOW_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"
LONG_HEAD = b"HTTP/1.1 200 OK\r\nX-View: one\r\nContent-Length: 5000\r\n\r\n"
BOTH = (
    Kind(name="fast", path="/", length=2, weight=3.0),
    Kind(name="slow", path="/slow", length=4, weight=1.0),
)
BOOKS = tuple(Kind(name="book", path=f"/books/{number}/", length=2) for number in range(50))
HEAD = Request(method="HEAD")

Loop = dict[str, Any]
LOOPS: dict[str, Loop] = {"closed": {}, "open": {"rate": 300.0}}
either_loop = pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)


def paths(seen: list[bytes]) -> list[str]:
    return [request.split(b" ")[1].decode() for request in seen]


def by_path(seen: list[bytes]) -> Script:
    def script(transport: asyncio.Transport, _number: int) -> None:
        write(transport, SLOW_OK if seen[-1].startswith(b"GET /slow ") else OK)

    return script


def by_method(seen: list[bytes]) -> Script:
    """A HEAD has the length of the body that it does not have."""

    def script(transport: asyncio.Transport, _number: int) -> None:
        write(transport, LONG_HEAD if seen[-1].startswith(b"HEAD ") else OK)

    return script


def turns(kinds: tuple[Kind, ...], count: int) -> list[str]:
    """The paths that one user alone sends first."""
    ring = draws([kind.weight for kind in kinds], a_spec().seed)
    return [kinds[ring[number % RING]].path for number in range(count)]


@either_loop
def test_requests_are_counted_apart_and_together(loop: Loop) -> None:
    seen: list[bytes] = []
    report = driven(by_path(seen), kinds=BOTH, seen=seen, **loop)
    fast, slow = report.parts["fast"], report.parts["slow"]
    assert report.outcomes == fast.outcomes + slow.outcomes
    assert report.completed == fast.completed + slow.completed
    assert (report.outcomes.errors, report.outcomes.balanced) == (0, True)
    assert slow.outcomes.ok == paths(seen).count("/slow") > 0


def test_each_requests_latency_is_its_own() -> None:
    def script(transport: asyncio.Transport, _number: int) -> None:
        slow = seen[-1].startswith(b"GET /slow ")
        asyncio.get_running_loop().call_later(0.05 * slow, write, transport, SLOW_OK if slow else OK)

    seen: list[bytes] = []
    parts = driven(script, kinds=BOTH, seen=seen, connections=1).parts
    fast, slow = (HdrHistogram.decode(parts[name].latency or "") for name in ("fast", "slow"))
    assert (fast.get_total_count(), slow.get_total_count()) == (
        parts["fast"].outcomes.ok,
        parts["slow"].outcomes.ok,
    )
    assert slow.get_min_value() >= 45_000


def test_a_closed_loop_sends_by_weight() -> None:
    seen: list[bytes] = []
    driven(by_path(seen), kinds=BOTH, seen=seen)
    drawn = Counter(paths(seen))
    assert drawn.total() > 100
    assert drawn["/slow"] / drawn.total() == pytest.approx(0.25, abs=0.08)


def test_a_users_turns_are_the_seeds() -> None:
    seen: list[bytes] = []
    driven(by_path(seen), kinds=BOTH, seen=seen, connections=1)
    assert paths(seen) == turns(BOTH, len(seen))


def test_users_of_several_processes_take_the_turns_of_one(event_loop: asyncio.AbstractEventLoop) -> None:
    def places(**part: int) -> list[int]:
        spec = a_spec(kinds=BOTH, connections=8, **part)
        users = ClosedLoop(spec, tallies(spec, Shared(spec, event_loop))).users
        return [user.at for user in users if isinstance(user, Visitor)]

    assert sorted(places(first=0, every=2) + places(first=1, every=2)) == places()
    assert len(set(places())) == 8


@pytest.mark.parametrize(
    "script",
    [send_and_close(CLOSING), scripted.close, scripted.reset, on_request(5, scripted.ignore, send(OK))],
    ids=["ends its connection", "closed", "reset", "timeout"],
)
def test_what_was_settled_in_any_way_is_not_sent_again(script: Script) -> None:
    seen: list[bytes] = []
    # Longer than a pause that spoils a window: only what is never answered comes to its timeout.
    report = driven(
        script, kinds=BOOKS, seen=seen, connections=1, timeout_ns=150_000_000, window_ns=600_000_000
    )
    assert report.outcomes.balanced
    assert paths(seen) == turns(BOOKS, len(seen))
    assert len(seen) > 3


@either_loop
def test_requests_of_one_name_are_one_part(loop: Loop) -> None:
    seen: list[bytes] = []
    report = driven(send(OK), kinds=BOOKS, seen=seen, **loop)
    assert list(report.parts) == ["book"]
    assert report.parts["book"].outcomes == report.outcomes
    assert len(set(paths(seen))) > 20
    assert HdrHistogram.decode(report.latency or "").get_total_count() == report.outcomes.ok > 20


@either_loop
def test_errors_of_one_name_are_counted_once(loop: Loop) -> None:
    report = driven(send(GONE), kinds=BOOKS, **loop)
    assert report.outcomes.balanced
    assert report.outcomes.bad_status == report.parts["book"].outcomes.sent > 20


@either_loop
def test_the_first_answer_of_each_name_is_kept_and_says_whose_it_is(loop: Loop) -> None:
    seen: list[bytes] = []
    kinds = (*BOOKS[:2], *BOTH)
    parts = driven(by_path(seen), kinds=kinds, seen=seen, **loop).parts
    for name, part in parts.items():
        assert part.first is not None
        assert kinds[part.first.kind].name == name
        assert base64.b64decode(part.first.body) == (b"slow" if name == "slow" else b"ok")


@either_loop
def test_each_request_has_a_status_of_its_own(loop: Loop) -> None:
    gone = Kind(name="gone", path="/gone", request=Request(status=404))
    report = driven(send(GONE), kinds=(*BOTH, gone), **loop)
    assert report.parts["gone"].outcomes.ok == report.parts["gone"].outcomes.sent > 0
    assert report.parts["fast"].outcomes.bad_status == report.parts["fast"].outcomes.sent > 0


@either_loop
def test_a_request_alone_has_a_status_of_its_own(loop: Loop) -> None:
    assert driven(send(GONE), request=Request(status=404), **loop).outcomes.errors == 0
    assert driven(send(OK), request=Request(status=404), **loop).outcomes.ok == 0


def test_a_request_without_a_length_takes_any() -> None:
    kinds = (Kind(name="any", path="/any"), Kind(name="exact", path="/", length=3))
    parts = driven(send(OK), kinds=kinds).parts
    assert (parts["any"].outcomes.errors, parts["exact"].outcomes.ok) == (0, 0)


@either_loop
def test_the_answer_to_a_head_is_whole_at_the_end_of_its_headers(loop: Loop) -> None:
    report = driven(send(LONG_HEAD), request=HEAD, length=0, **loop)
    assert (report.outcomes.errors, report.outcomes.unfinished, report.reconnects) == (0, 0, 0)
    assert report.outcomes.ok > 20
    assert report.first is not None
    assert ("x-view", "one") in report.first.headers


@either_loop
def test_the_answer_to_a_head_may_have_no_length(loop: Loop) -> None:
    report = driven(send(b"HTTP/1.1 200 OK\r\nX-View: one\r\n\r\n"), request=HEAD, length=0, **loop)
    assert (report.outcomes.errors, report.outcomes.unfinished, report.reconnects) == (0, 0, 0)
    assert report.outcomes.ok > 20


@either_loop
def test_after_an_answer_to_a_head_that_says_so_the_connection_is_closed(loop: Loop) -> None:
    report = driven(send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), request=HEAD, length=0, **loop)
    assert report.reconnects > 20


@either_loop
def test_a_head_and_others_share_connections(loop: Loop) -> None:
    seen: list[bytes] = []
    kinds = (*BOTH[:1], Kind(name="head", path="/", length=0, request=HEAD))
    report = driven(by_method(seen), kinds=kinds, seen=seen, connections=2, **loop)
    assert (report.outcomes.errors, report.outcomes.unfinished, report.reconnects) == (0, 0, 0)
    assert min(part.outcomes.ok for part in report.parts.values()) > 5


@either_loop
def test_first_bytes_are_of_all_requests(loop: Loop) -> None:
    seen: list[bytes] = []
    report = driven(by_path(seen), kinds=BOTH, seen=seen, streams=True, **loop)
    assert HdrHistogram.decode(report.first_byte or "").get_total_count() == report.outcomes.ok > 20


def test_a_host_of_its_own_takes_the_place_of_the_address() -> None:
    seen: list[bytes] = []
    driven(send(OK), seen=seen, request=Request(headers=(("host", "www.example.org"),)))
    assert seen[0].lower().count(b"host:") == 1
    assert b"host: www.example.org\r\n" in seen[0]


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_a_request_without_a_weight_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="without a weight"):
        a_spec(kinds=(Kind(name="never", path="/", weight=weight),))
