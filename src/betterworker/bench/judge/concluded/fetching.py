"""The best HTTP client under each worker: from the standings of clients, whose workers are scenario keys."""

from __future__ import annotations

from betterworker.bench.judge.cells import Cannot, why_not
from betterworker.bench.judge.concluded.grades import RULES
from betterworker.bench.judge.concluded.scope import rows_of
from betterworker.bench.judge.concluded.words import named, sentence
from betterworker.bench.model import Conclusion, Estimate, Grade, Mode, Standing, Summary, Topic, Verdict

_TOPICS: dict[Mode, Topic] = {"sync": "sync_client", "async": "async_client"}


def best_client(summary: Summary, cannot: Cannot, worker: str, mode: Mode) -> Conclusion:
    """``named`` where one client, or several that are tied, beat all others that have a figure."""
    keys = rows_of(summary.run.study, _TOPICS[mode])
    clients = (each.standing for each in summary.clients if (each.worker, each.mode) == (worker, mode))
    standing = next((each for each in clients if each.leader is not None), None)
    if standing is None:
        grade, because = _nameless(summary, cannot, worker, keys)
        return _conclusion(worker, mode, keys, grade, because)
    best = [key for verdict in _NOT_BEATEN for key in _those(standing, verdict)]
    names = tuple(summary.run.study.clients[key] for key in (standing.leader or "", *best))
    told = bool(standing.comparisons) and not _those(standing, "cannot tell")
    beaten = [summary.run.study.clients[key] for key in _those(standing, "beats")]
    return _conclusion(
        worker, mode, keys, "named" if told else None, _because(names, beaten, told=told), names
    )


_NOT_BEATEN: tuple[Verdict, ...] = ("tied", "cannot tell")


def _conclusion(
    worker: str,
    mode: Mode,
    keys: tuple[str, ...],
    grade: Grade | None,
    because: str,
    best: tuple[str, ...] = (),
) -> Conclusion:
    topic = _TOPICS[mode]
    return Conclusion(
        worker=worker, topic=topic, grade=grade, rule=RULES[topic], because=because, best=best, cells=keys
    )


def _because(names: tuple[str, ...], beaten: list[str], *, told: bool) -> str:
    first, *others = names
    beats = f"beats {named(beaten)}" if beaten else ""
    if told:
        return sentence(f"tied with {named(others)}" if others else "", beats)
    return (
        sentence(f"{first} is in front, but not told from {named(others)}", beats)
        if others
        else (f"only {first} has a figure")
    )


def _those(standing: Standing, verdict: Verdict) -> list[str]:
    return [each.rival for each in standing.comparisons if each.verdict == verdict]


def _nameless(summary: Summary, cannot: Cannot, worker: str, keys: tuple[str, ...]) -> tuple[Grade, str]:
    if len(keys) < 2:
        return "unmeasured", "the study has no two clients to compare"
    reasons = [why_not(worker, key, cannot) for key in keys]
    if reasons[0] is not None and all(reasons):
        return "no", f"not supported: {reasons[0]}"
    if any(_fails(each) for each in summary.estimates if each.worker == worker and each.scenario in keys):
        return "bad", f"no figure; fails {named(keys)}"
    return "unmeasured", "not measured"


def _fails(estimate: Estimate) -> bool:
    return estimate.status in ("failed", "invalid")
