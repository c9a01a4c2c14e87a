"""Tells a person how a study goes: what is measured, the last figure, the time left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from betterworker.bench.model import Result, Trial
from betterworker.bench.plan import expected_s

LINE_EVERY_S = 10.0


def figure(result: Result) -> str:
    """A result in a few words."""
    if result.sample is not None:
        return f"{result.sample.completed / result.sample.window_s:,.0f} RPS"
    assert result.failure is not None
    return result.failure.reason.splitlines()[0][:60]


def clock_text(seconds: float) -> str:
    minutes, rest = divmod(max(round(seconds), 0), 60)
    return f"{minutes}:{rest:02d}"


class Bar:
    """A progress bar on a terminal; elsewhere a plain line every ten seconds."""

    def __init__(self, console: Console, delays: Mapping[str, float]) -> None:
        self.console = console
        self.delays = delays
        self.begun_at = self.last_line = time.monotonic()
        self.trial_at = self.begun_at
        self.count = 0
        self.most_s = 0.0
        self.measured_s = 0.0
        self.expected_s = 0.0
        self.last = ""
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[left]}"),
            # A server's own words may hold brackets, which are no markup.
            TextColumn("{task.fields[last]}", style="dim", markup=False),
            console=console,
            disable=not console.is_terminal,
            refresh_per_second=2,  # the bar shares a CPU with the load
            transient=True,
        )
        self.task = self.progress.add_task("starting", total=1.0, left="", last="")

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def plans(self, most_s: float) -> None:
        """What is still to do takes at most so long, at the pace that was planned."""
        self.most_s = most_s

    def begins(self, trial: Trial) -> None:
        self.trial_at = time.monotonic()
        spent = self.trial_at - self.begun_at
        self.progress.update(
            self.task,
            description=f"[bold]{trial.worker}[/] {trial.row}",
            completed=spent,
            total=spent + max(self.left_s(), 0.1),
            left=self.left(),
            last=self.last,
        )

    def ends(self, result: Result) -> None:
        self.count += 1
        expected = expected_s(result.trial, self.delays[result.trial.scenario])
        self.most_s = max(self.most_s - expected, 0.0)
        if result.sample is not None:
            self.expected_s += expected
            self.measured_s += time.monotonic() - self.trial_at
        self.last = f"{result.trial.worker} {result.trial.row} {figure(result)}"
        if self.progress.disable and time.monotonic() - self.last_line > LINE_EVERY_S:
            self.last_line = time.monotonic()
            self.console.print(
                f"[{self.count} windows] {self.left()} · {self.last}", markup=False, soft_wrap=True
            )

    def left(self) -> str:
        """Rows settle and losers are dropped before their time: it may well take less."""
        return f"at most {clock_text(self.left_s())} left"

    def left_s(self) -> float:
        """What is still to do, at the pace of what was done."""
        pace = self.measured_s / self.expected_s if self.expected_s else 1.0
        return pace * self.most_s
