from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.conditions import parse, require
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Paces
from tests.bench.builders import a_study

PACES = Paces(scenarios=("json:sync",))


def asked(text: str, **study: Any) -> None:
    require(parse([text], relative=False), a_study(**study))


@pytest.mark.parametrize(
    "text", ["goodput<1000", "uvicorn/json:async memory>1GB", "errors>1%", "json* cpu>2", "p99>250ms"]
)
def test_what_the_study_measures_may_be_asked_for(text: str) -> None:
    asked(text, paces=PACES)


def test_mixed_traffic_has_percentiles() -> None:
    asked("mixed* p99>250ms", scenarios=("mixed-cpu:sync",), mixes={"mixed-cpu:sync": (54.0, 6.0)})


@pytest.mark.parametrize("text", ["p99>250ms", "json:sync p99>250ms", "json:sync@common p99>250ms"])
def test_percentiles_need_rows_at_steady_rates(text: str) -> None:
    with pytest.raises(BadInput, match="as with --latency json"):
        asked(text)


def test_so_does_a_row_that_is_not_measured_there() -> None:
    with pytest.raises(BadInput, match="as with --latency json"):
        asked("json:async p99>250ms", paces=PACES)


@pytest.mark.parametrize("text", ["uvicron/* goodput<10", "jsno goodput<10", "jsno p99>1s", "uvicorn cpu>1"])
def test_a_name_that_is_not_in_the_study_is_told_before_it_is_measured(text: str) -> None:
    with pytest.raises(BadInput, match="can never hold"):
        asked(text, paces=PACES)


def test_mixed_traffic_has_no_goodput_at_saturation() -> None:
    with pytest.raises(BadInput, match="can never hold"):
        asked("goodput<10", scenarios=("mixed-cpu:sync",), mixes={"mixed-cpu:sync": (54.0, 6.0)})
