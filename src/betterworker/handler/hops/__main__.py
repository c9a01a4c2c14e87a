"""``python -m betterworker.handler.hops mysite.settings``: JSON, whatever the project itself prints."""

from __future__ import annotations

import json
import os
import platform
import sys
from typing import Any

import asgiref
import django

from betterworker import __version__
from betterworker.handler.hops.guard import Raised, refuse_writes
from betterworker.handler.hops.project import Wrong, set_up, shortened

SCHEMA = 1


def main(arguments: list[str]) -> None:
    (name,) = arguments
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        # What the project prints is not the answer.
        os.dup2(2, 1)
        json.dump({"schema": SCHEMA, **_facts(name)}, out)
    # A project may have started threads that never end.
    os._exit(0)


def _facts(name: str) -> dict[str, Any]:
    try:
        return _checked(name)
    except Wrong as error:
        return {"error": str(error)}


def _checked(name: str) -> dict[str, Any]:
    set_up(name)
    raised = Raised()
    refuse_writes()
    # Only now: Raised has to be there before anything imports what it replaces.
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from betterworker.handler.conf import options
    from betterworker.handler.hops.measuring import measured
    from betterworker.handler.hops.stacks import Unusable
    from betterworker.handler.hops.views import URLCONF, mount

    urls = mount(settings.ROOT_URLCONF, set(settings.DATABASES))
    settings.ROOT_URLCONF = URLCONF
    try:
        facts = measured(raised, options().free_of_io)
    except (Unusable, ImproperlyConfigured) as error:
        raise Wrong(str(error)) from error
    except Exception as error:
        raise Wrong(f"The stack cannot be built:\n{shortened(error)}") from error
    return {
        "settings": name,
        "python": platform.python_version(),
        "django": django.get_version(),
        "asgiref": asgiref.__version__,
        "betterworker": __version__,
        "urls": urls,
        **facts,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
