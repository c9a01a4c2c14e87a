"""What fails a build (``--fail-if``): limits on one run's figures, or on what changed between two. Pure.

A condition holds only where the data carries it: the whole interval lies beyond its limit. *Cannot tell*
is an outcome of its own.
"""

from __future__ import annotations

from betterworker.bench.conditions.absolute import of_run
from betterworker.bench.conditions.asked import require
from betterworker.bench.conditions.outcomes import Outcome, failing
from betterworker.bench.conditions.relative import of_changes
from betterworker.bench.conditions.text import Condition, parse

__all__ = ["Condition", "Outcome", "failing", "of_changes", "of_run", "parse", "require"]
