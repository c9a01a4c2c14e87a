"""A worker's grade in a topic, from its ratio to the best and the rows that fail."""

from __future__ import annotations

from betterworker.bench.judge.concluded.graded import Graded
from betterworker.bench.judge.concluded.grades import RULES, capped, grades
from betterworker.bench.judge.concluded.reasons import because
from betterworker.bench.judge.concluded.words import sentence
from betterworker.bench.model import Conclusion, Grade
from betterworker.bench.model.points import MIXED


def conclusion(topic: Graded, worker: str) -> Conclusion:
    """Where nothing is left to say apart from the ratio, ``because`` says over how many rows it is."""
    found, ratio = _grades(topic, worker), topic.ratio(worker)
    return Conclusion(
        worker=worker,
        topic=topic.matter.topic,
        grade=found[0] if len(found) == 1 else None,
        rule=RULES[topic.matter.topic],
        because=sentence(*because(topic, worker)),
        between=found if len(found) > 1 else (),
        ratio=ratio,
        against=None if ratio is None else topic.leader,
        cells=cells(topic, worker),
    )


def cells(topic: Graded, worker: str) -> tuple[str, ...]:
    point = f"@{MIXED}" if topic.matter.topic == "mixed_latency" else ""
    return tuple(f"{row}{point}" for row in topic.matter.cells[worker])


def _grades(topic: Graded, worker: str) -> tuple[Grade, ...]:
    failing = topic.failing(worker)
    if not topic.matter.served(worker):
        return (
            "bad" if failing else "no" if topic.declared(worker) and topic.matter.fails else "unmeasured",
        )
    return capped(_of_ratio(topic, worker), len(failing), len(topic.matter.cells[worker]))


def _of_ratio(topic: Graded, worker: str) -> tuple[Grade, ...]:
    if worker == topic.leader:
        return ("good",) if topic.known else ()
    ratio = topic.ratio(worker)
    return () if ratio is None else grades(ratio)
