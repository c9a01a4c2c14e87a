"""What is known of a figure, or of how it changed: where it lies, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from betterworker.bench.model import Outcomes
from betterworker.bench.stats.intervals import t_quantile

#: Agresti and Coull (The American Statistician 1998): two errors and two right answers more, and the normal
#: interval holds what it says also where no error was seen.
ADDED = 2
#: Two windows that have nothing in common give intervals past what a number can hold.
LARGEST = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A centre with its standard error, known with so many degrees of freedom.

    Both are natural logarithms, or plain numbers where ``log`` is False.
    """

    centre: float
    error: float
    freedom: float
    log: bool = True

    @property
    def figure(self) -> float:
        return self._figure(self.centre)

    def limits(self, level: float) -> tuple[float, float]:
        """The two-sided t-interval of the figure at ``level`` (0.05 for 95 %)."""
        half = t_quantile(self.freedom, level) * self.error
        return self._figure(self.centre - half), self._figure(self.centre + half)

    def p_value(self, figure: float) -> float:
        """Two-sided, of the hypothesis that it is this."""
        from scipy.special import stdtr

        away = abs(self.centre - (math.log(figure) if self.log else figure))
        if not self.error:
            return 0.0 if away else 1.0
        return float(2 * stdtr(self.freedom, -away / self.error))

    def minus(self, other: Known) -> Known:
        """The difference of two that know nothing of each other (degrees of freedom after Welch)."""
        variances = self.error**2, other.error**2
        total = sum(variances)
        shares = variances[0] ** 2 / self.freedom + variances[1] ** 2 / other.freedom
        freedom = total**2 / shares if shares else min(self.freedom, other.freedom)
        return replace(self, centre=self.centre - other.centre, error=math.sqrt(total), freedom=freedom)

    def _figure(self, value: float) -> float:
        return math.exp(min(value, LARGEST)) if self.log else value


def error_share(outcomes: Outcomes | None) -> Known | None:
    """The share of requests that went wrong. They are counted, not timed: the interval is that of counts."""
    if outcomes is None or not outcomes.sent:
        return None
    sent = outcomes.sent + 2 * ADDED
    share = (outcomes.errors + ADDED) / sent
    return Known(centre=share, error=math.sqrt(share * (1 - share) / sent), freedom=math.inf, log=False)
