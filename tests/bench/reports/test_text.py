from __future__ import annotations

import pytest

from betterworker.bench.reports import text
from tests.bench.builders import a_summary, an_estimate, an_interval
from tests.bench.reports.runs import EIGHT, every_kind

VERDICTS = "Verdicts: the best of each row, and by how much"


def lines(width: int) -> list[str]:
    return text.render(every_kind(), width=width).splitlines()


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, lines(width))) <= width


def tables_of(width: int) -> int:
    shown = lines(width)
    goodput = shown[shown.index("Goodput: right answers per second (RPS)") :]
    return sum(line.startswith("Sync JSON") for line in goodput[: goodput.index(VERDICTS)])


def test_eight_workers_fit_one_table_at_120_columns() -> None:
    assert tables_of(120) == 1


def test_eight_workers_are_split_over_two_tables_at_80_columns() -> None:
    assert tables_of(80) == 2


@pytest.mark.parametrize("width", [80, 120])
def test_figures_are_never_broken_over_lines(width: int) -> None:
    shown = "\n".join(lines(width))
    assert all(figure in shown for figure in ("31,000 ±1%★", "199 ±1%★⌃", "3,000 ±1% g"))
    assert all(
        figure in shown for figure in ("0.097 [0.091, 0.103] ?", "2.10/4.30/8.00 ±12% s", "1,250 (1,310)")
    )


def test_a_table_too_wide_for_any_split_has_a_worker_each() -> None:
    wide = an_interval(median=1e12, low=0.9e12, high=1.1e12)
    cells = [an_estimate(worker=worker, goodput=wide) for worker in EIGHT]
    shown = text.render(a_summary(*cells), width=45)
    assert shown.count("1,000,000,000,000 ±11%") == len(EIGHT)


def test_colour_says_nothing_that_the_words_do_not() -> None:
    coloured = text.render(every_kind(), colour=True, width=120)
    assert "\x1b[1;32m" in coloured
    assert "31,000 ±1%★" in coloured


def test_brackets_in_a_servers_words_are_not_markup() -> None:
    assert "no [running] event loop" in text.render(every_kind(), width=200)


def test_the_verdicts_follow_the_goodput() -> None:
    shown = lines(120)
    assert shown.index("Goodput: right answers per second (RPS)") < shown.index(VERDICTS)
    assert shown[shown.index(VERDICTS) + 1].startswith(
        "- Sync JSON: gunicorn-gevent and gunicorn-gevent#2 (tied)"
    )


def test_the_rate_of_its_own_capacity_stands_above_the_milliseconds() -> None:
    shown = lines(200)
    (at,) = (number for number, line in enumerate(shown) if line.startswith("Sync JSON at 50 %"))
    assert "15,500 RPS:" in shown[at]
    assert shown[at + 1].startswith("of its own capacity")
    assert "2.10/4.30/8.00 ±12%" in shown[at + 1]
