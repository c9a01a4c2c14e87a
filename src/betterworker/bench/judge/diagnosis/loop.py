"""What the event loop and its threads cost: blocking calls, hops, middleware that cannot be async."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from betterworker.bench.judge.diagnosis.told import SOME, counted, ms, name_of, probed, weight_of
from betterworker.bench.model import Cost, Hopping, Probed, Probes, Project

FEW = 3
#: A shorter hold is a call of its usual length: it costs a site with few users less.
LONG_MS = 50.0


def held(project: Project) -> Iterator[Cost]:
    for each in probed(project):
        if each.stall is not None:
            yield Cost(
                topic="blocking",
                weight="much" if each.stall.ms >= LONG_MS else "some",
                what=f"{name_of(project, each)} holds the event loop: its process answers nobody else then",
                evidence=(
                    f"held for {ms(each.stall.ms)} in {each.stall.times} of {each.times} requests under ASGI",
                ),
                mend="Await an async client there, or hand the call to a thread: await sync_to_async(f)(…).",
                where=each.stall.stack,
            )


def hops(project: Project) -> Iterator[Cost]:
    """Where they take a part of the requests' time that can be seen."""
    probes = project.probes
    if probes is None or probes.hop_us is None:
        return
    shares = {each.key: _share(each, probes.hop_us) for each in probed(project)}
    dear = sorted(
        (each for each in probed(project) if shares[each.key] >= SOME), key=lambda e: -shares[e.key]
    )
    if dear:
        yield Cost(
            topic="hops",
            weight="note" if project.asgi is None else weight_of(shares[dear[0].key]),
            what="Under Django's ASGI handler requests are handed from thread to thread",
            evidence=(
                *(_hopped(project, each, probes.hop_us) for each in dear[:FEW]),
                *_by_middleware(probes),
            ),
            mend=_fewer(probes),
        )


def _share(request: Probed, hop_us: float) -> float:
    asgi = request.asgi
    return asgi.hops * hop_us / 1000 / asgi.ms if asgi is not None and asgi.ms else 0.0


def _hopped(project: Project, request: Probed, hop_us: float) -> str:
    assert request.asgi is not None
    took = request.asgi.hops * hop_us / 1000
    return (
        f"{name_of(project, request)}: {counted(request.asgi.hops, 'hop')} of {hop_us:.0f} µs, "
        f"{ms(took)} of its {ms(request.asgi.ms)}"
    )


def _by_middleware(probes: Probes) -> Iterator[str]:
    dear = [each for each in probes.hopping if _hops(each)]
    if dear:
        yield "by middleware: " + ", ".join(f"{_short(each.path)} {_hops(each)}" for each in dear)


def _hops(middleware: Hopping) -> int:
    return max(middleware.stock.values(), default=0)


def _fewer(probes: Probes) -> str:
    mode = max(probes.stock_hops, key=probes.stock_hops.__getitem__, default=None)
    if mode is None:
        return "Serve it through WSGI, or write its middleware for both sync and async."
    stock, better = probes.stock_hops[mode], probes.better_hops.get(mode, 0)
    return (
        f"Serve it through WSGI, or through betterworker's handler: {counted(better, 'hop')} "
        f"in place of {stock} to a {mode} view that answers at once (a TemplateResponse is one hop more)."
    )


def sync_only(project: Project) -> Iterator[Cost]:
    probes = project.probes
    if probes is None or not probes.sync_only:
        return
    names = tuple(dict.fromkeys(probes.sync_only))
    several = len(names) > 1
    yield Cost(
        topic="sync_only",
        weight="note" if project.asgi is None else "some",
        what=f"{', '.join(names)} {'are' if several else 'is'} sync-only: under ASGI all the "
        f"middleware before {'them' if several else 'it'} goes to a thread as well, for async views too",
        evidence=tuple(_before(project, at) for at in _places(project, probes.sync_only)),
        mend="Write it for both: django.utils.decorators.sync_and_async_middleware, or MiddlewareMixin.",
    )


def _places(project: Project, paths: Collection[str]) -> list[int]:
    """Each as often as it stands in MIDDLEWARE."""
    return [at for at, path in enumerate(project.middleware) if path in paths]


def _before(project: Project, at: int) -> str:
    return f"{_short(project.middleware[at])} stands behind {at} of {len(project.middleware)} in MIDDLEWARE"


def _short(path: str) -> str:
    return path.rpartition(".")[2]
