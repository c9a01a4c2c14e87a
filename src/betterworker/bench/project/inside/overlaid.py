"""Imported by every start of an overlay's interpreter: the project's packages, before the overlay's own.

Its name there is `MODULE`; the folders are in a file beside it, one a line.
"""

from __future__ import annotations

import site
import sys
from pathlib import Path

_HERE = Path(__file__).parent


def add(folders: list[str]) -> None:
    """With what their .pth files say, as editable installs need it."""
    known = list(sys.path)
    for folder in folders:
        site.addsitedir(folder)
    here = sys.path.index(str(_HERE))
    after = sys.path[here:]
    theirs = [each for each in after if each not in known]
    sys.path[here:] = [*theirs, *(each for each in after if each in known)]


add(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines())
