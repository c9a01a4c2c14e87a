"""The order of the blocks, their sizes, and what happens to a client that dies."""

from __future__ import annotations

from collections import Counter

import pytest

from betterworker.bench.clientlab.plan import fitted, order, spent
from tests.bench.clientlab.fakes import MANY, ONE, FakeClient, a_session, an_asked

CELLS = [(client, each.name) for client in an_asked().clients for each in an_asked().situations()]


def test_every_cell_is_in_every_block_once() -> None:
    found = list(order(an_asked(blocks=3), CELLS))
    assert Counter(found) == Counter((block, cell) for block in range(3) for cell in CELLS)


def test_the_order_is_the_seeds() -> None:
    first, again, other = (list(order(an_asked(seed=seed), CELLS)) for seed in (1, 1, 2))
    assert first == again != other


def test_a_blocks_clients_of_one_situation_lie_together() -> None:
    found = [cell[1] for _, cell in order(an_asked(blocks=1), CELLS)]
    assert found == [name for name in dict.fromkeys(found) for _ in range(2)]


def test_fast_clients_send_all_that_was_asked_for() -> None:
    assert set(fitted(an_asked(), dict.fromkeys(CELLS, 0.001)).values()) == {10}


def test_what_fast_clients_leave_is_for_the_slow_ones() -> None:
    asked = an_asked(requests=10_000, time_s=100.0)
    seconds = {cell: 0.05 if cell[0] == "httpx:sync" else 0.0001 for cell in CELLS}
    counts = fitted(asked, seconds)
    assert {counts[cell] for cell in CELLS if cell[0] == "aiohttp:async"} == {1000}
    assert spent(asked, seconds, counts) == pytest.approx(100, rel=0.05)


def test_a_block_is_never_too_small_for_its_situation() -> None:
    counts = fitted(an_asked(requests=1000, time_s=0.01), dict.fromkeys(CELLS, 1.0))
    assert counts["httpx:sync", "one-sequential"] == 5
    assert counts["httpx:sync", "one-concurrent"] == 20


def test_each_situation_is_what_it_says() -> None:
    client = FakeClient()
    list(a_session({"httpx:sync": client}, blocks=1).measure({}))
    asked = {(each.urls, each.concurrency) for each in client.orders}
    assert asked == {((ONE,), 1), ((ONE,), 20), (MANY, 1), (MANY, 20)}


def test_a_client_that_dies_is_left_out_and_the_others_go_on() -> None:
    clients = {"httpx:sync": FakeClient(dies_at=6), "aiohttp:async": FakeClient()}
    failed: dict[str, str] = {}
    found = list(a_session(clients).measure(failed))
    assert failed == {"httpx:sync": "its process ended with status -9"}
    assert Counter(block.client for block in found)["aiohttp:async"] == 40
    assert len(clients["httpx:sync"].orders) == 7


def test_the_time_left_goes_down_to_nothing() -> None:
    told: list[float] = []
    session = a_session({"httpx:sync": FakeClient(0.01)}, lambda _title, left: told.append(left))
    list(session.measure({}))
    assert told[4:] == sorted(told[4:], reverse=True)
    assert told[4] == pytest.approx(4.0)
    assert told[-1] == pytest.approx(0.1)
