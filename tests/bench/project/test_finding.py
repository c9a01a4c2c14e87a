from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.finding import manage_folder
from betterworker.bench.project.interpreters import interpreter
from betterworker.bench.project.settings_module import settings_of

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")\n'


def a_project(folder: Path, settings: str = "mysite.settings") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manage.py").write_text(MANAGE.format(settings=settings))
    return folder


def a_python(file: Path, django: str | None = "5.2") -> Path:
    """A program that says it has Django, or has not."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho {django or '-'}\necho ${{SHIM_OF:-$0}}\n")
    file.chmod(0o755)
    return file


def test_it_is_found_here_below_and_above(tmp_path: Path) -> None:
    project = a_project(tmp_path / "repository/backend")
    (project / "mysite/templates").mkdir(parents=True)
    assert manage_folder(project) == project
    assert manage_folder(tmp_path / "repository") == project
    assert manage_folder(project / "mysite/templates") == project


def test_environments_and_packages_are_not_searched(tmp_path: Path) -> None:
    a_project(tmp_path / "node_modules/other")
    a_project(tmp_path / ".hidden")
    a_project(tmp_path / "packages/environment/lib")
    (tmp_path / "packages/environment/pyvenv.cfg").touch()
    with pytest.raises(BadInput, match="No Django project here"):
        manage_folder(tmp_path)


def test_none_says_where_it_was_looked_for_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text("print('of a film')")
    with pytest.raises(BadInput, match=r"no manage\.py in .*--folder PATH"):
        manage_folder(tmp_path)


@pytest.mark.parametrize("above", [True, False])
def test_it_is_said_to_be_looked_for_above_where_it_is(above: bool, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        manage_folder(tmp_path, above=above)
    assert ("nor above" in str(refused.value)) == above


def test_two_are_named(tmp_path: Path) -> None:
    a_project(tmp_path / "shop")
    a_project(tmp_path / "blog")
    with pytest.raises(BadInput, match=r"2 Django projects .*: blog, shop\. Say which: --folder blog"):
        manage_folder(tmp_path)


def test_a_project_within_a_project_is_its_own_business(tmp_path: Path) -> None:
    outer = a_project(tmp_path / "shop")
    a_project(outer / "tests/example")
    assert manage_folder(tmp_path) == outer


def test_a_folder_that_is_named_is_not_left(tmp_path: Path) -> None:
    a_project(tmp_path)
    (tmp_path / "docs").mkdir()
    with pytest.raises(BadInput, match="No Django project here"):
        manage_folder(tmp_path / "docs", above=False)


@pytest.mark.parametrize(
    "line",
    [
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")',
        'os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"',
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", os.getenv("WHICH", "config.settings"))',
        'environ.setdefault(\n    "DJANGO_SETTINGS_MODULE",\n    "config.settings",\n)',
    ],
)
def test_settings_are_read_from_manage_py(tmp_path: Path, line: str) -> None:
    (tmp_path / "manage.py").write_text(f"import os\n# DJANGO_SETTINGS_MODULE, 'other'\n{line}\n")
    assert settings_of(tmp_path, None, {}) == "config.settings"


def test_what_is_given_is_before_the_environment_and_that_before_manage_py(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    environ = {"DJANGO_SETTINGS_MODULE": "mysite.of_the_shell"}
    assert settings_of(project, None, environ) == "mysite.of_the_shell"
    assert settings_of(project, "mysite.given", environ) == "mysite.given"


def test_two_settings_are_named(tmp_path: Path) -> None:
    choice = '"a.test" if testing else "a.local"'
    (tmp_path / "manage.py").write_text(f'os.environ.setdefault("DJANGO_SETTINGS_MODULE", {choice})')
    with pytest.raises(BadInput, match=r"several settings, a\.test and a\.local\. .*--settings a\.test"):
        settings_of(tmp_path, None, {})


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[tool.django]\nsettings_module = "shop.settings"'),
        ("pyproject.toml", '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "shop.settings"'),
        ("pyproject.toml", '[tool.django-stubs]\ndjango_settings_module = "shop.settings"'),
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings"),
        ("setup.cfg", "[tool:pytest]\nDJANGO_SETTINGS_MODULE = shop.settings"),
    ],
)
def test_tools_know_the_settings_that_manage_py_does_not_say(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / "manage.py").write_text("import django")
    (tmp_path / file).write_text(text)
    assert settings_of(tmp_path, None, {}) == "shop.settings"


def test_settings_that_nothing_names_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text("import django")
    with pytest.raises(BadInput, match="--settings MODULE"):
        settings_of(tmp_path, None, {})


@pytest.mark.parametrize(
    ("settings", "said"),
    [("mysite/settings.py", "as mysite.settings"), ("my-site.settings", "no module's name")],
)
def test_settings_are_a_modules_name(tmp_path: Path, settings: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        settings_of(tmp_path, settings, {})


def test_the_active_environment_is_before_the_folders_own(tmp_path: Path) -> None:
    own = a_python(tmp_path / ".venv/bin/python")
    active = a_python(tmp_path / "elsewhere/bin/python")
    assert interpreter(tmp_path, None, {}) == str(own)
    assert interpreter(tmp_path, None, {"VIRTUAL_ENV": str(tmp_path / "elsewhere")}) == str(active)


def test_an_environment_above_is_found_up_to_the_repositorys_root(tmp_path: Path) -> None:
    (tmp_path / "repository/.git").mkdir(parents=True)
    (tmp_path / "repository/backend").mkdir()
    own = a_python(tmp_path / "repository/venv/bin/python")
    assert interpreter(tmp_path / "repository/backend", None, {}) == str(own)


def test_one_without_django_is_passed_over(tmp_path: Path) -> None:
    a_python(tmp_path / ".venv/bin/python", django=None)
    other = a_python(tmp_path / "programs/python3")
    assert interpreter(tmp_path, None, {"PATH": str(tmp_path / "programs")}) == str(other)


def test_a_program_that_chooses_the_interpreter_is_not_the_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_python(tmp_path / "shims/python3")
    monkeypatch.setenv("SHIM_OF", "/versions/3.12/bin/python3")
    assert interpreter(tmp_path, None, {"PATH": str(tmp_path / "shims")}) == "/versions/3.12/bin/python3"


def test_the_folders_own_environment_is_before_condas(tmp_path: Path) -> None:
    own = a_python(tmp_path / "venv/bin/python")
    a_python(tmp_path / "conda/bin/python")
    assert interpreter(tmp_path, None, {"CONDA_PREFIX": str(tmp_path / "conda")}) == str(own)


def test_poetry_is_asked_for_an_environment_that_lies_elsewhere(tmp_path: Path) -> None:
    python = a_python(tmp_path / "cache/poetry/bin/python")
    poetry = a_python(tmp_path / "programs/poetry")
    poetry.write_text(f"#!/bin/sh\necho {python}\n")
    (tmp_path / "poetry.lock").touch()
    assert interpreter(tmp_path, None, {"PATH": str(tmp_path / "programs")}) == str(python)


@pytest.mark.parametrize("script", ["exit 1", "echo /nowhere/bin/python", "true"])
def test_a_tool_that_names_none_is_told(script: str, tmp_path: Path) -> None:
    a_python(tmp_path / "programs/poetry").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "poetry.lock").touch()
    with pytest.raises(BadInput, match=r"poetry env info --executable: it named no interpreter"):
        interpreter(tmp_path, None, {"PATH": str(tmp_path / "programs")})


def test_an_environments_link_is_not_followed(tmp_path: Path) -> None:
    real = a_python(tmp_path / "real/python3")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(real)
    assert interpreter(tmp_path, None, {}) == str(tmp_path / ".venv/bin/python")


def test_all_that_were_tried_are_told(tmp_path: Path) -> None:
    a_python(tmp_path / ".venv/bin/python", django=None)
    (tmp_path / "venv/bin/python").mkdir(parents=True)
    with pytest.raises(BadInput, match=r"(?s)\.venv in .*it has no Django.*cannot be run.*--python PATH"):
        interpreter(tmp_path, None, {"PATH": ""})


def test_the_one_that_is_given_must_have_django(tmp_path: Path) -> None:
    python = a_python(tmp_path / "bin/python", django=None)
    with pytest.raises(BadInput, match="it has no Django"):
        interpreter(tmp_path, str(python), {})
    with pytest.raises(BadInput, match="is no program"):
        interpreter(tmp_path, str(tmp_path / "nowhere"), {})


def test_an_environments_folder_may_be_given(tmp_path: Path) -> None:
    python = a_python(tmp_path / "environment/bin/python")
    assert interpreter(tmp_path, str(tmp_path / "environment"), {}) == str(python)
