"""What becomes of each kind of answer: every request of a window is counted once, as what it was."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

import pytest

from betterworker.bench.model import Request
from tests.bench.load import scripted
from tests.bench.load.scripted import OK, Script, driven, driven_at_nothing, send, send_and_close

CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
UNDELIMITED = b"HTTP/1.1 200 OK\r\n\r\nok"
UNTYPED = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nwhatever"
FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno"
LONGER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nnever"
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw"
LETTERS = [bytes([byte]) for byte in OK]

Loop = dict[str, Any]
LOOPS: dict[str, Loop] = {"closed": {}, "open": {"rate": 200.0}}

RIGHT = {
    "with a length": send(OK),
    "chunked": send(CHUNKED),
    "in many small packets": send(*LETTERS),
    "the last of its connection": send_and_close(CLOSING),
    "until the connection's end": send_and_close(UNDELIMITED),
}
WRONG = {
    "wrong status": (send(FAILED), "bad_status", "HTTP 500"),
    "wrong length": (send(LONGER), "invalid_body", "5 bytes instead of 2"),
    "not HTTP": (send(b"NONSENSE\r\n\r\n"), "invalid_body", "malformed HTTP"),
    "an upgrade": (send(UPGRADE), "bad_status", "HTTP 101"),
    "cut short": (send_and_close(OK[:-1]), "connection_error", "closed without an answer"),
    "closed": (scripted.close, "connection_error", "closed without an answer"),
    "reset": (scripted.reset, "connection_error", "closed"),
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("script", RIGHT.values(), ids=RIGHT)
def test_a_right_answer_is_counted_however_it_is_delimited(script: Script, loop: Loop) -> None:
    outcomes = driven(script, **loop).outcomes
    assert outcomes.balanced
    assert outcomes.ok == outcomes.sent > 0


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize(("script", "kind", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_counted_as_what_it_was(script: Script, kind: str, reason: str, loop: Loop) -> None:
    report = driven(script, **loop)
    assert report.outcomes.balanced
    assert (report.completed, report.outcomes.ok) == (0, 0)
    # Not "its most frequent reason": a generator kept from the processor adds requests that it never sent.
    counted = dataclasses.asdict(report.outcomes)[kind]
    assert counted == sum(number for text, number in report.errors if reason in text) > 0


def test_without_an_expected_length_any_length_is_right() -> None:
    outcomes = driven(send(LONGER), length=None).outcomes
    assert outcomes.balanced
    assert (outcomes.ok > 0, outcomes.errors) == (True, 0)


def test_without_an_expected_length_an_answer_may_end_with_its_connection() -> None:
    outcomes = driven(send_and_close(UNTYPED), length=None).outcomes
    assert outcomes.balanced
    assert (outcomes.ok > 4, outcomes.errors) == (True, 0)


def test_without_an_expected_length_an_answer_cut_short_is_an_error() -> None:
    outcomes = driven(send_and_close(OK[:-1]), length=None).outcomes
    assert (outcomes.ok, outcomes.connection_error > 0) == (0, True)


def test_connections_that_end_with_their_answer_are_opened_again() -> None:
    report = driven(send_and_close(CLOSING))
    assert report.outcomes.errors == 0
    assert report.reconnects > 0


def test_one_reset_is_one_error_and_the_user_goes_on() -> None:
    report = driven(scripted.on_request(5, scripted.reset, send(OK)))
    assert report.outcomes.balanced
    assert (report.outcomes.connection_error, report.outcomes.ok > 5) == (1, True)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_connection_that_left_http_carries_no_further_request(loop: Loop) -> None:
    seen: list[bytes] = []
    report = driven(send(UPGRADE), seen=seen, **loop)
    assert report.outcomes.balanced
    # Each was counted for an answer of its own, and the generator's own delays alone beside them.
    assert 0 < report.outcomes.bad_status <= len(seen)
    assert report.reconnects > 0
    assert not [text for text, _ in report.errors if text not in {"HTTP 101", scripted.NEVER_SENT}]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_answers_that_were_not_asked_for_do_not_upset_the_balance(loop: Loop) -> None:
    assert driven(send(OK + OK + OK), **loop).outcomes.balanced
    assert driven(send(FAILED + OK), **loop).outcomes.balanced


def test_a_refused_connection_is_an_error_with_the_systems_words() -> None:
    report = driven_at_nothing()
    assert report.outcomes.balanced
    assert report.outcomes.connection_error == report.outcomes.sent > 0
    assert report.errors[0][0] == "connect: Connection refused"


def test_the_request_names_its_host_its_path_and_the_headers_given() -> None:
    seen: list[bytes] = []
    driven(send(OK), seen=seen, path="/json?a=1", request=Request(headers=(("Accept", "*/*"),)))
    lines = seen[0].decode().split("\r\n")
    assert (lines[0], lines[2:]) == ("GET /json?a=1 HTTP/1.1", ["Accept: */*", "", ""])
    assert lines[1].startswith("Host: 127.0.0.1:")


FIRST = {
    "with a length": send(b"HTTP/1.1 200 OK\r\nX-View: one\r\nContent-Length: 2\r\n\r\nok"),
    "in pieces": send(b"HTTP/1.1 200 OK\r\nX-V", b"iew: one\r\nContent-Length: 2\r\n\r\n", b"o", b"k"),
    "until the connection's end": send_and_close(b"HTTP/1.1 200 OK\r\nX-View: one\r\n\r\nok"),
    "after a reset": scripted.on_request(
        1, scripted.reset, send(b"HTTP/1.1 200 OK\r\nX-View: one\r\nContent-Length: 2\r\n\r\nok")
    ),
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("script", FIRST.values(), ids=FIRST)
def test_the_first_answer_is_kept_whole(script: Script, loop: Loop) -> None:
    first = driven(script, **loop).first
    assert first is not None
    assert (first.status, base64.b64decode(first.body)) == (200, b"ok")
    assert ("x-view", "one") in first.headers


def test_a_wrong_first_answer_is_kept_too() -> None:
    first = driven(send(FAILED)).first
    assert first is not None
    assert (first.status, base64.b64decode(first.body)) == (500, b"no")
