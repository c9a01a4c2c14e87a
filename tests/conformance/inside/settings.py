"""Settings for Django's runtests.py: its own, with our runner."""

from test_sqlite import *  # type: ignore[import-not-found] # noqa: F403 - of Django's tests folder

TEST_RUNNER = "tests.conformance.inside.runner.Runner"
