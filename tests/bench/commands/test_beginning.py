"""A run's CPUs are its own before anything of what it measures is started on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from betterworker.bench import preflight
from betterworker.bench.backends import Given
from betterworker.bench.commands import beginning
from betterworker.bench.commands import run as run_command
from betterworker.bench.commands.gating import Gate
from betterworker.bench.commands.subject import Subject
from betterworker.bench.config import Asked
from betterworker.bench.errors import Unprepared
from betterworker.bench.model import Project
from tests.bench.builders import a_machine, a_scenario, a_target, a_worker

ASKED = Asked(server_cpus=(0,), load_cpus=(0,))


class Steps:
    """What happens, in its order."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        worker, row = a_worker(), a_scenario()
        self.subject = Subject(
            target=a_target(),
            workers={worker.name: worker},
            rows={row.key: row},
            packages={},
            describe=a_machine,
            set_up=self._set_up,
            look=self._look,
        )

    def _set_up(self, subject: Subject) -> Subject:
        self.taken.append("set up")
        return replace(subject)

    def _look(self, subject: Subject) -> Project | None:
        self.taken.append("looked at")
        return None

    @contextmanager
    def claimed(self, _cpus: Sequence[int]) -> Iterator[None]:
        self.taken.append("claimed")
        yield
        self.taken.append("given back")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    steps = Steps()
    monkeypatch.setattr(run_command, "claimed", steps.claimed)
    monkeypatch.setattr(preflight, "require", lambda *_: None)
    monkeypatch.setattr(preflight, "raise_open_files", lambda _files: None)
    return steps


def test_the_cpus_are_claimed_before_the_project_is_looked_at_and_until_the_end(
    steps: Steps, tmp_path: Path
) -> None:
    with beginning.begun(ASKED, steps.subject, tmp_path / "run", Given(), Gate()):
        steps.taken.append("measured")
    assert steps.taken == ["claimed", "set up", "looked at", "measured", "given back"]


def test_where_they_are_anothers_nothing_is_started_and_no_folder_is_left(
    steps: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(_cpus: Sequence[int]) -> AbstractContextManager[None]:
        raise Unprepared("Another measures.")

    monkeypatch.setattr(run_command, "claimed", taken)
    with pytest.raises(Unprepared, match="Another measures"):
        beginning.begun(ASKED, steps.subject, tmp_path / "run", Given(), Gate()).__enter__()
    assert steps.taken == []
    assert not (tmp_path / "run").exists()
