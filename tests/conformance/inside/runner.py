"""A Django test runner that writes what became of each test, one JSON line each."""

from __future__ import annotations

import faulthandler
import json
import os
import traceback
import unittest
from pathlib import Path
from typing import Any, TextIO

from django.test.runner import DiscoverRunner

from tests.conformance.inside.routed import Count, install
from tests.conformance.modes import Mode
from tests.conformance.runs import LAST_LINE

#: The longest hash passwords for seconds, for a minute on a very busy machine: what takes longer hangs.
LONGEST_S = 300


class Recorded(unittest.TextTestResult):
    """``outcome`` of a test is the worst of its subtests'."""

    to: TextIO
    _outcome = "passed"
    _detail = ""
    _requests_before = 0

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self._outcome = "passed"
        self._detail = ""
        self._requests_before = Count.requests
        faulthandler.dump_traceback_later(LONGEST_S, exit=True, file=2)

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        faulthandler.cancel_dump_traceback_later()
        self._write(test.id(), self._outcome, self._detail, Count.requests - self._requests_before)
        super().stopTest(test)

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802
        super().addError(test, err)
        self._failed("error", self.errors[-1][1])
        if not isinstance(test, unittest.TestCase):  # what could not be set up: its tests do not begin
            self._write(test.id(), self._outcome, self._detail, 0)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addFailure(test, err)
        self._failed("failed", self.failures[-1][1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failed("failed", f"{subtest}\n{''.join(traceback.format_exception(*err))}")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        super().addSkip(test, reason)
        self._outcome = "skipped"

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().addUnexpectedSuccess(test)
        self._failed("failed", "It was expected to fail.")

    def _failed(self, outcome: str, detail: str) -> None:
        self._outcome = outcome
        self._detail += detail

    def _write(self, test: str, outcome: str, detail: str, requests: int) -> None:
        line = {"test": test, "outcome": outcome, "detail": detail, "requests": requests}
        self.to.write(json.dumps(line) + "\n")
        self.to.flush()


class Runner(DiscoverRunner):
    """Imported after Django is set up and before any test is."""

    def get_resultclass(self) -> type[unittest.TextTestResult]:
        return Recorded

    def run_suite(self, suite: Any, **kwargs: Any) -> Any:
        with Path(os.environ["CONFORMANCE_RESULTS"]).open("w") as Recorded.to:
            result = super().run_suite(suite, **kwargs)
            Recorded.to.write(LAST_LINE)
            return result


if (_mode := Mode(os.environ["CONFORMANCE_MODE"])) is not Mode.STOCK:
    install(_mode)
