from __future__ import annotations

import io

import pytest
from rich.console import Console

from betterworker.bench.model import Result
from betterworker.bench.plan import expected_s
from betterworker.bench.progress import Bar, clock_text, figure
from tests.bench.builders import a_failure, a_result, a_sample, a_trial
from tests.bench.fakes import FakeClock

TRIALS = [a_trial(worker="w", scenario="x:sync", block=number) for number in (1, 2, 3, 4)]
EXPECTED_S = expected_s(TRIALS[0], 0.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock()
    monkeypatch.setattr("betterworker.bench.progress.time.monotonic", fake.now)
    return fake


def a_console(terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=200, color_system=None, _environ={})


def a_bar(console: Console | None = None) -> Bar:
    bar = Bar(console or a_console(), {"x:sync": 0.0, "json:sync": 0.0})
    bar.plans(4 * EXPECTED_S)
    return bar


def printed(bar: Bar) -> str:
    assert isinstance(bar.console.file, io.StringIO)
    return bar.console.file.getvalue()


def take(bar: Bar, clock: FakeClock, result: Result, took_s: float) -> None:
    bar.begins(result.trial)
    clock.moment += took_s
    bar.ends(result)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (a_result(sample=a_sample(completed=3000, window_s=2.0)), "1,500 RPS"),
        (a_result(failure=a_failure(reason="HTTP 404\nand more")), "HTTP 404"),
        (a_result(failure=a_failure(reason="x" * 100)), "x" * 60),
    ],
)
def test_a_result_is_told_in_a_few_words(result: Result, text: str) -> None:
    assert figure(result) == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (-3, "0:00"), (59.6, "1:00"), (3725, "62:05")])
def test_times_are_minutes_and_seconds(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def test_the_time_left_begins_as_what_is_expected(clock: FakeClock) -> None:
    assert a_bar().left_s() == pytest.approx(4 * EXPECTED_S)


def test_the_time_left_follows_the_pace(clock: FakeClock) -> None:
    bar = a_bar()
    take(bar, clock, a_result(trial=TRIALS[0]), 2 * EXPECTED_S)
    assert bar.left_s() == pytest.approx(3 * 2 * EXPECTED_S)


def test_a_trial_that_failed_at_once_says_nothing_of_the_pace(clock: FakeClock) -> None:
    bar = a_bar()
    take(bar, clock, a_result(trial=TRIALS[0], failure=a_failure()), 0.0)
    assert bar.left_s() == pytest.approx(3 * EXPECTED_S)


def test_nothing_is_left_at_the_end(clock: FakeClock) -> None:
    bar = a_bar()
    for trial in TRIALS:
        take(bar, clock, a_result(trial=trial), 1.0)
    assert bar.left_s() == pytest.approx(0)


def test_a_new_forecast_replaces_the_old_one(clock: FakeClock) -> None:
    bar = a_bar()
    bar.plans(1.0)
    assert bar.left_s() == 1.0


def test_away_from_a_terminal_a_plain_line_is_told_every_ten_seconds(clock: FakeClock) -> None:
    with a_bar() as bar:
        for trial in TRIALS:
            take(bar, clock, a_result(trial=trial), 6.0)
    assert printed(bar).splitlines() == [
        "[2 windows] at most 0:12 left · w x:sync 1,000 RPS",
        "[4 windows] at most 0:00 left · w x:sync 1,000 RPS",
    ]


def test_on_a_terminal_the_line_is_redrawn_and_shows_the_last_figure(clock: FakeClock) -> None:
    with a_bar(a_console(terminal=True)) as bar:
        take(bar, clock, a_result(trial=TRIALS[0]), 1.0)
        bar.begins(TRIALS[1])
        bar.progress.refresh()
        assert "at most 0:0" in printed(bar)
        assert "1,000 RPS" in printed(bar)


@pytest.mark.parametrize("terminal", [True, False])
def test_brackets_in_a_servers_words_are_no_markup(clock: FakeClock, terminal: bool) -> None:
    failure = a_failure(reason="HTTP 500: [/posts] is [bold]gone")
    with a_bar(a_console(terminal)) as bar:
        take(bar, clock, a_result(trial=TRIALS[0], failure=failure), 11.0)
        bar.begins(TRIALS[1])
        bar.progress.refresh()
    assert "[/posts] is [bold]gone" in printed(bar)
