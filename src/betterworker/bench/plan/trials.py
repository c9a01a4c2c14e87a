"""Single trials, put together from the study's terms."""

from __future__ import annotations

import random

from betterworker.bench.model import Load, Study, Trial

#: Between two windows: the generator's start, the drain of what is under way, and the server's rest.
BETWEEN_S = 0.1
START_S = 1.0
LEAST_SPREAD_S = 0.1


def expected_s(trial: Trial, delay_s: float) -> float:
    """How long a trial should take, in seconds, for telling the time left."""
    return max(trial.warmup_s, delay_s) + trial.window_s + delay_s + BETWEEN_S


def closed(study: Study, slot: str, scenario: str, *, round_: int, block: int, group: int = 0) -> Trial:
    """A closed-loop window, after a warm-up that is drawn beforehand.

    A server may answer its connections in batches. Were every warm-up of the same length, the same number of
    batches would fall into each of its windows, and no number of windows would show the one that is missing.
    """
    draw = random.Random(f"{study.seed}/{slot}/{scenario}/{round_}/{block}").random()
    return Trial(
        worker=slot,
        scenario=scenario,
        round=round_,
        block=block,
        group=group,
        load=Load(connections=study.connections[scenario]),
        warmup_s=study.warmups[scenario] + draw * spread_s(study.windows[scenario]),
        window_s=study.windows[scenario],
        timeout_s=study.timeouts[scenario],
    )


def spread_s(window_s: float) -> float:
    """By how much a closed loop's warm-ups differ: by some batches, which a window has to hold several of."""
    return max(LEAST_SPREAD_S, window_s / 4)


def paced(
    study: Study,
    slot: str,
    scenario: str,
    point: str,
    rate: float,
    *,
    round_: int,
    block: int,
    window_s: float | None = None,
    max_backlog: int | None = None,
) -> Trial:
    """An open-loop window; as long as the study's paces unless said otherwise."""
    paces = study.paces
    return Trial(
        worker=slot,
        scenario=scenario,
        point=point,
        round=round_,
        block=block,
        load=Load(connections=paces.connections, rate=rate, arrivals=paces.arrivals),
        warmup_s=max(paces.warmup_s, study.delays[scenario]),
        window_s=window_s or max(paces.window_s, study.delays[scenario]),
        timeout_s=study.timeouts[scenario],
        max_backlog=max_backlog,
    )


def mixed(
    study: Study, slot: str, scenario: str, point: str, rate: float, *, round_: int, block: int
) -> Trial:
    """A window of mixed traffic, or of its fast requests alone."""
    return Trial(
        worker=slot,
        scenario=scenario,
        point=point,
        round=round_,
        block=block,
        load=Load(connections=study.connections[scenario], rate=rate, arrivals=study.paces.arrivals),
        warmup_s=study.warmups[scenario],
        window_s=study.windows[scenario],
        timeout_s=study.timeouts[scenario],
    )
