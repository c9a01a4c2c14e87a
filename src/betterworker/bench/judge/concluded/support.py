"""Whether async views are served, and how: the grade of the topic ``async``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from betterworker.bench.judge.cells import PUBLISHED
from betterworker.bench.judge.concluded.by_ratio import conclusion
from betterworker.bench.judge.concluded.graded import Graded
from betterworker.bench.judge.concluded.words import sentence
from betterworker.bench.model import Conclusion, Grade, Setup, worker_name


def support(topic: Graded, worker: str) -> Conclusion:
    """As any topic, but what is graded is the support; its ratio stays beside it."""
    plain = conclusion(topic, worker)
    found = _support(topic, worker)
    how = sentence(*_how(topic, worker))
    return replace(
        plain,
        grade=found[0] if len(found) == 1 else None,
        between=found if len(found) > 1 else (),
        because=sentence(how, plain.because),
    )


def _support(topic: Graded, worker: str) -> tuple[Grade, ...]:
    failing = topic.failing(worker)
    if not _figures(topic, worker):
        return ("no" if failing or topic.declared(worker) else "unmeasured",)
    if failing:
        return ("partly",)
    setup = _setup(topic, worker)
    # A run from before set-ups were kept does not say on which interface a worker ran.
    return ("yes", "adapted") if setup is None else ("yes",) if setup.interface == "asgi" else ("adapted",)


def _figures(topic: Graded, worker: str) -> bool:
    """Also what the load limited was answered."""
    return any(cell.status in PUBLISHED for cell in topic.matter.cells[worker].values())


def _how(topic: Graded, worker: str) -> Iterator[str]:
    if not _figures(topic, worker):
        return
    setup = _setup(topic, worker)
    if setup is None:
        yield "its interface was not kept by so old a run"
    elif "async" in setup.supports:
        yield setup.supports["async"]


def _setup(topic: Graded, worker: str) -> Setup | None:
    return topic.study.setups.get(worker_name(worker))
