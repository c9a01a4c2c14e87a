from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.config import Asked, concurrency, looks_of, make_study
from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.model import Paces, Study, setup_of
from betterworker.bench.plan.forecast import whole_s
from betterworker.bench.profiles import PROFILES, PROJECT_WORKERS, QUICK_WORKERS
from betterworker.bench.project.rows import scenarios as project_rows
from betterworker.bench.scenarios import scenarios
from betterworker.bench.workers import WORKERS
from tests.bench.builders import a_scenario, a_study
from tests.bench.project.files import a_project, a_request

ROWS = scenarios()
SETUPS = {name: setup_of(worker) for name, worker in WORKERS.items()}


def study(**asked: Any) -> Study:
    return make_study(Asked(**asked), target="site", workers=tuple(WORKERS), scenarios=ROWS, setups=SETUPS)


def names(found: Study) -> set[str]:
    return {ROWS[key].name for key in found.scenarios}


def test_quick_is_the_articles_rows_but_the_slowest_under_the_workers_most_choose_from() -> None:
    assert names(study()) == names(study(profile="article")) - {
        "blocking-3s",
        "blocking-10s",
        "fake-redis-set",
    }
    assert len(study().scenarios) == 17
    assert study().workers == QUICK_WORKERS


def test_full_has_mixed_traffic_too() -> None:
    left_out = {row.name for row in ROWS.values()} - names(study(profile="full"))
    assert left_out == {"blocking-3s", "blocking-10s", "fake-redis-set"}
    assert study(profile="full").workers == tuple(WORKERS)


def test_article_has_its_23_rows_with_its_connections() -> None:
    found = study(profile="article")
    assert len(found.scenarios) == 23
    clients = {"requests", "httpx", "aiohttp"}
    assert all(n == (700 if ROWS[k].name in clients else 2000) for k, n in found.connections.items())


def test_smoke_is_two_workers_on_three_rows() -> None:
    found = study(profile="smoke")
    assert found.workers == ("gunicorn-gevent", "uvicorn")
    assert found.scenarios == ("json:sync", "json:async", "blocking-1s:sync")


@pytest.mark.parametrize("profile", PROFILES)
def test_no_window_or_warm_up_is_shorter_than_the_views_delay(profile: str) -> None:
    found = study(profile=profile)
    for key, delay_s in found.delays.items():
        assert min(found.windows[key], found.warmups[key]) >= delay_s
        assert found.timeouts[key] > delay_s


def test_a_window_that_was_asked_for_is_stretched_to_the_delay_alone() -> None:
    found = study(window_s=0.3, scenarios=("json", "blocking-3s"))
    assert found.windows["json:sync"] == 0.3
    assert found.windows["blocking-3s:sync"] == 3.0


@pytest.mark.parametrize("name", ["smoke", "quick", "full"])
def test_a_profile_fits_into_its_time(name: str) -> None:
    found = study(profile=name)
    gone = [
        (slot, key)
        for slot in found.workers
        for key in found.scenarios
        if ROWS[key].mode in SETUPS[slot].cannot or ROWS[key].needs
    ]
    assert whole_s(found, gone) <= PROFILES[name].budget_s


@pytest.mark.parametrize("count", [1, 3, 6])
def test_a_project_is_ranked_within_four_minutes_beside_what_it_runs_on(count: int) -> None:
    requests = tuple(a_request(f"/{number}/", name=f"r{number}") for number in range(count))
    slots = ("baseline", *PROJECT_WORKERS)
    found = make_study(
        Asked(profile="project", workers=slots),
        target="mysite",
        workers=slots,
        scenarios=project_rows(a_project(requests=requests)),
    )
    assert whole_s(found) <= 240
    assert found.paces.scenarios == ("r0:sync",)


def test_what_is_known_to_fail_leaves_its_time_to_the_rest() -> None:
    twice: dict[str, Any] = {"workers": ("gunicorn-gevent", "gunicorn-gevent"), "scenarios": ("json",)}
    assert study(**twice).looks["json:sync"][-1] == 600
    assert (
        make_study(Asked(**twice), target="site", workers=tuple(WORKERS), scenarios=ROWS).looks["json:sync"][
            -1
        ]
        < 600
    )


