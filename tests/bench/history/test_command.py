from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from betterworker.bench.commands.history import command
from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.judge import summarise
from betterworker.bench.model import Run, Summary
from betterworker.bench.reports import history as report
from tests.bench.builders import a_machine, a_study
from tests.bench.history.runs import ROW, stored, upgraded

FIXTURES = Path(__file__).parents[1] / "fixtures"
HOSTILE = '"><img src=x onerror=alert(1)>\x1b[31m|'


def judged(run: Run) -> Summary:
    return summarise(run, {})


def run(*options: str | Path) -> str:
    given = [str(option) for option in options]
    result = CliRunner().invoke(command(report.FORMATS, judged), given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def document(*options: str | Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(run(*options, "--format", "json"))
    return loaded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three runs, named against their order in time; the last is slower under another version."""
    stored(tmp_path / "z", 0)
    stored(tmp_path / "nightly/y", 1, machine=upgraded(uvicorn="0.35.0"))
    stored(tmp_path / "a", 2, uvicorn=700.0, machine=upgraded(uvicorn="0.36.0"))
    return tmp_path


def test_runs_are_found_at_both_levels_and_go_by_the_clock(folder: Path) -> None:
    assert [each["folder"] for each in document(folder)["runs"]] == ["z", "nightly/y", "a"]


def test_a_run_folder_itself_is_a_history_of_one(folder: Path) -> None:
    assert [each["folder"] for each in document(folder / "z")["runs"]] == ["."]


def test_deeper_folders_are_not_searched(folder: Path) -> None:
    stored(folder / "one/two/three", 5)
    assert len(document(folder)["runs"]) == 3


def test_every_format_has_the_same_figures(folder: Path) -> None:
    for name in report.FORMATS:
        shown = run(folder, "--format", name).replace("\\", "")
        assert ("1000.0" in shown) if name == "json" else ("1,000 ±" in shown and "0.70 [" in shown), name
        assert "0.36.0" in shown, name


def test_rows_and_workers_may_be_chosen(folder: Path) -> None:
    assert document(folder, "--row", "json", "--worker", "uvi*")["runs"][0]["cells"][0]["worker"] == "uvicorn"
    for options, words in ((("--row", "jsn"), "json:sync"), (("--worker", "uvicron"), "uvicorn")):
        with pytest.raises(UnknownName, match=words):
            run(folder, *options)


def test_a_terminal_gets_the_first_rows_and_is_told_of_the_others(tmp_path: Path) -> None:
    rows = (ROW, *(f"row-{number}:sync" for number in range(5)))
    stored(tmp_path / "a", study=a_study(scenarios=rows))
    assert "Not shown: Sync row 3 and Sync row 4. Ask for rows with --row" in run(tmp_path)
    assert "Not shown" not in run(tmp_path, "--row", "*")


def test_newer_and_broken_runs_are_listed_and_left_out(folder: Path) -> None:
    for name, head in (("newer", '{"format": 99}'), ("broken", "{")):
        (folder / name).mkdir()
        (folder / name / "study.json").write_text(head, encoding="utf-8")
        (folder / name / "trials.jsonl").touch()
    shown = " ".join(run(folder).split())
    assert "Left out: newer:" in shown
    assert "upgrade betterworker" in shown
    assert [each["folder"] for each in document(folder)["refused"]] == ["broken", "newer"]


def test_older_formats_are_upgraded(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        shutil.copytree(FIXTURES / f"run-format-{number}", tmp_path / f"{number}")
    assert [each["folder"] for each in document(tmp_path)["runs"]] == ["1", "2", "3"]


def test_a_run_without_results_comes_last_and_says_so(folder: Path) -> None:
    stored(folder / "0", gevent=0, finished=False)
    last = document(folder)["runs"][-1]
    assert (last["folder"], last["began_at_s"], last["finished"]) == ("0", None, False)
    assert "0 (no results)" in run(folder)


def test_no_run_at_all_is_bad_input_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no run that can be read"):
        run(tmp_path)
    (tmp_path / "study.json").write_text('{"format": 99}', encoding="utf-8")
    (tmp_path / "trials.jsonl").touch()
    with pytest.raises(BadInput, match="this version reads up to"):
        run(tmp_path)
    with pytest.raises(BadInput, match="is not a folder"):
        run(tmp_path / "none")


def test_a_page_is_written_and_links_the_reports_that_are_there(folder: Path) -> None:
    (folder / "a/report.html").touch()
    run(folder, "--format", "html", "--out", folder / "history.html")
    page = (folder / "history.html").read_text(encoding="utf-8")
    assert '<a href="./a/report.html">' in page
    assert page.count("report.html") == 1


def test_names_of_folders_are_safe_in_links(tmp_path: Path) -> None:
    stored(tmp_path / 'javascript:x"<b>')
    (tmp_path / 'javascript:x"<b>' / "report.html").touch()
    run(tmp_path, "--format", "html", "--out", tmp_path / "history.html")
    page = (tmp_path / "history.html").read_text(encoding="utf-8")
    assert 'href="./javascript%3Ax%22%3Cb%3E/report.html"' in page
    assert "<b>" not in page.partition("<body>")[2].partition("<script")[0]


def test_a_file_that_cannot_be_written_is_bad_input(folder: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        run(folder, "--out", folder / "none/history.txt")


@pytest.mark.parametrize("name", list(report.FORMATS))
def test_hostile_names_stay_words(tmp_path: Path, name: str) -> None:
    study = a_study(workers=("uvicorn", HOSTILE), scenarios=(ROW,))
    stored(tmp_path / "a", study=study)
    stored(tmp_path / "b", 1, study=study, machine=a_machine(kernel=HOSTILE))
    shown = run(tmp_path, "--format", name)
    assert "\x1b" not in shown
    assert HOSTILE[2:20] not in shown or name in ("text", "json")


def test_no_line_is_wider_than_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, run(folder).splitlines())) <= 80
