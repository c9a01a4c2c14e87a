from __future__ import annotations

import pytest

from betterworker.bench.log_lines import LEFT_OUT, LONGEST, MOST, last_exception, tail, telling

DJANGO_LOG = """\
Internal Server Error: /async/json
Traceback (most recent call last):
  File "/lib/asgiref/sync.py", line 10, in inner
    response = await get_response(request)
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
ValueError: first

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/lib/django/core/handlers/base.py", line 20, in _get_response
    raise self.Error
{raised}
[2025-01-01 00:00:00 +0000] [17] [INFO] Error handling went on
"""


@pytest.mark.parametrize(
    "raised",
    [
        "RuntimeError: no running event loop",
        "django.db.utils.OperationalError: no such table: rows",
        "django.core.exceptions.SynchronousOnlyOperation: You cannot call this from an async context",
        "django.template.exceptions.TemplateDoesNotExist: rows.html",
        "KeyboardInterrupt",
        "httpx.ConnectTimeout",
    ],
)
def test_the_last_exception_of_a_log_is_found(raised: str) -> None:
    assert last_exception(DJANGO_LOG.format(raised=raised)) == raised


def test_a_log_without_an_exception_has_none() -> None:
    assert last_exception("Not Found: /favicon.ico\nStarting development server\n") is None


def test_a_long_exception_is_cut() -> None:
    found = last_exception("ValueError: " + 1000 * "x")
    assert found is not None
    assert len(found) == 300


FULL = "OperationalError: connection failed: FATAL:  sorry, too many clients already"


def test_an_exception_that_tells_a_cause_comes_before_one_that_follows_from_it() -> None:
    assert last_exception(f"{FULL}\nRuntimeError: no answer\n") == FULL


@pytest.mark.parametrize(
    "line",
    [
        "[2025-01-01] [17] [CRITICAL] WORKER TIMEOUT (pid:18)",
        "[2025-01-01] [17] [CRITICAL] no such socket",
        "Worker (pid:18) was sent SIGKILL! Perhaps out of memory?",
        FULL,
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
        "django.db.utils.OperationalError: database is locked",
    ],
)
def test_a_line_that_tells_a_cause_is_kept_before_a_long_traceback(line: str) -> None:
    lines = ["booting", line, *(f"  frame {n}" for n in range(99))]
    assert tail(lines, 2, lines).splitlines() == [line, LEFT_OUT, "  frame 97", "  frame 98"]


def test_what_was_said_before_is_no_cause_of_now() -> None:
    lines = ["WORKER TIMEOUT", "one", "two"]
    assert tail(lines, 1, lines[1:]) == "two"


def test_what_is_kept_of_a_log_is_bounded_and_each_cause_has_its_place() -> None:
    told = telling([*(100 * [FULL + LONGEST * "x"]), "WORKER TIMEOUT"])
    assert [len(line) for line in told] == [*(MOST * [LONGEST]), len("WORKER TIMEOUT")]