def test_a_smaller_study_is_measured_more_thoroughly() -> None:
    small = study(workers=("uvicorn", "granian-wsgi"), scenarios=("json",))
    assert small.looks["json:sync"][-1] > 10 * study().looks["json:sync"][-1]
    assert small.blocks_per_round["json:sync"] > 1
    assert small.windows["json:sync"] < study().windows["json:sync"]


def test_a_round_holds_the_same_time_whatever_the_window() -> None:
    small = study(workers=("uvicorn",), scenarios=("json:sync", "brotli:sync"))
    measured = [small.windows[key] * small.blocks_per_round[key] for key in small.scenarios]
    assert measured == pytest.approx([1.0, 1.0])


def test_a_window_that_was_asked_for_stays_in_every_design() -> None:
    assert study(workers=("uvicorn",), scenarios=("json:sync",), window_s=0.5).windows["json:sync"] == 0.5


def test_rows_that_wait_at_the_ceiling_get_few_blocks_unless_blocks_are_asked_for() -> None:
    assert study().looks["blocking-1s:sync"] == (2,)
    assert study(blocks=3).looks["blocking-1s:sync"] == (3,)


@pytest.mark.parametrize(
    ("blocks", "looks", "per_round"),
    [(1, (1,), 1), (5, (5,), 1), (8, (3, 5, 8), 1), (30, (12, 20, 30), 2), (200, (80, 130, 200), 10)],
)
def test_blocks_that_were_asked_for_are_judged_at_three_looks(
    blocks: int, looks: tuple[int, ...], per_round: int
) -> None:
    assert looks_of(blocks) == (looks, per_round)


def test_what_is_asked_for_goes_before_the_profile() -> None:
    found = study(connections=9, blocks=7, seed=3, processes=4, server_cpus=(0, 1), load_cpus=(2,))
    assert set(found.connections.values()) == {9}
    assert (found.looks["json:sync"][-1], found.seed, found.processes) == (7, 3, 4)
    assert (found.server_cpus, found.load_cpus) == ((0, 1), (2,))


def test_latency_is_measured_on_the_first_light_row_of_each_mode() -> None:
    assert study().paces.scenarios == ("json:sync", "json:async")
    assert study(scenarios=("brotli", "query-json:sync")).paces.scenarios == (
        "query-json:sync",
        "brotli:async",
    )


def test_latency_may_be_asked_for_of_other_rows() -> None:
    assert study(latency=("brotli:sync",)).paces.scenarios == ("brotli:sync",)
    assert study(latency=("none",)).paces.scenarios == ()


def test_an_objective_is_kept_in_its_canonical_form() -> None:
    assert study(objective=" p99 < 0.25s ,errors<0.1%").paces.objective == "p99<250ms,errors<0.1%"
    with pytest.raises(BadInput):
        study(objective="p99 under a second")


def test_a_mixed_row_waits_for_its_slow_requests() -> None:
    found = study(scenarios=("mixed-blocking",))
    assert found.mixes["mixed-blocking:sync"] == pytest.approx((180.0, 20.0))
    assert found.warmups["mixed-blocking:sync"] >= 1
    assert found.timeouts["mixed-blocking:sync"] > 1
    assert found.looks == {}


def test_there_is_a_process_for_each_of_the_servers_cpus() -> None:
    assert study(server_cpus=(0, 1, 2)).processes == 3
    assert study().processes == 1


def test_a_bare_name_stands_for_both_modes() -> None:
    assert study(scenarios=("json",)).scenarios == ("json:sync", "json:async")
    assert study(scenarios=("json:async",)).scenarios == ("json:async",)


def test_a_scenario_named_twice_is_measured_once_and_in_the_tables_order() -> None:
    found = study(scenarios=("brotli:sync", "json", "json:sync"))
    assert found.scenarios == ("json:sync", "json:async", "brotli:sync")


