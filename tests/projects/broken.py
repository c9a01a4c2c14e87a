"""A project that cannot be imported: its settings need a package that its environment does not have."""

from __future__ import annotations

from pathlib import Path

from tests.projects.making import begun, change, plain_environment, write

MISSING = "environ_that_is_not_there"


def make(folder: Path) -> Path:
    begun(folder, plain_environment())
    write(folder, {"mysite/reading.py": f"import {MISSING}\n"})
    settings = "from pathlib import Path\n"
    change(folder, "mysite/settings.py", settings, f"{settings}\nfrom mysite import reading\n")
    return folder
