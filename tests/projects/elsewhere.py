"""What the bench does inside a project, tested on Django 6: a project has the Django that its owner chose.

``make projects-next``. On the newest Python that is here, in an environment of its own: the handler
has one without the bench's packages, for it needs none.
"""

from __future__ import annotations

import sys

from tests.conformance import elsewhere
from tests.conformance.sources import ROOT

_NEEDS = ("--editable", f"{ROOT}[bench]", "hypothesis>=6.120")
_TESTS = ("-m", "not servers and not browser", "tests/bench/project")


def main() -> int:
    there = elsewhere.interpreters()
    if not there:
        return elsewhere.skipped()
    newest = there[0]
    python = elsewhere.environment(newest, elsewhere.NEXT, *_NEEDS, suffix="-bench")
    return elsewhere.run_tests(f"What is done inside a project, on {newest.name}", python, *_TESTS)


if __name__ == "__main__":
    sys.exit(main())
