"""Single trials, put together from the study's terms."""

from __future__ import annotations

import random
from dataclasses import replace

from betterworker.bench.model import Load, Study, Trial
from betterworker.bench.model.points import RAMP_PER_CONNECTION_S, crowd

#: Between two windows: the generator's start, the drain of what is under way, and the server's rest.
BETWEEN_S = 0.1
START_S = 1.0
LEAST_SPREAD_S = 0.1
#: So many times a window has a crowd answered: one that holds a batch more or less is wrong by as much.
CYCLES = 3
#: Of connections / delay, past which nothing but the load kept a row back.
AT_CEILING = 0.95


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


def swept(
    study: Study, slot: str, scenario: str, connections: int, cycle_s: float, *, round_: int, block: int
) -> Trial:
    """A window of a closed row at another number of connections, of which each is answered once in a cycle.

    A server may take in a whole crowd before it answers any of it, and then answer it at once. So the window
    begins anywhere in the second cycle after the last has connected, and holds some cycles. It is at least as
    long as the row's windows of a round together: many short ones are for comparing.
    """
    own = closed(study, slot, scenario, round_=round_, block=block)
    draw = random.Random(f"{study.seed}/{slot}/{scenario}@{crowd(connections)}/{round_}/{block}").random()
    return replace(
        own,
        point=crowd(connections),
        load=Load(connections=connections),
        warmup_s=own.warmup_s + connections * RAMP_PER_CONNECTION_S + (1 + draw) * cycle_s,
        window_s=max(
            own.window_s * study.blocks_per_round[scenario], min(CYCLES * cycle_s, study.timeouts[scenario])
        ),
    )


def cycle_s(study: Study, scenario: str, connections: int, peak: float | None) -> float:
    """How long a crowd should take to be answered once, by the row's own goodput (``peak``, RPS).

    Never longer than a request may take; one that did as much as its row could get is as fast as the view.
    """
    delay_s, longest_s = study.delays[scenario], study.timeouts[scenario]
    if peak is None:
        return longest_s
    own_s = study.connections[scenario] / peak
    at_ceiling = delay_s > 0 and own_s * AT_CEILING <= delay_s
    return min(delay_s if at_ceiling else connections / peak, longest_s)


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
