"""The command in a Procfile or a Dockerfile."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.project.deploy.found import found, home, of_dockerfile, of_procfile


def test_a_procfiles_web_process_is_found(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("release: python manage.py migrate\nweb: gunicorn shop.wsgi\n")
    told = found(tmp_path)
    assert told is not None
    assert (told.command, told.source) == ("gunicorn shop.wsgi", tmp_path / "Procfile")


def test_a_repository_has_it_at_its_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Procfile").write_text("web: gunicorn shop.wsgi\n")
    project = tmp_path / "src" / "shop"
    project.mkdir(parents=True)
    told = found(project)
    assert told is not None
    assert told.source.parent == tmp_path


def test_above_a_folder_without_a_repository_nothing_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: gunicorn shop.wsgi\n")
    project = tmp_path / "shop"
    project.mkdir()
    assert found(project) is None


def test_a_command_of_no_known_server_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: node server.js\n")
    (tmp_path / "Dockerfile").write_text('FROM python\nCMD ["gunicorn", "shop.wsgi"]\n')
    told = found(tmp_path)
    assert told is not None
    assert told.source.name == "Dockerfile"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('FROM python\nCMD ["gunicorn", "shop.wsgi", "-w", "2"]', "gunicorn shop.wsgi -w 2"),
        ("FROM python\nCMD gunicorn shop.wsgi", "gunicorn shop.wsgi"),
        ("FROM python\nCMD gunicorn \\\n  # a comment\n  shop.wsgi", "gunicorn    shop.wsgi"),
        (
            'FROM python\nENTRYPOINT ["/entry.sh"]\nCMD ["gunicorn", "shop.wsgi"]',
            "/entry.sh gunicorn shop.wsgi",
        ),
        ('FROM a\nCMD ["node"]\nFROM python\nCMD ["gunicorn", "shop.wsgi"]', "gunicorn shop.wsgi"),
        (
            "FROM python\nENV WEB_CONCURRENCY=2 A=b\nCMD gunicorn shop.wsgi",
            "WEB_CONCURRENCY=2 gunicorn shop.wsgi",
        ),
        ("FROM python\nENV HOME_DIR /app\nCMD gunicorn --chdir $HOME_DIR x", "gunicorn --chdir /app x"),
        ("FROM python\nENV W=3\nCMD gunicorn -w ${W:-2} x", "gunicorn -w 3 x"),
        ("FROM python\nENV W=\nCMD gunicorn -w ${W:-2} -t ${T:-9} x", "gunicorn -w ${W:-2} -t ${T:-9} x"),
        ("FROM python\nCMD gunicorn -b :$PORT shop.wsgi", "gunicorn -b :$PORT shop.wsgi"),
        ("FROM python\nRUN true", None),
    ],
)
def test_a_dockerfiles_last_stage_says_what_is_started(text: str, command: str | None) -> None:
    assert of_dockerfile(text) == command


def test_a_procfile_without_a_web_process_has_no_command() -> None:
    assert of_procfile("worker: celery\n") is None


def test_a_starter_sites_image_is_read(tmp_path: Path) -> None:
    shell_form = "CMD set -xe; python manage.py migrate --noinput; gunicorn shop.wsgi:application"
    (tmp_path / "Dockerfile").write_text(f"FROM python\n{shell_form}\n")
    told = found(tmp_path)
    assert told is not None
    assert told.command == "gunicorn shop.wsgi:application"


def test_a_variable_that_may_be_a_secret_is_left_out(tmp_path: Path) -> None:
    line = "web: KEY=swordfish WEB_CONCURRENCY=2 gunicorn -e KEY=swordfish shop.wsgi -b :$PORT"
    (tmp_path / "Procfile").write_text(line)
    told = found(tmp_path)
    assert told is not None
    assert told.command == "WEB_CONCURRENCY=2 gunicorn shop.wsgi -b :$PORT"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The folder of a manage.py, two below another."""
    folder = tmp_path / "shop" / "src"
    folder.mkdir(parents=True)
    return folder


def test_a_repository_is_deployed_from_its_root(tmp_path: Path, source: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert home(source, source) == tmp_path


@pytest.mark.parametrize("name", ["Procfile", "Dockerfile"])
def test_a_part_of_a_repository_may_be_deployed_by_itself(name: str, tmp_path: Path, source: Path) -> None:
    (tmp_path / ".git").mkdir()
    (source.parent / name).write_text("")
    assert home(source, tmp_path) == source.parent


def test_what_no_repository_holds_is_deployed_from_the_files_folder(tmp_path: Path, source: Path) -> None:
    assert home(source, source.parent) == source.parent
    assert home(source, tmp_path / "elsewhere") == source
