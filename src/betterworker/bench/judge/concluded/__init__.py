"""What a study comes to for a reader: a grade for each worker in each topic, and which worker to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from betterworker.bench.judge.cells import Cannot
from betterworker.bench.judge.concluded.answers import answers
from betterworker.bench.judge.concluded.by_ratio import conclusion
from betterworker.bench.judge.concluded.costs import cpu, memory
from betterworker.bench.judge.concluded.fetching import best_client
from betterworker.bench.judge.concluded.footprint import footprint
from betterworker.bench.judge.concluded.graded import Graded, graded
from betterworker.bench.judge.concluded.scope import OF_SITE
from betterworker.bench.judge.concluded.speed import goodput
from betterworker.bench.judge.concluded.stability import stability
from betterworker.bench.judge.concluded.support import support
from betterworker.bench.judge.concluded.tails import mixed_latency
from betterworker.bench.model import Conclusion, Summary, Topic

Topics = Mapping[Topic, Graded]


def concluded(summary: Summary, cannot: Cannot) -> Summary:
    """With the conclusions of every worker, in the study's order, and the answers."""
    topics = _topics(summary, cannot)
    found = tuple(
        each for worker in summary.run.study.workers for each in _of_worker(summary, cannot, topics, worker)
    )
    return replace(summary, conclusions=found, answers=tuple(answers(summary.run.study, topics, found)))


def _topics(summary: Summary, cannot: Cannot) -> Topics:
    study = summary.run.study
    speed = {topic: graded(study, goodput(summary, topic), cannot, site) for site, topic in OF_SITE.items()}
    others = (memory(summary), cpu(summary), mixed_latency(summary))
    return speed | {matter.topic: graded(study, matter, cannot) for matter in others}


def _of_worker(summary: Summary, cannot: Cannot, topics: Topics, worker: str) -> Iterator[Conclusion]:
    """In the order of the topics."""
    yield stability(summary, cannot, worker)
    yield conclusion(topics["blocking"], worker)
    yield conclusion(topics["non_blocking"], worker)
    yield support(topics["async"], worker)
    yield best_client(summary, cannot, worker, "sync")
    yield best_client(summary, cannot, worker, "async")
    yield footprint(topics["memory"], summary.run, worker)
    yield conclusion(topics["cpu"], worker)
    yield conclusion(topics["mixed_latency"], worker)
