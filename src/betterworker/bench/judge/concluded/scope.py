"""Which rows each topic rests on: from the study alone, so that rows of one's own are sorted in too."""

from __future__ import annotations

from collections.abc import Callable

from betterworker.bench.model import Site, Study, Topic

#: A view that waits so long blocks; in one that waits less, what the server itself does is most of a request.
LONG_S = 0.1
#: The topics in which workers are compared by what they answer, for each kind of site.
OF_SITE: dict[Site, Topic] = {"sync": "non_blocking", "async": "async", "blocking": "blocking"}


def rows_of(study: Study, topic: Topic) -> tuple[str, ...]:
    """Scenario keys in the study's order; of mixed traffic where that is the topic, else of the closed loop.

    Rows that compare HTTP clients measure those: they have topics of their own, and no part in any other.
    """
    if topic == "mixed_latency":
        return tuple(study.mixes)
    rows = (key for key in study.scenarios if key not in study.mixes)
    return tuple(
        key for key in rows if (topic in _CLIENTS) == (key in study.clients) and _BELONGS[topic](study, key)
    )


def _waits(study: Study, key: str) -> bool:
    return study.delays[key] >= LONG_S


def _sync(key: str) -> bool:
    return key.endswith(":sync")


_CLIENTS: frozenset[Topic] = frozenset({"sync_client", "async_client"})
_BELONGS: dict[Topic, Callable[[Study, str], bool]] = {
    "stability": lambda _study, _key: True,
    "blocking": lambda study, key: _sync(key) and _waits(study, key),
    "non_blocking": lambda study, key: _sync(key) and not _waits(study, key),
    "async": lambda _study, key: not _sync(key),
    "sync_client": lambda _study, key: _sync(key),
    "async_client": lambda _study, key: not _sync(key),
    "memory": lambda _study, _key: True,
    "cpu": lambda study, key: not _waits(study, key),
}
