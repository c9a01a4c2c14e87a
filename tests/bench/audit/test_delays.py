from __future__ import annotations

import pytest

from betterworker.bench.audit import Block, Delays
from betterworker.bench.audit.delays import in_address


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("/myapp/sync/gateway_3s", 3.0),
        ("/blocking-10s", 10.0),
        ("/sleep_200ms/", 0.2),
        ("/wait/0.5s", 0.5),
        ("/wait/1.5sec", 1.5),
        ("/delay/2", 2.0),
        ("/delay/30", 10.0),
        ("/delay/500ms", 0.5),
        ("/x?sleep=3s&y=1", 3.0),
        ("/page_3s", 3.0),
    ],
)
def test_a_delay_is_read_from_the_address(path: str, seconds: float) -> None:
    delay = in_address(f"http://localhost:8000{path}")
    assert delay is not None
    assert delay.seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    "path",
    [
        "/json",
        "/v2/users",
        "/gateway3s",
        "/3sweets",
        "/s3/10",
        "/5m",
        "/0s",
        "/x?timeout=5s",
        "/cache/60s",
        "/max_10s",
        "/from_1s_to_3s",
        "/delayed/2",
        "",
    ],
)
def test_no_delay_is_read_where_there_is_none_or_no_one_knows_which(path: str) -> None:
    assert in_address(f"http://localhost:8000{path}") is None


def test_a_host_may_be_called_anything() -> None:
    assert in_address("http://node-3s.example:80/json") is None
    assert in_address("localhost:8000/gateway_3s") is not None
    assert in_address("http://[broken/gateway_3s") is None


def test_where_it_was_read_is_kept() -> None:
    delay = in_address("http://localhost/a/gateway_3s/b?c=1")
    assert delay is not None
    assert delay.said == "gateway_3s"


def of(address: str, delays: Delays) -> float | None:
    delay = delays.of(Block(file="log", line=1, address=address))
    return delay.seconds if delay else None


def test_what_was_told_of_a_part_of_the_address_goes_before_everything() -> None:
    delays = Delays(every=2.0, parts=(("slow", 4.0), ("slow_1s", 5.0), ("quick_3s", 0.0)))
    assert of("/slow_1s", delays) == 5.0
    assert of("/slow", delays) == 4.0
    assert of("/quick_3s", delays) is None
    assert of("/gateway_3s", delays) == 2.0


def test_addresses_need_not_be_read() -> None:
    assert of("/gateway_3s", Delays()) == 3.0
    assert of("/gateway_3s", Delays(from_address=False)) is None
