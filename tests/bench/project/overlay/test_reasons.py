"""Why pip could not install, told in a line."""

from __future__ import annotations

from betterworker.bench.project.overlay.reasons import LONGEST, Reason, reason

CONFLICT = """\
ERROR: Cannot install daphne==4.1 because these package versions have conflicting dependencies.

The conflict is caused by:
    daphne 4.1 depends on twisted>=22.4
    The user requested (constraint) twisted==21.7.0

To fix this you could try to:
"""
OFFLINE = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/uvicorn/
ERROR: Could not find a version that satisfies the requirement uvicorn (from versions: none)
ERROR: No matching distribution found for uvicorn
"""
OLD_PYTHON = """\
ERROR: Ignored the following versions that require a different python version: 1 Requires-Python >=3.9; \
2 Requires-Python >=3.10,<4
ERROR: Could not find a version that satisfies the requirement granian (from versions: none)
ERROR: No matching distribution found for granian
"""


def test_a_conflict_names_what_asks_and_what_the_project_has() -> None:
    text = "daphne 4.1 depends on twisted>=22.4; the project has twisted 21.7.0"
    assert reason(CONFLICT, ["daphne"]) == Reason(text=text, lasts=True)


def test_the_network_is_told_apart_and_is_tried_again() -> None:
    why = reason(OFFLINE, ["uvicorn", "uvloop"])
    assert (why.offline, why.lasts) == (True, False)
    assert "or add uvicorn uvloop to the project" in why.text


def test_another_python_is_said() -> None:
    why = reason(OLD_PYTHON, ["granian"])
    assert why.text == "granian cannot run on the project's Python: it requires >=3.10,<4"
    assert why.lasts


def test_what_no_index_has_is_tried_again() -> None:
    why = reason("ERROR: No matching distribution found for granian", ["granian", "uvloop"])
    assert why == Reason(text="no package index that can be reached has granian: set PIP_INDEX_URL")


def test_of_anything_else_the_last_error_is_told() -> None:
    assert reason("ERROR: disk full\nbye", ["a", "b"]).text == "a b could not be installed: disk full"
    assert reason("", ["a"]).text == "a could not be installed: pip said nothing"


def test_a_reason_stays_short() -> None:
    assert len(reason("ERROR: " + "x" * 1000, ["a"]).text) == LONGEST
