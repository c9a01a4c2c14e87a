from __future__ import annotations

import pytest

from betterworker.bench import gates
from betterworker.bench.gates import Cell
from betterworker.bench.judge.cells import judge
from tests.bench.builders import a_cell, a_failure, a_sample, an_outcomes

PREFIX = (
    'django.db.utils.OperationalError: connection failed: connection to server at "127.0.0.1" failed: FATAL: '
)
FULL = PREFIX + " sorry, too many clients already"
RESERVED = PREFIX + " remaining connection slots are reserved for non-replication superuser connections"
POOL = "django.db.utils.OperationalError: couldn't get a connection after 30.00 sec"
POSTGRES = "PostgreSQL 15.18, started here, max_connections 100"
HALF = an_outcomes(sent=10, ok=8, bad_status=2)


def raising(raised: str | None, **overrides: object) -> Cell:
    return a_cell(a_sample(raised=raised, outcomes=HALF, **overrides), backend=POSTGRES)


@pytest.mark.parametrize("raised", [FULL, RESERVED])
def test_a_database_that_is_full_is_named_with_its_peak(raised: str) -> None:
    finding = gates.connections_exhausted(raising(raised, db_connections=97))
    assert finding is not None
    assert finding.severity == "invalid"
    wanted = f"the database ran out of connections ({POSTGRES}), 97 of them seen for this server at once"
    assert finding.message == wanted
    assert "2 of 10 requests failed" in finding.advice


def test_an_empty_pool_is_told_apart_from_a_full_database() -> None:
    finding = gates.connections_exhausted(raising(POOL))
    assert finding is not None
    assert finding.message == "the connection pool was empty, and no connection came back in time"


def test_without_a_count_none_is_told() -> None:
    finding = gates.connections_exhausted(raising(FULL))
    assert finding is not None
    assert finding.message == f"the database ran out of connections ({POSTGRES})"


def test_one_that_was_full_in_the_warm_up_alone_is_noted() -> None:
    finding = gates.connections_exhausted(a_cell(a_sample(raised=FULL)))
    assert finding is not None
    assert finding.severity == "note"


@pytest.mark.parametrize("raised", [None, "KeyError: 'x'", "psycopg.OperationalError: connection refused"])
def test_other_errors_are_no_lack_of_connections(raised: str | None) -> None:
    assert gates.connections_exhausted(raising(raised)) is None


def test_it_is_told_before_the_errors_it_makes() -> None:
    _, findings = judge(raising(FULL), {})
    assert [finding.gate for finding in findings] == ["connections_exhausted", "error_share"]


@pytest.mark.parametrize(
    ("generator", "backend", "cpus", "limited"),
    [
        (0.1, 0.9, 1, True),
        (0.1, 0.75, 1, False),
        (0.1, 0.9, 2, False),
        (0.5, 0.9, 2, True),
        (0.1, None, 1, False),
    ],
)
def test_a_backend_that_uses_the_loads_cpus_up_limits_the_figure(
    generator: float, backend: float | None, cpus: int, limited: bool
) -> None:
    sample = a_sample(generator_cpu=generator, backend_cpu=backend)
    assert (gates.backend_limited(a_cell(sample, load_cpus=cpus)) is not None) is limited


def test_a_figure_that_the_backend_limits_never_wins() -> None:
    status, (finding,) = judge(a_cell(a_sample(generator_cpu=0.1, backend_cpu=0.95)), {})
    assert (status, finding.gate) == ("generator_limited", "backend_limited")


def test_a_backend_that_dies_costs_its_window_alone() -> None:
    died = a_failure(kind="backend", reason="redis-server ended with status -9 during the window")
    status, (finding,) = judge(a_cell(1000, died, 1000), {})
    assert (status, finding.severity) == ("ok", "note")
    assert finding.message == "redis-server ended with status -9 during the window (in 1 of 3 windows)"


def test_a_worker_that_met_only_dead_backends_was_not_measured() -> None:
    skipped = a_failure(kind="skipped", reason="skipped: it had been started again 3 times")
    status, findings = judge(a_cell(a_failure(kind="backend", reason="it ended"), skipped), {})
    assert status == "not_run"
    assert [finding.gate for finding in findings] == ["backend"]


@pytest.mark.parametrize(("peak", "is_told"), [(101, True), (100, False), (None, False)])
def test_more_connections_than_a_database_has_by_default_are_told(peak: int | None, is_told: bool) -> None:
    finding = gates.many_connections(a_cell(a_sample(db_connections=peak)))
    assert (finding is not None) == is_told
    assert finding is None or finding.message.startswith("held 101 database connections at once")


def test_a_full_database_is_told_before_the_wrong_answers_it_makes() -> None:
    _, findings = judge(raising(FULL, first_reply_wrong="HTTP 500"), {})
    assert findings[0].gate == "connections_exhausted"
