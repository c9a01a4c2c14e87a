"""What a folder of runs amounts to over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from betterworker.bench.compare import Change, Differs
from betterworker.bench.model import Estimate, Summary

Place = tuple[str, str]
"""Worker, scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A run as it was found.

    ``begun`` is when its first result was, in seconds since 1970 (None: it has none). ``folder`` is where it
    lies, from the folder that was asked for; ``page`` is its report.html, if there is one.
    """

    folder: str
    begun: float | None
    summary: Summary
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A run that could not be read, and why."""

    folder: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A run among others; ``estimates`` are its rows of the closed loop.

    ``since`` is what is not the same as in the run just before (None of the first). ``against`` is the number
    of the run it was compared with: the last before it on the same machine and terms, or None, and then
    ``why_not`` says what differs. ``changes`` are of goodput, ``middle`` is the median of all their ratios.
    """

    number: int
    folder: str
    begun: float | None
    page: str | None
    finished: bool
    measured: bool
    estimates: Mapping[Place, Estimate]
    workers: tuple[str, ...]
    since: Differs | None = None
    against: int | None = None
    why_not: str = ""
    changes: Mapping[Place, Change] = field(default_factory=dict)
    middle: float | None = None

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The rows it has."""
        return tuple(dict.fromkeys(scenario for _, scenario in self.estimates))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Moments in the order of the clock, those without a time last."""

    moments: tuple[Moment, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def workers(self) -> tuple[str, ...]:
        """Of all runs, in the order of the last."""
        return tuple(dict.fromkeys(name for moment in reversed(self.moments) for name in moment.workers))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Rows that any run has measured, in the order of the last."""
        return tuple(dict.fromkeys(row for moment in reversed(self.moments) for row in moment.scenarios))
