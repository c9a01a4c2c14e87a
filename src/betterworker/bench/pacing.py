"""The rates of a study's open-loop rows, from what each worker reached in the closed loop. Pure."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from betterworker.bench.model import Result, is_twin
from betterworker.bench.model.points import COMMON, OWN_SHARES


def counted(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results that count, in order: of a block that was repeated only the last attempt does."""
    results = tuple(results)
    last: dict[str, int] = {}
    for result in results:
        key = _first_key(result)
        last[key] = max(last.get(key, 0), result.trial.attempt)
    return tuple(result for result in results if result.trial.attempt == last[_first_key(result)])


def closed_peaks(results: Iterable[Result]) -> dict[tuple[str, str], float]:
    """Median closed-loop goodput (RPS) by worker and scenario.

    Twins are left out, and so are workers that never gave a right answer.
    """
    rates: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for result in counted(results):
        trial, sample = result.trial, result.sample
        if sample is not None and not trial.point and not trial.load.is_open and not is_twin(trial.worker):
            rates[trial.worker, trial.scenario].append(sample.completed / sample.window_s)
    peaks = {cell: statistics.median(values) for cell, values in rates.items()}
    return {cell: peak for cell, peak in peaks.items() if peak > 0}


def paced_rates(peaks: Mapping[str, float], common: float | None = None) -> dict[str, dict[str, float]]:
    """Rates by point and worker, from the workers' closed-loop peaks on one scenario (all in RPS).

    Each worker gets 50 % and 80 % of its own peak, to three digits so that a rate is stable as a name,
    and all get one ``common`` rate: as asked for, or half of what the slowest reaches, rounded down to
    two digits.
    """
    if not peaks:
        return {}
    rates = {
        point: {worker: three_digits(share * peak) for worker, peak in peaks.items()}
        for point, share in OWN_SHARES.items()
    }
    rate = _two_digits_down(min(peaks.values()) / 2) if common is None else common
    return rates | {COMMON: dict.fromkeys(peaks, rate)}


def three_digits(rate: float) -> float:
    return float(f"{rate:.3g}")


def _two_digits_down(rate: float) -> float:
    unit = 10.0 ** (math.floor(math.log10(rate)) - 1)
    # Rounded before it is cut: 0.3 / 0.01 is a little less than 30.
    return float(f"{math.floor(round(rate / unit, 6)) * unit:.2g}")


def _first_key(result: Result) -> str:
    return replace(result.trial, attempt=1).key
