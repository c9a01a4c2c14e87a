from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from betterworker.bench.compare import Differ, differences
from betterworker.bench.model import Paces, Setup
from tests.bench.builders import a_ceiling, a_machine, a_run, a_study
from tests.bench.project.builders import a_project


def machines(**overrides: Any) -> tuple[Differ, ...]:
    after = a_run(machine=replace(a_machine(), **overrides))
    return differences(a_run(), after).machine


def studies(**overrides: Any) -> list[tuple[str, str, str]]:
    after = a_run(study=a_study(**overrides))
    return [(each.name, each.before, each.after) for each in differences(a_run(), after).study]


def test_a_run_does_not_differ_from_itself() -> None:
    nothing = differences(a_run(), a_run())
    assert (nothing.machine, nothing.packages, nothing.study, nothing.ceilings) == ((), (), (), ())


@pytest.mark.parametrize(
    ("overrides", "differ"),
    [
        ({"cpu_model": "B CPU"}, Differ(name="CPU", before="A CPU", after="B CPU")),
        ({"cpus": (0,)}, Differ(name="CPUs", before="2", after="1")),
        ({"kernel": "6.2.0"}, Differ(name="kernel", before="6.1.0", after="6.2.0")),
        ({"python": "3.12.1"}, Differ(name="Python", before="3.11.9", after="3.12.1")),
        ({"memory_mb": 16_000.0}, Differ(name="memory", before="8,000 MB", after="16,000 MB")),
        ({"memory_mb": None}, Differ(name="memory", before="8,000 MB", after="")),
        ({"virtual": "docker"}, Differ(name="virtual machine", before="", after="docker")),
    ],
)
def test_a_machine_that_differs_is_told(overrides: dict[str, Any], differ: Differ) -> None:
    assert machines(**overrides) == (differ,)


def test_a_little_less_memory_is_the_same_machine() -> None:
    assert machines(memory_mb=7_990.0) == ()


def test_packages_that_servers_need_come_first() -> None:
    setup = Setup(interface="asgi", about="", distributions=("uvicorn[standard]",))
    study = a_study(setups={"uvicorn": setup})
    before = a_run(
        study=study, machine=a_machine(packages={"anyio": "4", "django": "5.1", "uvicorn": "0.34"})
    )
    after = a_run(study=study, machine=a_machine(packages={"anyio": "5", "django": "5.2", "uvicorn": "0.35"}))
    assert [each.name for each in differences(before, after).packages] == ["uvicorn", "django", "anyio"]


def test_a_package_may_be_in_one_run_only() -> None:
    after = a_run(machine=a_machine(packages={"Django": "5.2"}))
    assert differences(a_run(), after).packages == (Differ(name="uvicorn", before="0.34.0", after=""),)


def test_terms_of_a_study_are_told() -> None:
    assert studies(processes=4, server_cpus=(0, 1)) == [("processes", "2", "4"), ("server cpus", "0", "0, 1")]
    assert studies(paces=Paces(window_s=3.0)) == [("open-loop window (s)", "2", "3")]


def test_rows_that_share_a_change_are_told_together() -> None:
    rows = tuple(f"{name}:sync" for name in "abcde")
    before = a_run(study=a_study(scenarios=rows))
    after = a_run(study=a_study(scenarios=rows, connections=dict.fromkeys(rows, 50)))
    (differ,) = differences(before, after).study
    assert differ == Differ(name="connections of a:sync, b:sync and 3 more", before="200", after="50")


def test_a_null_server_that_was_slower_is_told() -> None:
    before = a_run(ceilings=(a_ceiling(rps=90_000.0), a_ceiling(rps=100_000.0), a_ceiling(rps=101_000.0)))
    after = a_run(ceilings=(a_ceiling(rps=80_000.0), a_ceiling(connections=4)))
    (ceiling,) = differences(before, after).ceilings
    assert ceiling.connections == 200
    assert ceiling.ratio == pytest.approx(0.8)


def test_a_null_server_differs_a_little_from_itself() -> None:
    assert differences(a_run(), a_run(ceilings=(a_ceiling(rps=96_000.0),))).ceilings == ()


def of_projects(**overrides: Any) -> list[tuple[str, str, str]]:
    before, after = (a_run(study=a_study(project=each)) for each in (a_project(), a_project(**overrides)))
    return [(each.name, each.before, each.after) for each in differences(before, after).study]


def test_a_project_that_differs_is_told() -> None:
    assert of_projects() == []
    assert of_projects(debug=True) == [("DEBUG", "False", "True")]
    changed = of_projects(requests={"books:sync": "GET /books/?page=2"}, digest="d2")
    assert changed == [("request of books:sync", "GET /books/", "GET /books/?page=2")]


def test_requests_that_differ_in_what_is_not_kept_are_told_to_differ() -> None:
    assert of_projects(digest="d2") == [("headers, bodies, values or log-in", "as they were", "others")]
