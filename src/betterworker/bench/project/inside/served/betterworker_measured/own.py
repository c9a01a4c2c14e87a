"""The project's own application, and what the path of ours answers."""

from __future__ import annotations

import importlib
import os
from functools import reduce
from typing import Any

PATH = "/__betterworker__/ready"
BODY = b"ok"


def named(path: str) -> Any:
    """What ``module:name`` names."""
    module, _, name = path.partition(":")
    return reduce(getattr, name.split("."), importlib.import_module(module))


def headers() -> list[tuple[str, str]]:
    """Of an answer of ours. The first request of a process, so that no measured one is, loads its URLs."""
    load_urls()
    return [
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(BODY))),
        ("X-Pid", str(os.getpid())),
    ]


def load_urls() -> None:
    try:
        from django.urls import get_resolver

        # Django keeps what it has loaded.
        _ = get_resolver().url_patterns
    except Exception:  # noqa: BLE001 - a request will tell, in the project's own words
        pass
