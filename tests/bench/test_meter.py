from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import psutil
import pytest

from betterworker.bench import meter
from betterworker.bench.meter import Usage
from tests.bench.waiting import descendants, until

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = "import threading; threading.Thread(target=threading.Event().wait).start()\nwhile True: pass"


def names_below(pid: int) -> list[str]:
    """Of processes that have become what they are to be."""
    return sorted(psutil.Process(child).name()[:5] for child in descendants(pid))


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    """A shell with two children: one busy, of two threads; one asleep."""
    script = f"{sys.executable} -c '{BUSY}' & exec 3>&1; sleep 600 & wait"
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, start_new_session=True) as process:
        assert until(lambda: names_below(process.pid) == ["pytho", "sleep"])
        yield process
        os.killpg(process.pid, 9)


def test_a_tree_is_every_descendant_but_not_the_root(family: subprocess.Popen[bytes]) -> None:
    assert {process.pid for process in meter.tree(family.pid)} == set(descendants(family.pid))
    assert len(descendants(family.pid)) == 2


def test_usage_is_read_for_each_process(family: subprocess.Popen[bytes]) -> None:
    assert until(lambda: meter.read(family.pid).threads == 3)
    usage = meter.read(family.pid)
    assert set(usage.cpu_s) == set(descendants(family.pid))
    assert usage.pss_mb is not None
    assert 1 < usage.pss_mb < 200


def test_memory_is_left_out_when_it_is_not_asked_for(family: subprocess.Popen[bytes]) -> None:
    assert meter.read(family.pid, memory=False).pss_mb is None


def test_a_busy_process_spends_and_a_sleeping_one_does_not(family: subprocess.Popen[bytes]) -> None:
    before = meter.read(family.pid)
    assert until(lambda: max(meter.read(family.pid).spent_since(before).values()) >= 0.05)
    spent = sorted(meter.read(family.pid).spent_since(before).values())
    assert spent[0] == 0.0


def test_spending_counts_new_processes_and_forgets_ended_ones() -> None:
    earlier, later = Usage(cpu_s={1: 1.0, 2: 5.0}), Usage(cpu_s={1: 1.5, 3: 0.25})
    assert later.spent_since(earlier) == {1: 0.5, 3: 0.25}


def test_a_process_that_is_gone_has_no_tree_and_no_usage() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert meter.tree(process.pid) == []
    assert meter.read(process.pid) == Usage()


def test_unreadable_memory_is_missing_and_not_a_part_of_a_sum(
    family: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(process: psutil.Process) -> object:
        if process.name() == "sleep":
            raise psutil.AccessDenied
        return type("Sizes", (), {"pss": 1e6})

    monkeypatch.setattr(psutil.Process, "memory_full_info", denied)
    assert meter.read(family.pid).pss_mb is None


def test_listeners_of_a_port_are_found() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        assert meter.listeners(listener.getsockname()[1]) == {os.getpid()}


TWICE = """import socket, sys, time
both = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(2)]
time.sleep(600)"""


def test_connections_of_a_tree_to_a_port_are_counted() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        script = f"{sys.executable} -c '{TWICE}' {port} & wait"
        with subprocess.Popen(["sh", "-c", script], start_new_session=True) as process:
            try:
                assert until(lambda: meter.connected_to(process.pid, port) == 2)
                assert meter.connected_to(process.pid, port + 1) == 0
            finally:
                os.killpg(process.pid, 9)


def test_connections_that_may_not_be_seen_are_not_counted_as_none(
    family: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_process: psutil.Process, _kind: str) -> object:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "net_connections", denied)
    assert meter.connected_to(family.pid, 5432) is None
