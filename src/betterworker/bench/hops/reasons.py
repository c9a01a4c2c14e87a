"""Why a middleware costs hops, or none, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from betterworker.bench.hops.nouns import Facts, Middleware

KINDS = {
    "free": "free of I/O",
    "hooks": "hooks",
    "sync-only": "sync-only",
    "async": "async-native",
    "function": "function",
    "unused": "not used",
}


def kind(middleware: Middleware) -> str:
    return KINDS[middleware.kind]


def why(facts: Facts, place: int) -> str:
    """What this handler does with it in a request to an async view."""
    each = facts.middleware[place]
    own = facts.names(place, "handler", "async")
    if each.kind == "unused":
        return "raised MiddlewareNotUsed"
    if not _reached(facts, place):
        return "not reached"
    if each.mode == "sync":
        return _in_a_run(facts, place)
    if own:
        return f"{_joined(own)} in a thread"
    if each.kind == "free":
        return "no I/O: on the event loop"
    if each.kind == "hooks":
        return "in the hop of its neighbours"
    return "awaited on the event loop"


def _in_a_run(facts: Facts, place: int) -> str:
    """In the async chain, a middleware that cannot be async makes what is around it sync."""
    each = facts.middleware[place]
    if "async" in each.capable:
        cause = _cause(facts.middleware, place)
        return f"sync because of {short(cause.path)}: in its hop"
    around = _around(facts.middleware, place)
    return (
        f"cannot be async: it, and {around} before it, in one hop" if around else "cannot be async: one hop"
    )


def _cause(entries: Sequence[Middleware], place: int) -> Middleware:
    return next(each for each in entries[place:] if "async" not in each.capable and each.kind != "unused")


def _around(entries: Sequence[Middleware], place: int) -> int:
    """How many before it run in its hop."""
    count = 0
    for each in reversed(entries[:place]):
        if each.kind == "unused":
            continue
        if each.mode == "async":
            break
        count += 1
    return count


def _reached(facts: Facts, place: int) -> bool:
    by = facts.request("handler", "async").by
    return by is None or place <= next(i for i, each in enumerate(facts.middleware) if each.path == by)


def advice(facts: Facts) -> Iterator[str]:
    """What costs hops under this handler, with the way out."""
    sync_only = [each for each in facts.middleware if each.mode == "sync" and "async" not in each.capable]
    hooks = [each.path for each in facts.middleware if each.kind == "hooks"]
    for each in sync_only:
        yield (
            f"{each.path} is sync-only: with it all middleware before it goes to a thread, for async views "
            "too. Write it for both (django.utils.decorators.sync_and_async_middleware)."
        )
    if hooks:
        listed = ", ".join(f'"{path}"' for path in hooks)
        yield (
            "Where a middleware's hooks never wait for anything (database, cache, file, network), say so: "
            f'BETTERWORKER = {{"FREE_OF_IO": [{listed}]}}'
        )


def stops(facts: Facts) -> Iterator[str]:
    """Why counts are of less than a whole request."""
    for by, reason in facts.stops():
        who = by or "The view is not reached, by no middleware's doing"
        yield f"{who}: {reason}. Counted is what ran."
    if facts.urls:
        yield f"The project's URLs were left out, for they cannot be imported: {facts.urls}"


def short(path: str) -> str:
    return path.rpartition(".")[2]


def _joined(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)
