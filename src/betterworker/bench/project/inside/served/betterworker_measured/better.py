"""The project in betterworker's handler: its own ``asgi.py`` as it is with the one line changed; the handler
alone where it has none, or where that does not ask Django for its application."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from . import failing, own
from .single import Application

HANDLER = "betterworker.handler"


def handler() -> Any:
    """That of the betterworker that measures, whichever the environment has."""
    package = Path(os.environ["BETTERWORKER_PACKAGE"])
    spec = importlib.util.spec_from_file_location(
        "betterworker", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["betterworker"] = module
    spec.loader.exec_module(module)
    return importlib.import_module(HANDLER)


def in_handler(path: str | None) -> Any:
    """The application by that path, its Django in the handler."""
    ours = handler()
    if path:
        theirs = imported(path, ours.get_asgi_application)
        if f"{HANDLER}.asgi" in sys.modules:  # it is loaded by who makes one
            return theirs
    return ours.get_asgi_application()


def imported(path: str, get_asgi_application: Any) -> Any:
    from django.core import asgi

    stock = asgi.get_asgi_application
    asgi.get_asgi_application = get_asgi_application
    try:
        return own.named(path)
    finally:
        asgi.get_asgi_application = stock


failing.listen()
application = Application(in_handler(os.environ.get("BETTERWORKER_ASGI")))
