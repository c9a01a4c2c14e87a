"""Other people's figures: published logs of wrk under the gates that the bench's own figures pass. Pure."""

from __future__ import annotations

from betterworker.bench.audit.article import ARTICLE_NOTES, article_blocks
from betterworker.bench.audit.blocks import LATENESS_S, Block
from betterworker.bench.audit.delays import Delay, Delays
from betterworker.bench.audit.judged import VERDICTS, Audit, Judged, Verdict, audit
from betterworker.bench.audit.parse import blocks

__all__ = [
    "ARTICLE_NOTES",
    "LATENESS_S",
    "VERDICTS",
    "Audit",
    "Block",
    "Delay",
    "Delays",
    "Judged",
    "Verdict",
    "article_blocks",
    "audit",
    "blocks",
]
