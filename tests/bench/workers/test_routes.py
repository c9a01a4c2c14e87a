"""Every check passes on the real site: each route leads to its own view, and that view is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from betterworker.bench.scenarios import scenarios
from betterworker.bench.workers import WORKERS
from tests.bench.started import started
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Scenario
    from betterworker.bench.server import Server
    from betterworker.bench.workbench import Workbench

pytestmark = pytest.mark.servers
# Rows with a backend are checked beside theirs.
ROWS = {key: row for key, row in scenarios().items() if row.delay_s <= 1 and row.needs is None}


@pytest.fixture(scope="module")
def server(bench: Workbench) -> Iterator[Server]:
    with started(bench, WORKERS["uvicorn"], round_=3) as live:
        yield live


@pytest.mark.parametrize("scenario", ROWS.values(), ids=ROWS)
def test_the_route_answers_as_its_scenario_expects(server: Server, scenario: Scenario) -> None:
    assert scenario.check(server.get(scenario.path, PATIENCE_S, scenario.request)) is None


@pytest.mark.parametrize("scenario", ROWS.values(), ids=ROWS)
def test_no_other_routes_answer_would_pass(server: Server, scenario: Scenario) -> None:
    twin = {"sync": "async", "async": "sync"}[scenario.mode]
    path = "/ready" if scenario.name == "aiohttp" else f"/{twin}/{scenario.name}"
    assert scenario.check(server.get(path, 10.0, scenario.request)) is not None


def test_a_path_that_no_route_knows_is_not_found(server: Server) -> None:
    assert server.get("/sync/nothing", PATIENCE_S).status == 404
