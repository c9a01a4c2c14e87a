"""Tells a person how a study goes: what is measured, the last figure, the time left."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

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

    def __init__(self, console: Console, todo: Sequence[Trial], delays: Mapping[str, float]) -> None:
        self.console = console
        self.todo = {trial.key: expected_s(trial, delays[trial.scenario]) for trial in todo}
        self.total = len(self.todo)
        self.begun_at: dict[str, float] = {}
        self.measured_s = 0.0
        self.expected_s = 0.0
        self.last = ""
        self.last_line = time.monotonic()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]} left"),
            # A server's own words may hold brackets, which are no markup.
            TextColumn("{task.fields[last]}", style="dim", markup=False),
            console=console,
            disable=not console.is_terminal,
            refresh_per_second=2,  # the bar shares a CPU with the load
            transient=True,
        )
        self.task = self.progress.add_task("starting", total=self.total, left="?", last="")

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

    def begins(self, trial: Trial) -> None:
        self.begun_at[trial.key] = time.monotonic()
        self.progress.update(
            self.task,
            description=f"[bold]{trial.worker}[/] {trial.scenario}",
            left=clock_text(self.left_s()),
            last=self.last,
        )

    def ends(self, result: Result) -> None:
        key = result.trial.key
        expected = self.todo.pop(key, 0.0)
        if result.sample is not None:
            self.expected_s += expected
            self.measured_s += time.monotonic() - self.begun_at[key]
        self.last = f"{result.trial.worker} {result.trial.scenario} {figure(result)}"
        self.progress.update(self.task, advance=1)
        if self.progress.disable and time.monotonic() - self.last_line > LINE_EVERY_S:
            self.last_line = time.monotonic()
            done = f"[{self.total - len(self.todo)}/{self.total}]"
            self.console.print(
                f"{done} {clock_text(self.left_s())} left · {self.last}",
                markup=False,
                soft_wrap=True,
            )

    def left_s(self) -> float:
        """What is still to do, at the pace of what was done."""
        pace = self.measured_s / self.expected_s if self.expected_s else 1.0
        return pace * sum(self.todo.values())