def test_a_worker_named_twice_is_measured_against_itself() -> None:
    found = study(workers=("uvicorn", "granian-asgi", "uvicorn"))
    assert found.workers == ("uvicorn", "granian-asgi", "uvicorn#2")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ({"workers": ("uvicron",)}, "No worker is called 'uvicron'. Did you mean 'uvicorn'?"),
        ({"scenarios": ("jsno",)}, "No scenario is called 'jsno'. Did you mean 'json'?"),
        ({"scenarios": ("json:asink",)}, "Did you mean 'json:async'?"),
        ({"profile": "artcle"}, "No profile is called 'artcle'. Did you mean 'article'?"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(asked: dict[str, Any], nearest: str) -> None:
    with pytest.raises(UnknownName) as error:
        study(**asked)
    assert nearest in str(error.value)


def test_a_pattern_stands_for_all_that_fit_it() -> None:
    granians = tuple(name for name in WORKERS if name.startswith("granian-asgi"))
    assert study(workers=("granian-asgi*", "uvicorn")).workers == (*granians, "uvicorn")
    assert names(study(scenarios=("query-*",))) == {"query-json", "query-html"}


def test_the_time_that_is_asked_for_decides_how_many_windows_there_are() -> None:
    few, some, many = (study(time_s=seconds) for seconds in (60.0, 1200.0, 3600.0))
    assert few.looks["json:sync"][-1] < some.looks["json:sync"][-1] < many.looks["json:sync"][-1]


def test_blocks_and_a_time_cannot_both_be_asked_for() -> None:
    with pytest.raises(BadInput, match="give one of them"):
        study(time_s=60.0, blocks=3)


def test_a_row_whose_backend_is_absent_takes_no_time() -> None:
    rows = {row.key: row for row in (a_scenario(), a_scenario(name="cached", needs="redis"))}
    asked = Asked(scenarios=("json", "cached"), time_s=150.0)
    without = make_study(asked, target="t", workers=("w",), scenarios=rows)
    with_it = make_study(asked, target="t", workers=("w",), scenarios=rows, backends={"redis": "redis 7"})
    assert without.looks["json:sync"][-1] > with_it.looks["json:sync"][-1]


def test_a_study_says_what_its_rows_need_and_what_its_workers_are() -> None:
    rows = {row.key: row for row in (a_scenario(needs="redis"), a_scenario(name="fetch", client="httpx"))}
    asked = Asked(scenarios=("json", "fetch"))
    found = make_study(asked, target="t", workers=tuple(WORKERS), scenarios=rows, setups=SETUPS)
    assert (found.needs, found.backends) == ({"json:sync": "redis"}, {"redis": None})
    assert found.clients == {"fetch:sync": "httpx"}
    assert set(found.setups) == set(QUICK_WORKERS)


def test_a_name_like_no_other_is_refused_with_all_there_are() -> None:
    with pytest.raises(UnknownName, match="Known: article, full, project, quick, smoke"):
        study(profile="zzzzzz")


@pytest.mark.parametrize("asked", [{"workers": ()}, {"scenarios": ()}])
def test_nothing_to_measure_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="is left to measure"):
        study(**asked)


def test_a_server_can_hold_every_connection_in_one_process() -> None:
    assert concurrency(a_study(connections={"json:sync": 8})) == 1000
    assert concurrency(a_study(connections={"json:sync": 2000})) == 2064
    assert concurrency(a_study(paces=Paces(connections=3000))) == 3064


def test_the_client_rows_wait_as_long_as_the_upstream() -> None:
    found = make_study(
        Asked(upstream_latency_s=0.4), target="t", workers=("uvicorn",), scenarios=scenarios(0.4)
    )
    assert found.delays["httpx:async"] == found.upstream_latency_s == 0.4


def test_any_registry_can_be_chosen_from() -> None:
    row = a_scenario(name="mine")
    found = make_study(Asked(), target="t", workers=("w",), scenarios={row.key: row})
    assert (found.workers, found.scenarios) == (("w",), ("mine:sync",))
