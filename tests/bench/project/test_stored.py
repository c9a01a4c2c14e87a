"""What a study keeps of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.model import Project
from betterworker.bench.project.stored import stored
from tests.bench.project.builders import a_facts, a_file


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    return tmp_path


def kept(of_file: Path, folder: Path) -> Project:
    return stored(a_file(path=of_file / "betterworker.toml", folder=folder), a_facts())


def test_the_folder_of_manage_py_is_kept_as_its_file_names_it(repository: Path) -> None:
    project = kept(repository, repository / "src")
    assert (project.folder, project.deployed) == ("src", "src")


def test_a_procfile_lies_at_the_repositorys_root_wherever_the_file_is(repository: Path) -> None:
    project = kept(repository / "src", repository / "src")
    assert (project.folder, project.deployed) == ("", "src")


def test_where_all_lie_together_there_is_nowhere_to_go(repository: Path) -> None:
    project = kept(repository, repository)
    assert (project.folder, project.deployed) == ("", "")
