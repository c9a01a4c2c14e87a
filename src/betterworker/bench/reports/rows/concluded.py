"""Conclusions and answers as plain values, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.record import interval_record, standing_record
from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from betterworker.bench.model import Answer, Conclusion


def conclusion_record(conclusion: Conclusion) -> dict[str, object]:
    """With the keys of docs/report-json.md; where the data cannot tell, the grade is None."""
    return {
        "worker": conclusion.worker,
        "topic": conclusion.topic,
        "grade": conclusion.grade,
        "between": list(conclusion.between),
        "best": list(conclusion.best),
        "ratio": interval_record(conclusion.ratio),
        "against": conclusion.against,
        "because": one_line(conclusion.because),
        "rule": conclusion.rule,
        "cells": list(conclusion.cells),
    }


def answer_record(answer: Answer, sentence: str) -> dict[str, object]:
    """A standing over several rows, with its price; ``sentence`` is how reports for people tell it."""
    standing = standing_record(answer.standing)
    kept = {key: value for key, value in standing.items() if key not in ("scenario", "mode")}
    return {
        "site": answer.site,
        "sentence": sentence,
        "rows": list(answer.rows),
        **kept,
        "costs": list(map(one_line, answer.costs)),
    }
