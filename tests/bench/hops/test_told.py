from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.hops import Facts, record, tell
from betterworker.bench.hops.nouns import CELLS, Hop, Middleware, Part, Request
from betterworker.bench.hops.reasons import advice, why

FREE = "django.middleware.security.SecurityMiddleware"


def a_middleware(path: str = "site.Mine", **overrides: Any) -> Middleware:
    return Middleware(
        **{"path": path, "kind": "hooks", "capable": ("sync", "async"), "mode": "async", **overrides}
    )


def sync_only(path: str) -> Middleware:
    return a_middleware(path, kind="sync-only", capable=("sync",), mode="sync")


def facts(*middleware: Middleware, hops: tuple[tuple[Part, str], ...] = (), **overrides: Any) -> Facts:
    """Every request has the same hops, and makes a thread under stock Django."""
    requests = tuple(
        Request(
            stack=stack,
            view=view,
            hops=tuple(Hop(part=part, what=what) for part, what in hops),
            threads=int(stack == "stock"),
            stopped=overrides.get("stopped"),
            by=overrides.get("by"),
        )
        for stack, view in CELLS
    )
    return Facts(
        settings="mysite.settings",
        python="3.13.0",
        django="6.0",
        asgiref="3.13.0",
        betterworker="1.0",
        urls=overrides.get("urls"),
        middleware=middleware,
        requests=requests,
    )


def table(told: Facts, width: int = 160) -> dict[str, str]:
    """The table's rows, by what stands in front."""
    lines = [line.split() for line in tell(told, colour=False, width=width).splitlines()]
    return {line[0]: " ".join(line[1:]) for line in lines if line}


def test_a_row_has_the_hops_of_its_middleware() -> None:
    rows = table(facts(a_middleware(), hops=((0, "process_request"), (0, "process_response"))))
    assert rows["Mine"] == "hooks 2 2 2 2 process_request and process_response in a thread"
    assert rows["hops"] == "2 2 2 2"
    assert rows["threads"] == "made 1 1 0 0"


def test_hops_for_nobody_that_is_listed_are_told_by_name() -> None:
    assert table(facts(hops=(("other", "log_response"),)))["(other)"] == "1 1 1 1 log_response"


def test_classes_of_one_name_are_told_with_their_modules() -> None:
    rows = table(facts(a_middleware("one.Mine"), a_middleware("other.Mine"), a_middleware("one.Yours")))
    assert {"one.Mine", "other.Mine", "Yours"} <= set(rows)


@pytest.mark.parametrize(
    ("middleware", "reason"),
    [
        (a_middleware(kind="free"), "no I/O: on the event loop"),
        (a_middleware(kind="hooks"), "in the hop of its neighbours"),
        (a_middleware(kind="async"), "awaited on the event loop"),
        (a_middleware(kind="function"), "awaited on the event loop"),
        (a_middleware(kind="unused"), "raised MiddlewareNotUsed"),
        (sync_only("site.Mine"), "cannot be async: one hop"),
    ],
)
def test_each_kind_has_its_reason(middleware: Middleware, reason: str) -> None:
    assert why(facts(middleware), 0) == reason


def test_one_that_is_sync_only_makes_what_is_before_it_sync() -> None:
    told = facts(
        a_middleware("site.Outmost"),
        a_middleware("site.Before", mode="sync"),
        a_middleware("site.Unused", kind="unused", mode="sync"),
        sync_only("site.Old"),
    )
    assert why(told, 1) == "sync because of Old: in its hop"
    assert why(told, 3) == "cannot be async: it, and 1 before it, in one hop"


def test_what_is_behind_the_one_that_stopped_it_was_not_reached() -> None:
    told = facts(
        a_middleware("site.First"), a_middleware("site.Last"), stopped="answers 403", by="site.First"
    )
    assert why(told, 0) != "not reached"
    assert why(told, 1) == "not reached"
    assert "site.First: answers 403. Counted is what ran." in tell(told, colour=False, width=160)


def test_advice_is_given_for_what_costs_hops_alone() -> None:
    assert not list(advice(facts(a_middleware(FREE, kind="free"), a_middleware(kind="async"))))
    sync, hooks = advice(facts(sync_only("site.Old"), a_middleware("site.Mine")))
    assert sync.startswith("site.Old is sync-only")
    assert 'BETTERWORKER = {"FREE_OF_IO": ["site.Mine"]}' in hooks


def test_the_record_has_every_hop_by_name() -> None:
    written = record(facts(a_middleware(), hops=((0, "process_request"), ("view", "a_view"))))
    assert written["middleware"][0]["hops"]["stock"] == {
        "sync": ("process_request",),
        "async": ("process_request",),
    }
    assert written["view"]["handler"]["async"] == ("a_view",)
    assert written["total"] == {"stock": {"sync": 2, "async": 2}, "handler": {"sync": 2, "async": 2}}
    assert written["threads"]["stock"] == {"sync": 1, "async": 1}
