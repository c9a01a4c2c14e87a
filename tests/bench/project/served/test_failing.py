"""What a served project says of its own errors, without a server."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from betterworker.bench.log_lines import FULL, last_exception
from betterworker.bench.project import inside

FILE = Path(str(inside.__file__)).parent / "served" / "betterworker_measured" / "failing.py"


@dataclass
class FakeTime:
    now: float = 5.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """As in a process that was started in the project's folder, at a moment that does not pass by itself."""
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("failing", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "time", FakeTime())
    return module


def raising(tmp_path: Path, code: str, **names: Any) -> Callable[[], None]:
    """A view of the project, and of one of its packages."""
    scope: dict[str, Any] = {**names}
    exec(compile(code, str(tmp_path / "shop" / "views.py"), "exec"), scope)
    view: Callable[[], None] = scope["view"]
    return view


def caught(failing: ModuleType, view: Callable[[], None]) -> None:
    try:
        view()
    except Exception:  # noqa: BLE001 - whatever it raises
        failing.tell(sender=None, request=None)


def test_what_a_request_raised_is_told_in_a_line_with_its_place(
    failing: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caught(failing, raising(tmp_path, "def view():\n    int('a\\nb')"))
    told = capsys.readouterr().err
    assert told == "ValueError: invalid literal for int() with base 10: 'a\\nb' (shop/views.py:2 in view)\n"
    assert last_exception(f"GET /\n{told}") == told.strip()


def test_the_place_is_the_projects_own_below_which_its_packages_were_called(
    failing: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packaged: dict[str, Any] = {}
    code = "class Broken(Exception): pass\ndef ask():\n    raise Broken('no\\n answer')"
    exec(compile(code, str(tmp_path / ".venv/lib/site-packages/a.py"), "exec"), packaged)
    packaged["Broken"].__module__ = "driver.errors"
    caught(failing, raising(tmp_path, "def view():\n    ask()", ask=packaged["ask"]))
    assert capsys.readouterr().err == "driver.errors.Broken: no answer (shop/views.py:2 in view)\n"


def test_a_long_message_keeps_its_end_which_says_why(failing: ModuleType) -> None:
    error = ConnectionError(f"All failed:\n{500 * 'x'} FATAL:  sorry, too many clients already")
    told = last_exception(failing.line(error))
    assert told is not None
    assert FULL.search(told)


def test_of_many_alike_one_is_told_in_its_time_and_of_each_kind(
    failing: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view = raising(tmp_path, "def view():\n    1 / 0")
    for _ in range(100):
        caught(failing, view)
    caught(failing, raising(tmp_path, "def view():\n    int('')"))
    failing.time.now += 2 * failing.EVERY_S
    caught(failing, view)
    kinds = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert kinds == ["ZeroDivisionError", "ValueError", "ZeroDivisionError"]


def test_an_error_that_cannot_be_shown_is_no_error_of_the_projects(
    failing: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\ndef view():\n    raise Odd"
    )
    caught(failing, raising(tmp_path, code))
    assert capsys.readouterr().err == ""
