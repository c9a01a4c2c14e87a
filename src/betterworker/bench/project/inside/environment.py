"""Run by an interpreter: says as JSON which it is, where its packages are, and which it has."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import site
import sys
from collections.abc import Iterator
from typing import Any


def folders() -> Iterator[str]:
    """Its site folders, a user's own among them, in the order of its path."""
    known = list(site.getsitepackages())
    if site.ENABLE_USER_SITE:
        known.append(site.getusersitepackages())
    real = {os.path.realpath(each) for each in known}
    for each in sys.path:
        if os.path.realpath(each) in real and os.path.isdir(each):  # noqa: PTH112
            yield each


def distributions() -> dict[str, str]:
    """Version by normalised name (PEP 503)."""
    found: dict[str, str] = {}
    for each in importlib.metadata.distributions():
        name, version = each.metadata["Name"], each.metadata["Version"]
        # An interrupted pip leaves nameless folders. The first on the path is the one imported.
        if name and version:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    return dict(sorted(found.items()))


def told() -> dict[str, Any]:
    return {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "version": f"{platform.python_implementation()} {platform.python_version()}",
        "folders": list(dict.fromkeys(folders())),
        "packages": distributions(),
    }


if __name__ == "__main__":
    # Not this folder, which is not there where Python was told so (PYTHONSAFEPATH).
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    sys.path[:] = [each for each in sys.path if os.path.realpath(each) != os.path.realpath(here)]
    json.dump(told(), sys.stdout)
