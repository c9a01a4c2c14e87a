"""Sets Django up for the handler's tests, with the site's settings: another test may have done it already."""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

if not settings.configured:
    folder = tempfile.TemporaryDirectory(prefix="betterworker-handler-")
    atexit.register(folder.cleanup)
    # Settings are read once, here; the environment is given back for the other tests' child processes.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_SETTINGS_MODULE", "betterworker.site.settings")
        patch.setenv("BETTERWORKER_DB", str(Path(folder.name, "db.sqlite3")))
        for name in (
            "DATABASE_URL",
            "BETTERWORKER_UPSTREAM",
            "BETTERWORKER_REDIS_URL",
            "BETTERWORKER_POSTGRES_URL",
        ):
            patch.delenv(name, raising=False)
        django.setup()
