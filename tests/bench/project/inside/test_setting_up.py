from __future__ import annotations

import importlib
from pathlib import Path

import django
import pytest

import betterworker
from betterworker.bench.project.inside.setting_up import shortened

DJANGO = Path(django.__file__).parent
BETTERWORKER = Path(betterworker.__file__).parent


def told(filename: str) -> str:
    """Of an error that was raised in that file, and nowhere else."""
    with pytest.raises(ZeroDivisionError) as error:
        exec(compile("1 / 0", filename, "exec"), {})
    here = error.value.__traceback__
    assert here is not None
    return shortened(error.value.with_traceback(here.tb_next))


def test_a_package_whose_name_begins_as_djangos_is_none_of_its_own() -> None:
    assert "a.py:1" in told(f"{DJANGO}_extra/a.py")
    assert "a.py:1" not in told(f"{DJANGO}/a.py")


def test_nothing_of_ours_is_told_whichever_room_it_is_of() -> None:
    assert "asgi.py" not in told(f"{BETTERWORKER}/handler/asgi.py")
    assert "importlib" not in told("<frozen importlib._bootstrap>")
    assert "importlib" not in told(importlib.__file__)
