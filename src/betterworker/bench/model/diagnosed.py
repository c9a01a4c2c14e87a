"""What holds a site back, with the evidence measured here and the mend. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: It costs much, it costs some, or it is worth knowing.
Weight = Literal["much", "some", "note"]
WEIGHTS: tuple[Weight, ...] = ("much", "some", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """``what`` is one clause for people, ``mend`` one line: a setting, or code to write. ``where`` are places
    in the project's code (``shop/views.py:12 in report``), outermost first. ``workers`` are those whose
    windows showed it; none where the project does it whichever serves it."""

    topic: str
    weight: Weight
    what: str
    evidence: tuple[str, ...]
    mend: str
    where: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
