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
# A quarter of a CPU more than others use all the time. The load average would tell of it a minute late, and
# mostly of our own starts.
MAX_OTHERS_RISE = 0.25

#: The same words whatever the count, so that reports say it once for all cells.
STILL_DISTURBED = Finding(
    gate="disturbed",
    severity="note",
    message="blocks that were disturbed in their repetition as well count as they are",
    advice="Something else used the machine: the intervals are wider than the workers' own noise.",
)

Block = tuple[str, int, int, int]
"""Row, round, block, group: what is repeated together."""


def disturbed(block: Sequence[Result], before: Sequence[Result]) -> str | None:
    """Why a block should be repeated, or None.

    ``before`` are all results of the run so far, those of disturbed blocks among them: a machine that stays
    noisy is then its own standard, and not every block of it is repeated.
    """
    return _stolen(block, before) or _crowded(block, before)


def disturbance_findings(run: Run) -> dict[tuple[str, str], Finding]:
    """Notes on cells, by worker and row (``json:sync``, ``json:sync@50%``), of which a block was disturbed
    again in its one repetition."""
    return {
        (result.trial.worker, result.trial.row): STILL_DISTURBED
        for _, results in _still_disturbed(run)
        for result in results
        if not is_twin(result.trial.worker)
    }


def disturbed_again(run: Run) -> frozenset[Block]:
    """The blocks whose one repetition was disturbed as well."""
    return frozenset(_block_of(results[0]) for _, results in _still_disturbed(run))


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


def _crowded(block: Sequence[Result], before: Sequence[Result]) -> str | None:
    others = _others(block)
    used = statistics.fmean(others) if others else 0.0
    usual = statistics.median(_others(before) or [0.0])
    if used <= usual + MAX_OTHERS_RISE:
        return None
    return f"other programs kept {used:.1f} CPUs busy, where {usual:.1f} are usual here"


def _steals(results: Iterable[Result]) -> list[float]:
    return [r.sample.steal for r in results if r.sample is not None and r.sample.steal is not None]


def _others(results: Iterable[Result]) -> list[float]:
    return [r.sample.others_cpu for r in results if r.sample is not None and r.sample.others_cpu is not None]


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
    found = (
        (disturbed(results, run.results[: begins[block]]), results) for block, results in repetitions.items()
    )
    return [(why, results) for why, results in found if why is not None]
