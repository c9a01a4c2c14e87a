"""Servers that died, or were killed, and what their logs say of requests that failed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from betterworker.bench import log_lines
from betterworker.bench.judge.diagnosis.connections import FEWER
from betterworker.bench.judge.diagnosis.told import counted
from betterworker.bench.model import Cost, Result, Summary, original_of
from betterworker.bench.pacing import counted as that_count

FEW = 3


@dataclass(frozen=True, slots=True)
class Cause:
    pattern: re.Pattern[str]
    topic: str
    what: str
    mend: str


_KILLED = (
    Cause(
        log_lines.TIMED_OUT,
        "timeouts",
        "its own timeout killed processes of {worker}",
        "Make the request shorter, raise --timeout, or run views on threads (gunicorn-gthread).",
    ),
    Cause(
        log_lines.KILLED,
        "killed",
        "processes of {worker} were killed, or out of memory",
        "Give it more memory, or fewer processes and threads.",
    ),
)
_DIED = Cause(
    re.compile(""),
    "died",
    "{worker} died under load",
    "Read the end of its log in the run folder.",
)
_RAISED = (
    Cause(
        log_lines.FULL,
        "max_connections",
        "the database was out of connections",
        FEWER,
    ),
    Cause(
        log_lines.LOCKED,
        "locked",
        "SQLite was locked: it takes one writer at a time",
        '"OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}, or another database.',
    ),
    Cause(
        re.compile(""),
        "errors",
        "requests failed with errors",
        "Read the server's log in the run folder: the view, or what it talks to, fails under load.",
    ),
)
UNKNOWN = len(_RAISED) - 1


def deaths(summary: Summary) -> Iterator[Cost]:
    found: defaultdict[tuple[str, int], list[Result]] = defaultdict(list)
    for result in that_count(summary.run.results):
        if result.failure is not None:
            for at, cause in enumerate(_KILLED):
                if cause.pattern.search(result.failure.log_tail):
                    found[original_of(result.trial.worker), at].append(result)
                    break
            else:
                if result.failure.kind == "died":
                    found[original_of(result.trial.worker), -1].append(result)
    for (worker, at), results in found.items():
        yield _death(worker, _KILLED[at] if at >= 0 else _DIED, results)


def _death(worker: str, cause: Cause, results: list[Result]) -> Cost:
    rows = list(dict.fromkeys(result.trial.row for result in results))
    what = cause.what.format(worker=worker)
    return Cost(
        topic=cause.topic,
        weight="much",
        what=what[0].upper() + what[1:] if what.startswith(("its", "processes")) else what,
        evidence=(f"in {counted(len(results), 'window')} of {', '.join(rows[:FEW])}",),
        mend=cause.mend,
        workers=(worker,),
    )


def raised(summary: Summary) -> Iterator[Cost]:
    """The exceptions in the logs of windows that had errors, and of wrong answers before a window that have a
    known cause, by what they say."""
    found: defaultdict[int, list[Result]] = defaultdict(list)
    for result in that_count(summary.run.results):
        text = _text(result)
        at = _cause(text) if text else None
        if at is not None and (result.sample is not None or at != UNKNOWN):
            found[at].append(result)
    for at in sorted(found):
        yield _errors(_RAISED[at], found[at])


def _text(result: Result) -> str | None:
    if result.sample is not None:
        return result.sample.raised if result.sample.outcomes.bad_status else None
    failure = result.failure
    return failure.reason if failure is not None and failure.kind == "wrong_answer" else None


def _cause(text: str) -> int:
    return next(at for at, cause in enumerate(_RAISED) if cause.pattern.search(text))


def _errors(cause: Cause, results: list[Result]) -> Cost:
    workers = tuple(dict.fromkeys(original_of(result.trial.worker) for result in results))
    texts = dict.fromkeys(_text(result) or "" for result in results)
    windows = [result.sample for result in results if result.sample is not None]
    failed = sum(sample.outcomes.bad_status for sample in windows)
    before = len(results) - len(windows)
    in_windows = f"{counted(failed, 'request')} in {counted(len(windows), 'window')}"
    seen = (
        *((in_windows,) if windows else ()),
        *((f"{counted(before, 'answer')} before a window",) if before else ()),
    )
    return Cost(
        topic=cause.topic,
        weight="much",
        what=cause.what[0].upper() + cause.what[1:],
        evidence=(*seen, *list(texts)[:FEW]),
        mend=cause.mend,
        workers=workers,
    )
