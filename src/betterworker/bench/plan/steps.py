"""What a part of a plan is: it yields blocks, and is sent their results."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from betterworker.bench.model import Result, Trial

Block = tuple[Trial, ...]
Steps = Generator[Block, Sequence[Result], None]
