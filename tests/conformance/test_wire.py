"""The in-memory server is as strict as a real one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.inside.wire import Wire

START = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}
LAST = {"type": "http.response.body", "body": b"x"}


def send(*messages: Mapping[str, Any]) -> Wire:
    wire = Wire(b"")

    async def all_of_them() -> None:
        for message in messages:
            await wire.send(message)

    asyncio.run(all_of_them())
    return wire


def test_an_answer_in_parts_is_put_together() -> None:
    wire = send(START, {**LAST, "more_body": True}, LAST)
    wire.check_ended()
    assert wire.sent == [b"x", b"x"]


@pytest.mark.parametrize(
    "messages",
    [
        [LAST],
        [START, START],
        [START, LAST, LAST],
        [{**START, "headers": [("a", "b")]}],
        [START, {**LAST, "body": "text"}],
    ],
    ids=["a body first", "two starts", "more after the end", "text in headers", "text in the body"],
)
def test_messages_out_of_order_are_refused(messages: list[Mapping[str, Any]]) -> None:
    with pytest.raises(AssertionError):
        send(*messages)


def test_an_answer_without_end_is_refused() -> None:
    with pytest.raises(AssertionError, match="no end"):
        send(START, {**LAST, "more_body": True}).check_ended()


def test_a_large_body_comes_in_parts() -> None:
    wire = Wire(b"x" * 70_000)

    async def received() -> list[tuple[int, bool]]:
        messages = [await wire.receive(), await wire.receive()]
        return [(len(each["body"]), each["more_body"]) for each in messages]

    assert asyncio.run(received()) == [(65_536, True), (4_464, False)]
