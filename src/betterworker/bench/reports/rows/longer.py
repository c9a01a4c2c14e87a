"""The run that would tell what this one could not: of those workers alone, and longer."""

from __future__ import annotations

import math
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from betterworker.bench.model import worker_name
from betterworker.bench.plan.forecast import whole_s
from betterworker.bench.reports.rows.verdicts import MANY, blocks_needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Deployment, Run

#: So many times the blocks halve an interval.
HALVED = 4
#: What a forecast does not know: drains and checks.
SLACK = 1.1
#: The longest that a run is asked to take.
DAY_MIN = 1440


def longer(found: Deployment, run: Run) -> Iterator[str]:
    """Nothing of an unfinished run, which is gone on with, and where no number of blocks would tell."""
    if not run.finished or found.standing.settled:
        return
    names = [name for name in (found.worker, *found.unsure) if name is not None]
    counts = [each.more for each in found.standing.comparisons if each.verdict == "cannot tell"]
    known = [count for count in counts if count is not None and count <= MANY]
    blocks = max(found.standing.blocks, 1)
    sure = len(known) == len(counts)
    minutes = _minutes(run, names, blocks + max(known) if sure else blocks * HALVED)
    told = f"{blocks_needed(counts)} would tell" if sure else "A longer run of these alone may tell"
    asked = shlex.quote(",".join(dict.fromkeys(map(worker_name, names))))
    yield f"{told[0].upper()}{told[1:]}: betterworker run --workers {asked} --time {minutes}m"


def _minutes(run: Run, names: list[str], blocks: int) -> int:
    """That a run of these workers takes for so many blocks of each row."""
    study = replace(run.study, workers=tuple(names), looks=dict.fromkeys(run.study.looks, (blocks,)))
    return min(max(math.ceil(SLACK * whole_s(study) / 60), 1), DAY_MIN)
