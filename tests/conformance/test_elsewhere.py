"""What is fetched, and where else it is run."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance import elsewhere
from tests.conformance.sources import suites_of
from tests.projects import elsewhere as projects_elsewhere


def packed(archive: Path, name: str) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())


@pytest.mark.parametrize("name", ["Django-5.2.tar.gz", "django-5.2.tar.gz"])
def test_a_source_distribution_that_is_there_is_not_fetched_again(tmp_path: Path, name: str) -> None:
    packed(tmp_path / name, "django-5.2/tests/runtests.py")
    assert suites_of("5.2", tmp_path) == tmp_path / "django-5.2" / "tests"
    (tmp_path / name).unlink()
    assert (suites_of("5.2", tmp_path) / "runtests.py").exists()


def test_another_version_is_not_taken_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed(tmp_path / "django-5.2.1.tar.gz", "django-5.2.1/tests/runtests.py")
    monkeypatch.setattr("tests.conformance.sources.subprocess.run", lambda *_, **__: None)
    with pytest.raises(AssertionError, match=r"no source distribution of Django 5\.2 "):
        suites_of("5.2", tmp_path)


@pytest.mark.parametrize("main", [elsewhere.main, projects_elsewhere.main])
def test_without_a_newer_python_the_next_django_is_skipped_with_a_word(
    main: Callable[[], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(elsewhere, "interpreters", list)
    assert main() == 0
    assert "is skipped" in capsys.readouterr().out


def test_an_interpreter_that_does_not_start_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert elsewhere.interpreters() == []


def test_the_newest_is_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for minor in (12, 14):
        shim = tmp_path / f"python3.{minor}"
        shim.write_text("#!/bin/sh\nexit 0\n")
        shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [each.name for each in elsewhere.interpreters()] == ["Python 3.14", "Python 3.12"]


SUITES, OWN, INSIDE = "Django's suites on", "The handler's own tests on", "What is done inside a project, on"
ALL = [f"{SUITES} Python 3.13", f"{OWN} Python 3.13", f"{OWN} Python 3.12"]


@pytest.fixture
def titles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of what was run, on two interpreters; what was appended before fails."""
    there = [elsewhere.Interpreter(minor=13, path=Path("x")), elsewhere.Interpreter(minor=12, path=Path("y"))]
    run: list[str] = []

    def failing(title: str, python: Path, *command: str) -> int:
        run.append(title)
        return int(run.count(title) > 1)

    monkeypatch.setattr(elsewhere, "interpreters", lambda: there)
    monkeypatch.setattr(elsewhere, "environment", lambda each, *packages, suffix="": each.path)
    monkeypatch.setattr(elsewhere, "_run", failing)
    return run


def test_all_are_run(titles: list[str]) -> None:
    assert elsewhere.main() == 0
    assert projects_elsewhere.main() == 0
    assert titles == [*ALL, f"{INSIDE} Python 3.13"]


@pytest.mark.parametrize("title", ALL)
def test_one_that_fails_fails_them_all(titles: list[str], title: str) -> None:
    titles.append(title)
    assert elsewhere.main() == 1


def test_what_fails_inside_a_project_fails(titles: list[str]) -> None:
    titles.append(f"{INSIDE} Python 3.13")
    assert projects_elsewhere.main() == 1
