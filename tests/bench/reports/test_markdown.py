from __future__ import annotations

import re

from betterworker.bench.reports import markdown
from tests.bench.builders import a_finding, a_summary, an_estimate
from tests.bench.reports.runs import every_kind


def test_every_line_of_a_table_has_as_many_cells() -> None:
    for block in markdown.render(every_kind()).split("\n\n"):
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert not block.startswith("|") or len(counts) == 1


def test_a_pipe_in_a_name_is_escaped() -> None:
    shown = markdown.render(a_summary(an_estimate(worker="a|b")))
    assert "| a\\|b |" in shown


def test_tags_in_a_servers_words_are_shown_and_not_obeyed() -> None:
    finding = a_finding(message="<b> & *stars*")
    assert "&lt;b> &amp; \\*stars\\*" in markdown.render(a_summary(an_estimate(findings=(finding,))))


def test_a_run_without_errors_says_none() -> None:
    shown = markdown.render(a_summary(an_estimate()))
    assert "their share of all\n\nNone.\n" in shown


def test_two_lines_of_a_cell_are_one_in_a_table() -> None:
    shown = markdown.render(every_kind())
    assert "| Sync JSON at 50 % of its own capacity | 15,500 RPS: 2.10/4.30/8.00 ±12% |" in shown


def test_an_objective_is_no_tag_in_a_heading() -> None:
    assert "## Capacity at p99&lt;250ms,errors&lt;0.1%: requests" in markdown.render(every_kind())
