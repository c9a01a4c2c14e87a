"""Which worker a site of each kind should run, by how much, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from betterworker.bench.judge.concluded.footprint import peak_mb
from betterworker.bench.judge.concluded.graded import Graded
from betterworker.bench.judge.concluded.price import price
from betterworker.bench.judge.concluded.scope import OF_SITE
from betterworker.bench.model import Answer, Conclusion, Study, Topic, worker_name


def answers(
    study: Study, topics: Mapping[Topic, Graded], conclusions: Sequence[Conclusion]
) -> Iterator[Answer]:
    """One for each kind of site that the study has rows of."""
    for site, topic in OF_SITE.items():
        standing, rows = topics[topic].standing, topics[topic].matter.rows
        if rows:
            of = {each.topic: each for each in conclusions if each.worker == standing.leader}
            setup = study.setups.get(worker_name(standing.leader or ""))
            memory = topics["memory"]
            costs = price(site, of, setup, peak_mb(memory, standing.leader)) if standing.leader else ()
            yield Answer(site=site, rows=rows, standing=standing, costs=costs)
