"""What the charts draw on: spectra, windows in time, and the figures of one cell."""

from __future__ import annotations

import pytest

from betterworker.bench.judge import summarise
from betterworker.bench.model import Load, Part, Result, Summary
from betterworker.bench.model.points import FAST, SLOW
from betterworker.bench.reports.rows.anchors import cell_anchor, safe
from betterworker.bench.reports.rows.panels import LOG_LINES, panels
from betterworker.bench.reports.rows.spectrum import PERCENTILES, spectra
from betterworker.bench.reports.rows.timeline import timeline
from betterworker.bench.reports.rows.words import lines, one_line
from tests.bench.builders import (
    a_failure,
    a_histogram,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_summary,
    a_trial,
    an_outcomes,
    results,
)

ONE = ("uvicorn",)


def of(*parts: Result, **study: object) -> Summary:
    return summarise(a_run(parts, study=a_study(workers=ONE, scenarios=("json:sync",), **study)), {})


def at(minute: int, completed: int, **trial: object) -> Result:
    return a_result(
        trial=a_trial(**{"round": minute, "block": minute, **trial}),
        started_at=f"2025-01-01T00:{minute:02}:00+00:00",
        sample=a_sample(completed=completed),
    )


def test_a_spectrum_is_of_all_windows_together() -> None:
    fast, slow = (a_sample(latency=a_histogram([us] * 5_000)) for us in (1_000, 9_000))
    (row,) = spectra(of(*results("uvicorn", "json:sync", fast, slow)))
    line = dict(zip(PERCENTILES, row.lines["uvicorn"], strict=True))
    assert line[40.0] == pytest.approx(1.0, rel=0.01)
    assert line[99.0] == pytest.approx(9.0, rel=0.01)
    assert (row.kind, row.title) == ("saturation", "Sync JSON")


def test_a_spectrum_says_what_the_tables_say() -> None:
    summary = of(*results("uvicorn", "json:sync", a_sample(), a_sample()))
    (row,), latency = spectra(summary), summary.estimates[0].latency
    line = dict(zip(PERCENTILES, row.lines["uvicorn"], strict=True))
    assert latency is not None
    assert (line[50.0], line[95.0], line[99.0], line[99.9]) == (latency.p50, latency.p95, latency.p99, None)


def test_mixed_traffic_has_a_spectrum_of_each_kind_of_request() -> None:
    parts = {
        kind: Part(outcomes=an_outcomes(), latency=a_histogram([us] * 1_000))
        for kind, us in ((FAST, 1_000), (SLOW, 90_000))
    }
    trial = a_trial(scenario="mix:sync", point="mixed", load=Load(connections=64, rate=100.0))
    sample = a_sample(parts=parts, offered=1_000, dispatched=1_000, send_lag_ms=0.1)
    study = a_study(workers=ONE, scenarios=("mix:sync",), mixes={"mix:sync": (90.0, 10.0)})
    fast, slow = spectra(summarise(a_run([a_result(trial=trial, sample=sample)], study=study), {}))
    assert (fast.kind, slow.kind) == ("mixed", "slow")
    assert fast.lines["uvicorn"][0] == pytest.approx(1.0, rel=0.01)
    assert slow.lines["uvicorn"][0] == pytest.approx(90.0, rel=0.01)


def test_a_cell_without_latency_has_no_spectrum() -> None:
    assert spectra(of(*results("uvicorn", "json:sync", a_failure()))) == ()
    assert spectra(a_summary()) == ()


def test_windows_stand_where_the_clock_has_them_over_their_cells_median() -> None:
    dots = timeline(of(at(0, 1000), at(1, 500), at(2, 2000)))
    assert [(dot.minute, dot.relative) for dot in dots] == [(0, 1.0), (1, 0.5), (2, 2.0)]
    assert {dot.state for dot in dots} == {"counts"}


def test_a_window_that_was_repeated_is_there_and_marked_and_sways_no_median() -> None:
    dots = timeline(of(at(0, 10), at(1, 1000, round=0, block=0, attempt=2), at(2, 1000)))
    assert [(dot.state, dot.relative) for dot in dots] == [
        ("repeated", 0.01),
        ("counts", 1.0),
        ("counts", 1.0),
    ]


def test_a_twins_window_is_its_originals_and_over_the_twins_own_median() -> None:
    dots = timeline(of(at(0, 1000), at(1, 900, worker="uvicorn#twin")))
    assert [(dot.worker, dot.twin, dot.relative) for dot in dots] == [
        ("uvicorn", False, 1),
        ("uvicorn", True, 1),
    ]


def test_a_run_of_nothing_has_no_windows() -> None:
    assert timeline(a_summary()) == ()
    assert timeline(of(*results("uvicorn", "json:sync", a_failure()))) == ()


def test_a_cell_of_no_right_answer_is_over_no_median() -> None:
    assert [dot.relative for dot in timeline(of(at(0, 0), at(1, 0)))] == [None, None]


def test_a_failed_cell_keeps_the_end_of_its_log_without_terminal_commands() -> None:
    log = "\n".join(f"\x1b[31mline {number}\x1b[0m\x07" for number in range(100))
    (panel,) = panels(of(*results("uvicorn", "json:sync", a_failure(log_tail=log))))
    assert panel.log.splitlines()[-1] == "line 99"
    assert len(panel.log.splitlines()) == LOG_LINES


def test_the_last_exception_of_a_server_that_answered_with_errors_is_told() -> None:
    (panel,) = panels(of(*results("uvicorn", "json:sync", a_sample(raised="ValueError: no\nway"))))
    assert ("Last exception", "ValueError: no way") in panel.pairs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("  kept\n\tthere", "  kept\n    there"),
        ("a\x00b\x9b31m", "a b 31m"),
        ("right\u202eleft", "right left"),
    ],
)
def test_a_log_keeps_its_lines_and_commands_nothing(text: str, shown: str) -> None:
    assert lines(text) == shown
    assert one_line(text) == " ".join(shown.split())


def test_no_two_names_share_an_anchor() -> None:
    names = ("uvicorn#2", "uvicorn-2", "uvicorn~23~2", "uvicorn 2", "uvicorn/2")
    assert len({safe(name) for name in names}) == len(names)
    assert cell_anchor("json:sync@50%", "uvicorn") == "cell-json:sync@50~25~/uvicorn"
