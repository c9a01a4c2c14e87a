"""The runs of a folder by the clock: what changed from one to another, and what else did. Pure."""

from __future__ import annotations

from betterworker.bench.history.nouns import Entry, History, Moment, Refused
from betterworker.bench.history.telling import begin, history
from betterworker.bench.history.terms import why_not_comparable

__all__ = ["Entry", "History", "Moment", "Refused", "begin", "history", "why_not_comparable"]
