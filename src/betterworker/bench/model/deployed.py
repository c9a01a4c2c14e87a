"""What a project should be deployed on, as it was tried. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from betterworker.bench.model.judged import Interval, Standing

#: The worker that is what a project runs on today.
BASELINE = "baseline"
#: They stand in a command for its address.
HOST, PORT = "{host}", "{port}"

Gained = Literal["gains", "tied", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A worker over the baseline.

    ``ratio`` is its goodput over the baseline's. ``memory_mb`` is the baseline's peak.
    """

    ratio: Interval
    verdict: Gained
    memory_mb: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The best worker for all of a project's requests, and all it takes to run it.

    ``rows`` are the scenario keys it rests on (mixed traffic alone, where there is any); in ``standing`` they
    are taken together. ``worker`` is its leader, None where none can be named. All that follows is of
    ``offered``, which can be put in the place of what runs today: the leader; where that is the baseline, and
    the data cannot tell it from others, the nearest of these. ``processes`` (all) and ``threads`` (of each
    process) are those it was tried with, ``memory_mb`` is their peak together under load.
    ``command`` has HOST and PORT in place of an address, and serves ``application``. ``requirements`` are
    packages with the versions tried that the project has not yet. Where ``handler``, it is betterworker's
    handler that was tried, in Django's place. SIGHUP
    ``reloads`` it, or ends it. It runs with ``settings``, in manage.py's folder: that is
    ``folder`` from betterworker.toml's, ``deployed`` from where a Procfile lies (empty: there). ``gain`` is
    None where there is no baseline with a figure; ``fails`` says then that there is one without.
    """

    rows: tuple[str, ...]
    standing: Standing
    worker: str | None
    offered: str | None = None
    project: str = ""
    settings: str = ""
    folder: str = ""
    deployed: str = ""
    processes: int | None = None
    threads: int | None = None
    memory_mb: float | None = None
    command: tuple[str, ...] = ()
    application: str = ""
    requirements: tuple[str, ...] = ()
    handler: bool = False
    reloads: bool = False
    baseline: str | None = None
    gain: Gain | None = None
    fails: bool = False

    @property
    def keeps(self) -> bool:
        """Whether it is clear that nothing measured is better than what runs today."""
        return self.worker == BASELINE and self.offered in (None, BASELINE)

    @property
    def tied(self) -> tuple[str, ...]:
        return self._those("tied")

    @property
    def unsure(self) -> tuple[str, ...]:
        """Those that the data cannot tell from it."""
        return self._those("cannot tell")

    def _those(self, verdict: str) -> tuple[str, ...]:
        return tuple(each.rival for each in self.standing.comparisons if each.verdict == verdict)
