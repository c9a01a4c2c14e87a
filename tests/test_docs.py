"""The docs list what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.cli import cli
from betterworker.bench.gates import GATES
from betterworker.bench.profiles import PROFILES
from betterworker.bench.reports import REPORTS
from betterworker.bench.scenarios import scenarios
from betterworker.bench.workers import WORKERS

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
NAMES = [*WORKERS, *PROFILES, *REPORTS, *sorted({row.name for row in scenarios().values()})]


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_names_every_registry_entry(name: str) -> None:
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_reference_names_every_command(name: str) -> None:
    assert f"`betterworker {name}" in REFERENCE


def test_the_reference_has_a_row_for_every_gate() -> None:
    table = REFERENCE.partition("## Gates")[2].partition("## Commands")[0]
    # `restless` and `restarted` are told as one: contamination
    # and drift, disturbed, saturated and send rate are judged beside them.
    assert table.count("\n| ") - 1 == len(GATES) - 1 + 4
