"""Whether something else used the machine while a block was measured. Pure."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence

from betterworker.bench.model import Finding, Result, Run, is_twin

# The hypervisor took 2 % of the CPUs away, about the size of the differences that are to be resolved ...
MAX_STEAL = 0.02
# ... and more than it does all the time, which no repetition would escape.
STEAL_OVER_USUAL = 3.0
# Half a CPU's worth of other work. The load average is of the last minute, so a program that takes a whole
# CPU is seen after about 40 s; shorter bursts are left to the statistics.
MAX_LOAD_RISE = 0.5

#: The same words whatever the count, so that reports say it once for all cells.
STILL_DISTURBED = Finding(
    gate="disturbed",
    severity="note",
    message="blocks that were disturbed in their repetition as well count as they are",
    advice="Something else used the machine: the intervals are wider than the workers' own noise.",
)

Block = tuple[str, int, int, int]
"""Row, round, block, group: what is repeated together."""


def disturbed(block: Sequence[Result], before: Sequence[Result], *, load_processes: int = 1) -> str | None:
    """Why a block should be repeated, or None.

    ``before`` are all results of the run so far, those of disturbed blocks among them: a machine that stays
    noisy is then its own standard, and not every block of it is repeated.
    """
    return _stolen(block, before) or _crowded(block, before, load_processes)


def disturbance_findings(run: Run) -> dict[tuple[str, str], Finding]:
    """Notes on cells, by worker and row (``json:sync``, ``json:sync@50%``), of which a block was disturbed
    again in its one repetition."""
    return {
        (result.trial.worker, result.trial.row): STILL_DISTURBED
        for _, results in _still_disturbed(run)
        for result in results
        if not is_twin(result.trial.worker)
    }


def repetition_findings(run: Run) -> tuple[Finding, ...]:
    """How many blocks were repeated, if any were."""
    repeated = len({_block_of(result) for result in run.results if result.trial.attempt > 1})
    if not repeated:
        return ()
    again = len(_still_disturbed(run))
    were = "block was" if repeated == 1 else "blocks were"
    return (
        Finding(
            gate="repeated",
            severity="note",
            message=f"{repeated:,} {were} repeated because the machine was disturbed"
            + f"; {again:,} of them again in the repetition" * bool(again),
            advice="Only the repetitions count. Stop what else runs here, or measure at a quieter hour.",
        ),
    )


def _stolen(block: Sequence[Result], before: Sequence[Result]) -> str | None:
    """Of the whole block: the kernel counts in ticks of 10 ms, and two of them are 3 % of a short window."""
    steals = _steals(block)
    taken = statistics.fmean(steals) if steals else 0.0
    usual = statistics.fmean(_steals(before) or [0.0])
    if taken <= max(MAX_STEAL, STEAL_OVER_USUAL * usual):
        return None
    return f"the hypervisor took {100 * taken:.1f} % of the CPU time away"


def _crowded(block: Sequence[Result], before: Sequence[Result], load_processes: int) -> str | None:
    """A rise over the usual is no sign while our own work explains it: the average of a run that has just
    begun climbs for minutes, and a row that keeps the CPUs busy may follow rows that wait."""
    average, past = max(_loads(block), default=0.0), _loads(before)
    if not past:
        return None
    expected = max(statistics.median(past), _own(block) + load_processes)
    if average <= expected + MAX_LOAD_RISE:
        return None
    return f"the load average rose to {average:.1f}, where this run's own work explains {expected:.1f}"


def _own(block: Iterable[Result]) -> int:
    """Server processes that can be running at once: one server at a time is under load."""
    return max((result.processes_asked or 1 for result in block), default=1)


def _steals(results: Iterable[Result]) -> list[float]:
    return [r.sample.steal for r in results if r.sample is not None and r.sample.steal is not None]


def _loads(results: Iterable[Result]) -> list[float]:
    return [
        r.sample.load_average for r in results if r.sample is not None and r.sample.load_average is not None
    ]


def _block_of(result: Result) -> Block:
    trial = result.trial
    return trial.row, trial.round, trial.block, trial.group


def _still_disturbed(run: Run) -> list[tuple[str, Sequence[Result]]]:
    """The repetitions that were disturbed as well, as the plan saw it at the time."""
    repetitions: defaultdict[Block, list[Result]] = defaultdict(list)
    begins: dict[Block, int] = {}
    for position, result in enumerate(run.results):
        if result.trial.attempt > 1:
            repetitions[_block_of(result)].append(result)
            begins.setdefault(_block_of(result), position)
    load_processes = max(len(run.study.load_cpus), 1)
    found = (
        (disturbed(results, run.results[: begins[block]], load_processes=load_processes), results)
        for block, results in repetitions.items()
    )
    return [(why, results) for why, results in found if why is not None]
