"""What a table is: a row per scenario, a column per worker, every cell as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from betterworker.bench.reports.rows.words import MISSING

if TYPE_CHECKING:
    from betterworker.bench.model import Status

Tone = Literal["plain", "best", "capped", "doubtful", "bad", "faint"]

TONES: dict[Status, Tone] = {
    "at_ceiling": "capped",
    "generator_limited": "doubtful",
    "saturated": "doubtful",
    "invalid": "bad",
    "failed": "bad",
    "not_run": "faint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """``text`` may have two lines. A ``figure`` stays whole; other words may be broken over lines.

    ``tone`` is for colours and says nothing that the text does not.
    """

    text: str
    tone: Tone = "plain"
    figure: bool = True


NOTHING = Cell(text=MISSING, tone="faint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``cells`` go by the table's columns. A ``title`` may have two lines.

    ``key`` names what the row is of, for links: ``json:sync``, ``json:sync@50%``; empty where that is more
    than one thing.
    """

    title: str
    cells: tuple[Cell, ...]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``about`` says what a cell holds, with its unit. Rows may be none."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
