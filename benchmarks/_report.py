"""What every benchmark script prints: a table, notes, goals; and the options and exit status around it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from betterworker.bench import machine
from betterworker.bench.errors import BenchError

SCHEMA = 1
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is claimed, with the figure that shows it, and whether it holds."""

    text: str
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a script found. ``figures`` is for machines; ``head`` and ``rows`` are its table for people."""

    figures: Mapping[str, object]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    goals: Sequence[Goal]
    notes: Sequence[str] = ()


def parser(about: str | None) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", action="store_true", help="print JSON for machines")
    return made


def whole(text: str) -> int:
    """An option's whole number, 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def seconds(text: str) -> float:
    """An option's seconds, more than 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no length of time")
    return number


def percent(text: str) -> float:
    """An option's percent, more than 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no percentage above 0")
    return number


def conclude(name: str, measure: Callable[[], Outcome], *, as_json: bool) -> int:
    """Measure and print. Exit status 0 when every goal is reached, 1 when one is missed, 2 for no figures.

    130 after Ctrl-C."""
    try:
        outcome = measure()
    except BenchError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(for_machines(name, outcome) if as_json else for_people(outcome))
    if as_json:  # standard output stays JSON
        print("\n".join(goal_lines(outcome)), file=sys.stderr)
    return 0 if all(goal.reached for goal in outcome.goals) else 1


def for_machines(name: str, outcome: Outcome) -> str:
    here = machine.describe()
    return json.dumps(
        {
            "schema": SCHEMA,
            "benchmark": name,
            "machine": {
                "cpu_model": here.cpu_model,
                "cpus": here.cpus,
                "virtual": here.virtual,
                "kernel": here.kernel,
                "python": here.python,
                "load_average": here.load_average,
            },
            "figures": outcome.figures,
            "notes": outcome.notes,
            "goals": [asdict(goal) for goal in outcome.goals],
        },
        indent=2,
    )


def for_people(outcome: Outcome) -> str:
    lines = aligned([outcome.head, *outcome.rows])
    lines += [f"note: {note}" for note in outcome.notes]
    return "\n".join([*lines, *goal_lines(outcome)])


def goal_lines(outcome: Outcome) -> list[str]:
    return [f"goal: {goal.text}: {'reached' if goal.reached else 'missed'}" for goal in outcome.goals]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell; the first flush left, the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def shown(value: float | None, form: str = ",.1f") -> str:
    """A figure as text; a missing one stays missing."""
    return NONE if value is None else format(value, form)


def span(low: float | None, high: float | None) -> str:
    """An interval as text; none where it is missing, or of a thing with itself."""
    return NONE if low is None or high is None or low == high else f"{low:.3f} to {high:.3f}"
