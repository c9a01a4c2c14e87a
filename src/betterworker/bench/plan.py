"""From a Study to the order of its Trials. Pure: the same study gives the same plan."""

from __future__ import annotations

import random

from betterworker.bench.model import Closed, Study, Trial

Block = tuple[Trial, ...]


def plan(study: Study) -> tuple[Block, ...]:
    """Blocks of trials, each block every worker × scenario once (those in ``study.once``: in the first).

    Within a block servers run one after the other, in an order drawn anew for each block, as is the order
    of the scenarios: a server is restarted between blocks, and no cell always follows the same other.
    """
    return tuple(_block(study, number) for number in range(1, study.blocks + 1))


def trials(study: Study) -> tuple[Trial, ...]:
    """Every trial, in order."""
    return tuple(trial for block in plan(study) for trial in block)


def expected_s(trial: Trial, delay_s: float) -> float:
    """How long a trial should take, in seconds, for telling the time left."""
    return trial.warmup_s + trial.window_s + delay_s + 0.25


def _block(study: Study, number: int) -> Block:
    rng = random.Random(f"{study.seed}/{number}")
    workers = rng.sample(study.workers, len(study.workers))
    return tuple(
        _trial(study, worker, scenario, number)
        for worker in workers
        for scenario in rng.sample(study.scenarios, len(study.scenarios))
        if number == 1 or scenario not in study.once
    )


def _trial(study: Study, worker: str, scenario: str, block: int) -> Trial:
    return Trial(
        worker=worker,
        scenario=scenario,
        round=block,
        block=block,
        load=Closed(connections=study.connections[scenario]),
        warmup_s=study.warmups[scenario],
        window_s=study.windows[scenario],
        timeout_s=study.timeouts[scenario],
    )
