"""From a Study to its Blocks of Trials, one at a time: what comes next may depend on what was measured.

Pure: the same study and the same results give the same blocks, so a resumed run goes on where it stopped.
"""

from betterworker.bench.plan.agenda import Agenda
from betterworker.bench.plan.steps import Block
from betterworker.bench.plan.trials import expected_s

__all__ = ["Agenda", "Block", "expected_s"]
