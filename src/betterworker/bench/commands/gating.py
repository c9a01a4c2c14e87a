"""``--fail-if``: what fails a build, beside the gates, and JUnit XML for those who read it.

The options are read before anything is measured: a typo costs nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click

from betterworker.bench.conditions import Condition, Outcome, failing, of_run, parse, require
from betterworker.bench.errors import BadInput
from betterworker.bench.judge import Cannot, run_failed
from betterworker.bench.model import Estimate, Paced, Study, Summary, Swept

GATING_NAMES = ("fail_if", "fail_if_unsure", "junit")
_HELP = (
    "Exit with status 1 where the data carries that {}, of any worker and row or as in '{}'. May be repeated."
)
_CHANGE = _HELP.format('this changed, as "goodput<-5%"', "uvicorn/json:sync p99>10%")
_LIMIT = _HELP.format('this is so, as "p99>250ms"', "uvicorn/json:sync goodput<1000")


class Tell(Protocol):
    """Outcomes in lines, for people."""

    def __call__(self, outcomes: Sequence[Outcome], *, unsure: bool) -> tuple[str, ...]: ...


class JUnit(Protocol):
    """Outcomes in a file, for CI."""

    def of_run(
        self,
        summary: Summary,
        outcomes: Sequence[Outcome],
        failed: Collection[Estimate | Paced | Swept],
        *,
        unsure: bool,
    ) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What was asked for; nothing, mostly."""

    conditions: tuple[Condition, ...] = ()
    unsure: bool = False
    junit: Path | None = None

    def require(self, study: Study) -> None:
        """Raise BadInput for a condition that could never hold in this study."""
        require(self.conditions, study)


def gate_options(*, relative: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the command gets one ``gate``, its conditions ``relative`` where it compares two runs."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("--fail-if", multiple=True, metavar="CONDITION", help=_CHANGE if relative else _LIMIT)
        @click.option(
            "--fail-if-unsure",
            is_flag=True,
            help="Also where a condition cannot be told, which never fails else.",
        )
        @click.option(
            "--junit",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write JUnit XML there too: a test case for every cell and what is asked of it.",
        )
        @functools.wraps(command)
        def with_gate(
            *args: Any, fail_if: tuple[str, ...], fail_if_unsure: bool, junit: Path | None, **rest: Any
        ) -> Any:
            gate = Gate(conditions=parse(fail_if, relative=relative), unsure=fail_if_unsure, junit=junit)
            _check(gate)
            return command(*args, gate=gate, **rest)

        return with_gate

    return decorate


def settle(gate: Gate, summary: Summary, cannot: Cannot, tell: Tell, junit: JUnit) -> bool:
    """Whether a condition fails the build of one run; says so, and writes what was asked for."""
    outcomes = of_run(gate.conditions, summary, cannot)
    for line in tell(outcomes, unsure=gate.unsure):
        click.echo(line, err=True)
    if gate.junit is not None:
        failed = run_failed(summary, cannot)
        write(gate.junit, junit.of_run(summary, outcomes, failed, unsure=gate.unsure))
    return bool(failing(outcomes, unsure=gate.unsure))


def write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def _check(gate: Gate) -> None:
    if gate.unsure and not gate.conditions:
        raise BadInput("--fail-if-unsure says what is done with conditions: give one with --fail-if.")
    if gate.junit is not None and not gate.junit.absolute().parent.is_dir():
        raise BadInput(f"{gate.junit} cannot be written: there is no folder {gate.junit.parent}.")
