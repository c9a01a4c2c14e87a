"""Which workers a study of a user's own project has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.commands.projects import BASELINE, USUAL, Looked, begun, names
from betterworker.bench.config import Asked
from betterworker.bench.errors import BadInput
from betterworker.bench.project.safety import told
from tests.bench.builders import a_worker
from tests.bench.project.builders import a_facts, a_file


def a_looked(*workers: str, **overrides: object) -> Looked:
    looked = Looked(
        file=a_file(),
        facts=a_facts(),
        told=told(a_facts(), a_file()),
        workers={name: a_worker(name=name) for name in workers or (BASELINE, *USUAL, "daphne")},
        unable={},
        baseline=None,
    )
    return replace(looked, **overrides)  # type: ignore[arg-type]


def chosen(looked: Looked, asked: tuple[str, ...] | None = None) -> list[str]:
    return names(looked, asked, lambda _line: None)


def test_where_nobody_names_any_the_baseline_is_beside_the_usual_ones() -> None:
    assert chosen(a_looked()) == [BASELINE, *USUAL]


def test_the_baseline_is_beside_those_that_are_named() -> None:
    assert chosen(a_looked(), ("daphne",)) == [BASELINE, "daphne"]


def test_a_baseline_that_is_named_keeps_its_place() -> None:
    assert chosen(a_looked(), ("daphne", "base*")) == ["daphne", "base*"]
    assert chosen(a_looked(), (BASELINE, BASELINE)) == [BASELINE, BASELINE]


def test_without_a_baseline_there_is_none() -> None:
    assert chosen(a_looked(*USUAL)) == [*USUAL]


def test_a_usual_worker_that_the_project_has_nothing_for_is_left_out_and_told() -> None:
    said: list[str] = []
    looked = a_looked(*USUAL, unable={"uvicorn": "the project has no ASGI application"})
    assert names(looked, None, said.append) == ["gunicorn-gthread", "betterworker-uvicorn"]
    assert said == ["! without uvicorn: the project has no ASGI application"]


def test_a_named_worker_stays_so_that_the_report_says_why() -> None:
    assert chosen(a_looked(*USUAL, unable={"uvicorn": "no ASGI"}), ("uvicorn",)) == ["uvicorn"]


def test_a_project_that_nothing_can_serve_is_an_error_with_the_reasons() -> None:
    with pytest.raises(BadInput, match="no WSGI"):
        chosen(a_looked(*USUAL, unable=dict.fromkeys(USUAL, "no WSGI")))


def test_a_file_without_requests_is_told_what_to_write_before_its_project_is_asked() -> None:
    empty = replace(a_file(), requests=())
    with pytest.raises(BadInput, match=r"\[\[requests\]\] with path = .*betterworker init --force"):
        begun(empty, {}, Asked(), None, lambda _line: pytest.fail("it was asked"))
