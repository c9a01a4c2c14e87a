"""What several load processes saw, as one. Counts are added; histograms are merged, never averaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from betterworker.bench.load.spec import FirstReply, KindReport, LoadReport
from betterworker.bench.model import Outcomes
from betterworker.bench.stats import merge


def combine(reports: Sequence[LoadReport]) -> LoadReport:
    reasons: Counter[str] = Counter()
    for report in reports:
        reasons.update(dict(report.errors))
    shares = [report.cpu for report in reports if report.cpu is not None]
    return LoadReport(
        window_ns=max(report.window_ns for report in reports),
        completed=sum(report.completed for report in reports),
        outcomes=sum((report.outcomes for report in reports), Outcomes()),
        latency=merged(report.latency for report in reports),
        reconnects=sum(report.reconnects for report in reports),
        errors=tuple(reasons.most_common(5)),
        cpu=max(shares) if len(shares) == len(reports) else None,
        cpus=sum(shares) if len(shares) == len(reports) else None,
        lag_ms=max(report.lag_ms for report in reports),
        first=earliest(report.first for report in reports),
        drained_ns=max(report.drained_ns for report in reports),
        offered=total(report.offered for report in reports),
        dispatched=total(report.dispatched for report in reports),
        send_lag=merged(report.send_lag for report in reports),
        aborted=any(report.aborted for report in reports),
        first_byte=merged(report.first_byte for report in reports),
        parts={name: combine_kind([report.parts[name] for report in reports]) for name in reports[0].parts},
    )


def combine_kind(parts: Sequence[KindReport]) -> KindReport:
    return KindReport(
        completed=sum(part.completed for part in parts),
        outcomes=sum((part.outcomes for part in parts), Outcomes()),
        latency=merged(part.latency for part in parts),
        first=earliest(part.first for part in parts),
    )


def merged(histograms: Iterable[str | None]) -> str | None:
    return merge(histogram for histogram in histograms if histogram is not None)


def total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def earliest(replies: Iterable[FirstReply | None]) -> FirstReply | None:
    """The first that there is."""
    return next((reply for reply in replies if reply), None)
