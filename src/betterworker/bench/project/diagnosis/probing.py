"""Has the project's interpreter look at its requests. What cannot be looked at is told, and stops nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from betterworker.bench import hops
from betterworker.bench.errors import BenchError
from betterworker.bench.model import MODES, Hopping, Probes, Scenario
from betterworker.bench.project.asking import Place, count_hops, told
from betterworker.bench.project.diagnosis.orders import Order, of_scenarios
from betterworker.bench.project.nouns import Login, ProjectFile

#: Requests that come later than this are left out.
BUDGET_S = 45.0
PATIENCE_S = 150.0


def probe(file: ProjectFile, scenarios: Mapping[str, Scenario]) -> Probes:
    """Of the safe requests of a file, some seconds of them."""
    place = Place.of(file)
    return look(place, of_scenarios(scenarios.values(), https=file.https), counted(place), file.login)


def counted(place: Place) -> hops.Facts | str:
    """The thread hops of its middleware, or why they cannot be counted."""
    try:
        return count_hops(place)
    except BenchError as error:
        return first_line(error)


def look(
    place: Place, orders: Sequence[Order], hopped: hops.Facts | str, login: Login | None = None
) -> Probes:
    """``hopped`` as of :func:`counted`."""
    probes = _requests(place, orders, login)
    if isinstance(hopped, str):
        return replace(probes, unlooked=(*probes.unlooked, f"thread hops by middleware: {hopped}"))
    return replace(
        probes,
        hopping=tuple(_hopping(hopped, index) for index in range(len(hopped.middleware))),
        stock_hops={mode: len(hopped.request("stock", mode).hops) for mode in MODES},
        better_hops={mode: len(hopped.request("handler", mode).hops) for mode in MODES},
    )


def _requests(place: Place, orders: Sequence[Order], login: Login | None) -> Probes:
    order = {
        "requests": [asdict(each) for each in orders],
        "login": dict(login.fields) if login else None,
        "hosts": place.hosts,
        "budget_s": BUDGET_S,
    }
    try:
        return told(place, "probes", order, Probes, patience_s=PATIENCE_S)
    except BenchError as error:
        return Probes(unlooked=(f"the requests by themselves: {first_line(error)}",))


def _hopping(facts: hops.Facts, index: int) -> Hopping:
    return Hopping(
        path=facts.middleware[index].path,
        stock={mode: len(facts.names(index, "stock", mode)) for mode in MODES},
        better={mode: len(facts.names(index, "handler", mode)) for mode in MODES},
    )


def first_line(error: BenchError) -> str:
    return str(error).partition("\n")[0].rstrip(":")
