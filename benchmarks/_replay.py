"""A simulated machine: recorded noise replayed on a clock of its own, with drift and bursts added."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import _noise as noise
import numpy as np
from numpy.typing import NDArray

from betterworker.bench.model import Outcomes, Result, Sample, Trial, original_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What is laid over the recording.

    The machine as a whole swings by ``drift`` (log amplitude) in ``drift_s``. Further bursts, one in
    ``burst_every_s``, take ``burst_depth`` of its speed for up to ``burst_s``. Each start of a server makes
    it better or worse (``start_sd``, standard deviation of the logarithm).
    """

    drift: float = 0.05
    drift_s: float = 200.0
    burst_every_s: float = 20.0
    burst_s: float = 2.0
    burst_depth: float = 0.3
    start_sd: float = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: between two windows (besides the warm-up), and for restarting all servers."""

    between_s: float = 0.15
    restart_s: float = 3.0


class Replay:
    """Servers by slot with the speed (RPS) each has on average. The clock wraps after ``lap_s``."""

    def __init__(
        self,
        recording: noise.Recording,
        speeds: Mapping[str, float],
        seed: int,
        troubles: Troubles | None = None,
        pace: Pace | None = None,
        lap_s: float = 1800.0,
    ) -> None:
        self.speeds = speeds
        self.pace = pace or Pace()
        self.rng = np.random.default_rng(seed)
        self.troubles = troubles or Troubles()
        self.bin_s = recording.bin_s
        rates = troubled(recording, self.rng, self.troubles, lap_s)
        self.done = np.concatenate([[0.0], np.cumsum(rates) * self.bin_s])
        self.now = 0.0
        self.round: int | None = None
        self.luck: dict[str, float] = {}

    def measure(self, block: Sequence[Trial]) -> list[Result]:
        """A planned block, as a session would measure it."""
        if block[0].round != self.round:
            self.round = block[0].round
            self.restart()
        return [self._result(trial) for trial in block]

    def restart(self) -> None:
        self.luck.clear()
        self.now += self.pace.restart_s

    def window(self, slot: str, warmup_s: float, window_s: float) -> int:
        """Right answers in one window; the clock goes on."""
        begin = self.now + self.pace.between_s + warmup_s
        self.now = begin + window_s
        luck = self.luck.setdefault(slot, self.rng.normal(0.0, self.troubles.start_sd))
        speed = self.speeds[original_of(slot)] * math.exp(luck)
        return round(speed * (self._work(self.now) - self._work(begin)))

    def _work(self, moment: float) -> float:
        """Seconds of work at mean speed that the machine has done by then."""
        laps, bins = divmod(moment / self.bin_s, len(self.done) - 1)
        whole = int(bins)
        part = (bins - whole) * (self.done[whole + 1] - self.done[whole])
        return float(laps * self.done[-1] + self.done[whole] + part)

    def _result(self, trial: Trial) -> Result:
        count = self.window(trial.worker, trial.warmup_s, trial.window_s)
        sample = Sample(
            window_s=trial.window_s, completed=count, outcomes=Outcomes(sent=count, ok=count), latency=None
        )
        return Result(trial=trial, started_at="", spent_s={"window": trial.window_s}, sample=sample)


def troubled(
    recording: noise.Recording, rng: np.random.Generator, troubles: Troubles, seconds: float
) -> NDArray[np.float64]:
    """The recording from a random moment on, repeated for so long, with the troubles laid over it."""
    count = round(seconds / recording.bin_s)
    begin = int(rng.integers(len(recording.rates)))
    rates: NDArray[np.float64] = np.resize(np.roll(np.array(recording.rates), -begin), count)
    moments = np.arange(count) * recording.bin_s
    phase = rng.uniform(0, 2 * np.pi)
    rates = rates * np.exp(troubles.drift * np.sin(2 * np.pi * moments / troubles.drift_s + phase))
    for burst in rng.uniform(0, seconds, rng.poisson(seconds / troubles.burst_every_s)):
        lasts = rng.uniform(0, troubles.burst_s)
        rates[(moments >= burst) & (moments < burst + lasts)] *= 1 - troubles.burst_depth
    return rates
