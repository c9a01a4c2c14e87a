from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from betterworker.bench.logs import Log


def hide(text: str) -> str:
    return text.replace("secret", "•••")


@pytest.fixture
def opened() -> Iterator[Callable[..., Log]]:
    """Opens logs, which are closed at the test's end."""
    logs: list[Log] = []

    def log(*arguments: object) -> Log:
        logs.append(Log(*arguments))  # type: ignore[arg-type]
        return logs[-1]

    yield log
    for each in logs:
        each.close()


def write(log: Log, text: str) -> None:
    """As a server does, by its own descriptor."""
    os.write(log.file.fileno(), text.encode())


def test_a_log_without_secrets_is_a_file_from_the_start(tmp_path: Path, opened: Callable[..., Log]) -> None:
    log = opened(tmp_path / "logs" / "server.log")
    write(log, "ready\n")
    assert log.path.read_text() == log.since(0) == "ready\n"


def test_a_log_is_added_to_what_servers_before_wrote(tmp_path: Path, opened: Callable[..., Log]) -> None:
    path = tmp_path / "server.log"
    path.write_text("before\n")
    log = opened(path)
    begin = log.size()
    write(log, "after\n")
    assert log.since(begin) == "after\n"
    assert path.read_text() == "before\nafter\n"


def test_a_log_with_secrets_is_nowhere_before_its_end(tmp_path: Path, opened: Callable[..., Log]) -> None:
    log = opened(tmp_path / "server.log", hide)
    write(log, "a secret\n")
    assert list(tmp_path.iterdir()) == []
    assert log.since(0) == "a •••\n"


def test_what_is_kept_of_it_is_masked(tmp_path: Path, opened: Callable[..., Log]) -> None:
    path = tmp_path / "server.log"
    path.write_text("before\n")
    log = opened(path, hide)
    write(log, "a secret\n")
    log.close()
    log.close()
    assert path.read_text() == "before\na •••\n"


def test_reading_moves_nothing(tmp_path: Path, opened: Callable[..., Log]) -> None:
    log = opened(tmp_path / "server.log", hide)
    write(log, "one\n")
    log.since(2)
    write(log, "two\n")
    assert log.since(0) == "one\ntwo\n"
    assert log.since(4) == "two\n"


def test_it_can_be_read_after_its_end(tmp_path: Path, opened: Callable[..., Log]) -> None:
    for log in (opened(tmp_path / "plain.log"), opened(tmp_path / "masked.log", hide)):
        write(log, "the end\n")
        log.close()
        assert log.since(0) == "the end\n"
