from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from betterworker.bench.commands.audit import command
from betterworker.bench.errors import BadInput
from betterworker.bench.reports import audit as report
from tests.bench.audit.logs import a_log, timing_out

SAMPLE = str(Path(__file__).parent / "fixtures/article-gevent.md")


def run(*options: str, typed: str | bytes = "") -> tuple[int, str]:
    result = CliRunner().invoke(command(report.FORMATS), [*options], input=typed, catch_exceptions=False)
    return result.exit_code, result.output


def document(*options: str, typed: str = "") -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(run(*options, "--format", "json", typed=typed)[1])
    return loaded


def test_the_articles_log_has_four_fine_blocks_and_two_that_all_timed_out() -> None:
    status, shown = run(SAMPLE)
    assert (status, shown.splitlines()[-1]) == (1, "6 blocks: 4 fine, 2 all timed out; 5 with errors")
    assert "gateway_3s (3 s)" in " ".join(shown.split())


def test_the_articles_table_has_impossible_figures_zeros_and_ceilings() -> None:
    status, shown = run("--article")
    assert (status, shown.splitlines()[-1]) == (
        1,
        "80 figures: 68 fine, 6 zero, 3 impossible, 3 at ceiling",
    )
    assert "A table alone does not show errors" in shown


def test_the_impossible_ones_are_those_of_the_route_to_the_wrong_view() -> None:
    found = [each for each in document("--article")["blocks"] if each["verdict"] == "impossible"]
    assert {each["title"][0] for each in found} == {"Async blocking 3s"}
    assert [each["rps"] for each in found] == [1592.22, 1476.54, 1395.52]


def test_a_ceiling_is_said_and_is_not_invalid() -> None:
    status, shown = run("-", "--delay", "json=100ms", typed=a_log())
    assert (status, shown.splitlines()[-1]) == (0, "1 block: 1 at ceiling")


def test_a_delay_may_be_told_for_all_and_taken_back_for_some() -> None:
    assert run("-", "--delay", "3s", typed=a_log())[0] == 1
    assert run("-", "--delay", "3s", "--delay", "json=0", typed=a_log())[0] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_file_may_be_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    log = tmp_path / "wrk.log"
    log.write_bytes(f"é\n{a_log()}".encode(encoding))
    assert run(str(log))[0] == 0


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    log = tmp_path / "wrk.log"
    log.write_text(f"{'x' * 3_000_000} Running\n{a_log()}", encoding="utf-8")
    assert document(str(log))["blocks"][0]["line"] == 2


@pytest.mark.parametrize("name", list(report.FORMATS))
def test_every_format_has_the_same_figures(name: str) -> None:
    shown = run(SAMPLE, "--format", name)[1]
    assert all(verdict in shown for verdict in ("fine", "all timed out"))
    assert ("31967.83" if name == "json" else "31,968") in shown


def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, run(SAMPLE)[1].splitlines()[2:])) <= 80


def test_hostile_words_stay_words() -> None:
    log = "# <script>alert(1)</script> \x1b[31m|x|\n" + a_log("http://h/\x1b]0;x\x07<img>|`y`")
    markdown = run("-", "--format", "markdown", typed=log)[1]
    assert "<script" not in markdown
    assert "<img" not in markdown
    assert "\\|x\\|" in markdown
    assert "\x1b" not in markdown + run("-", typed=log)[1]


def test_a_file_without_a_block_beside_one_with_some_is_said(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("# Read me\n", encoding="utf-8")
    # The path is long, and wrapped anywhere.
    said = "".join(run(SAMPLE, str(tmp_path / "readme.md"))[1].split())
    assert "readme.md:norunofwrkinit." in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "name the logs"),
        (["none.log"], "none.log cannot be read: No such file"),
        ([str(Path(SAMPLE).parent)], "Is a directory"),
        ([__file__.replace("test_command.py", "__init__.py")], "looked for lines like"),
        ([SAMPLE, "--delay", "gatway_3s=3s"], "no address holds 'gatway_3s'"),
        ([SAMPLE, "--delay", "1s", "--delay", "2s"], "given twice"),
        (["--article", SAMPLE], "neither FILEs nor --delay"),
    ],
)
def test_bad_input_says_what_to_do(options: list[str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        run(*options)


@pytest.mark.parametrize("delay", ["soon", "=3s", "x=", "x=-1s"])
def test_a_delay_that_is_no_time_is_refused(delay: str) -> None:
    status, shown = run(SAMPLE, "--delay", delay)
    assert (status, "Invalid value for '--delay'" in shown) == (2, True)


def test_json_has_the_evidence() -> None:
    (block,) = document("-", typed=a_log("http://h/wait_1s", errors=timing_out(500)))["blocks"]
    assert (block["delay_s"], block["delay_from"], block["limit_rps"]) == (1.0, "wait_1s", 100.0)
    assert block["errors"]["timeouts"] == 500
    assert [finding["gate"] for finding in block["findings"]][:2] == ["impossible", "errors"]
    assert all(finding["advice"] for finding in block["findings"])
