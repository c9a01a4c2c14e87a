from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from betterworker.bench.audit import blocks
from tests.bench.audit.logs import URL, a_log, read, timing_out

FIXTURES = Path(__file__).parent / "fixtures"


def test_a_whole_block_is_read() -> None:
    (block,) = read(a_log(errors=timing_out(7), non_2xx="  Non-2xx or 3xx responses: 3"))
    assert (block.address, block.line, block.problem) == (URL, 1, None)
    assert (block.threads, block.connections, block.asked_s) == (4, 100, 10.0)
    assert (block.requests, block.seconds, block.rps) == (10_000, 10.0, 1000.0)
    assert (block.timeouts, block.bad_status, block.lost, block.errors) == (7, 3, 0, 10)
    assert (block.latency_mean_s, block.latency_max_s) == (0.01, 0.1)
    assert block.bytes_each == pytest.approx(300, rel=0.01)


def test_the_articles_log_is_six_blocks_under_their_headings() -> None:
    found = read((FIXTURES / "article-gevent.md").read_text(encoding="utf-8"))
    assert [block.line for block in found] == [8, 23, 38, 53, 67, 82]
    assert found[0].title == ("Django Workers", "WSGI Gunicorn Gevent", "JSON performance", "Sync")
    assert not any(block.problem for block in found)


def test_wrk2_is_read_with_its_spectrum_and_corrects_for_omission() -> None:
    (block,) = read((FIXTURES / "wrk2.txt").read_text(encoding="utf-8"))
    assert (block.rps, block.latency_p99_s, block.corrected) == (2000.28, 0.0107, True)


def test_the_distribution_of_latency_is_read() -> None:
    (block,) = read(a_log(stats="  Latency Distribution\n     50%    2.77ms\n     99%   21.85ms"))
    assert block.latency_p99_s == 0.02185


@pytest.mark.parametrize(
    "around",
    [
        lambda log: log.replace("\n", "\r\n"),
        lambda log: "".join(f"> {line}\n" for line in log.splitlines()),
        lambda log: "".join(f"      {line}\n" for line in log.splitlines()),
        lambda log: "".join(f"\x1b[32m{line}\x1b[0m\n" for line in log.splitlines()),
        lambda log: "".join(f"2025-01-31T10:00:00.0000000Z {line}\n" for line in log.splitlines()),
        lambda log: f"```bash\n{log}```\n",
        lambda log: f"\x1b]0;title\x07{log}",
        lambda log: f"\x00\x08{log}",
        lambda log: log.rstrip("\n"),
    ],
)
def test_what_was_put_around_a_block_changes_nothing(around: object) -> None:
    assert callable(around)
    (block,) = read(around(a_log()))
    assert (block.address, block.connections, block.rps, block.problem) == (URL, 100, 1000.0, None)


@pytest.mark.parametrize(
    ("written", "seconds", "read_bytes"),
    [
        ("1.67m, 1.00GB", 100.2, 1024**3),
        ("1.00h, 12.00B", 3600.0, 12),
        ("635.00us, 3.00KB", 0.000635, 3072),
        ("20.00ms, 2.50TB", 0.02, 2.5 * 1024**4),
    ],
)
def test_units_are_those_of_wrk(written: str, seconds: float, read_bytes: float) -> None:
    (block,) = read(a_log(requests=f"  100 requests in {written} read"))
    assert block.seconds == pytest.approx(seconds)
    assert block.read_bytes == read_bytes


@pytest.mark.parametrize("line", ["running", "threads", "requests", "rps"])
def test_a_block_that_is_cut_off_says_what_is_missing(line: str) -> None:
    without: dict[str, str | None] = {line: None}
    (block,) = read(a_log(URL, **without))
    assert block.problem is not None
    assert block.problem.startswith("cut off: no line “")


def test_a_cut_block_does_not_take_the_figures_of_the_next() -> None:
    cut, whole = read(a_log(requests=None, rps=None, transfer=None) + a_log())
    assert (cut.line, cut.rps, whole.line, whole.rps) == (1, None, 6, 1000.0)
    assert (bool(cut.problem), whole.problem) == (True, None)


def test_a_block_without_its_first_line_is_not_part_of_the_one_before() -> None:
    whole, cut = read(a_log() + a_log(running=None))
    assert (whole.problem, cut.address, cut.line) == (None, None, 9)
    assert cut.problem == "cut off: no line “Running … test @ …”"


@pytest.mark.parametrize(
    ("line", "garbled"),
    [
        ("errors", "  Socket errors: connect 0, read"),
        ("requests", "  10000 requests in 1x.00s, 2.86MB read"),
        ("rps", "Requests/sec:   many"),
        ("non_2xx", "  Non-2xx or 3xx responses: ?"),
        ("running", "Running fast test @ http://localhost"),
        ("threads", "  4 threads and many connections"),
    ],
)
def test_a_garbled_line_is_told_with_its_number(line: str, garbled: str) -> None:
    (block,) = read(a_log(**{line: garbled}))
    assert block.problem is not None
    assert block.problem.startswith("line ")
    assert garbled.strip() in block.problem


def test_a_heading_ends_a_block_and_a_comment_in_code_is_no_heading() -> None:
    first, second = read(f"# One\n```\n# wrk -c100\n{a_log()}```\n## Two ##\n{a_log()}# Three\n{a_log()[:0]}")
    assert (first.title, second.title) == (("One",), ("One", "Two"))


def test_a_heading_goes_under_the_last_one_above_its_level() -> None:
    *_, last = read(f"# A\n## B\n### C\n{a_log()}## **D**\n{a_log()}")
    assert last.title == ("A", "D")


def test_a_refused_connection_is_a_run_of_wrk_as_well() -> None:
    (block,) = read("unable to connect to localhost:8000 Connection refused\n")
    assert (block.address, block.problem) == ("localhost:8000", "wrk could not connect: Connection refused")


@pytest.mark.parametrize(
    "other",
    [
        "Summary:\n  Requests/sec:\t3943.6\n",
        "Requests per second:    1234.56 [#/sec] (mean)\n",
        "unable to connect to the database\n",
        "Latency is 3ms\n\n",
        "",
    ],
)
def test_other_programs_write_no_blocks(other: str) -> None:
    assert read(other) == []


def test_a_long_log_is_read_block_by_block() -> None:
    endless = (line for _ in itertools.count() for line in a_log().splitlines(keepends=True))
    assert [block.line for block in itertools.islice(blocks(endless, "log"), 3)] == [1, 9, 17]
