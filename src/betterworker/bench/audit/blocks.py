"""One run of wrk, as its log tells of it."""

from __future__ import annotations

from dataclasses import dataclass

#: wrk's own timeout, unless it was told another.
LATENESS_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Times are seconds; what the log does not say is None.

    ``line`` is the first of the block, from 1. ``title`` are the headings above it. ``asked_s`` is how long
    it was to run and ``seconds`` how long it did, known to ``rounding_s``. ``delay_s`` is the view's own
    least delay where the source says it. wrk counts late and wrong answers among its ``requests``, lost
    connections not. ``corrected`` latency runs from the intended time (wrk2). ``problem`` says why it
    cannot be read.
    """

    file: str
    line: int
    title: tuple[str, ...] = ()
    address: str | None = None
    asked_s: float | None = None
    threads: int | None = None
    connections: int | None = None
    requests: int | None = None
    seconds: float | None = None
    rounding_s: float = 0.0
    delay_s: float | None = None
    read_bytes: float | None = None
    connect_errors: int = 0
    read_errors: int = 0
    write_errors: int = 0
    timeouts: int = 0
    bad_status: int = 0
    rps: float | None = None
    latency_mean_s: float | None = None
    latency_p99_s: float | None = None
    latency_max_s: float | None = None
    corrected: bool = False
    problem: str | None = None

    @property
    def held(self) -> int | None:
        """The connections that are really opened: each thread gets the same whole number."""
        if self.connections is None or not 0 < (self.threads or 0) <= self.connections:
            return self.connections
        return self.connections - self.connections % (self.threads or 1)

    @property
    def lost(self) -> int:
        """Requests that got no answer, and connections that were never made."""
        return self.connect_errors + self.read_errors + self.write_errors

    @property
    def errors(self) -> int:
        return self.lost + self.timeouts + self.bad_status

    @property
    def bytes_each(self) -> float | None:
        """Of an answer with its headers."""
        return self.read_bytes / self.requests if self.read_bytes is not None and self.requests else None
