"""By which ways the project sends mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import mail

_UNNAMED = "django.core.mail.backends.smtp.EmailBackend"


def mailers() -> Iterator[dict[str, str]]:
    named = _named()
    if named is None:
        yield _told("default", settings.EMAIL_BACKEND, settings.EMAIL_HOST)
        return
    for alias, entry in named.items():
        yield _told(alias, entry.get("BACKEND", _UNNAMED), (entry.get("OPTIONS") or {}).get("host"))


def _named() -> Any:
    """``MAILERS``, which Django has from 6.1 on: where it is set, the older ones cannot even be read."""
    return getattr(settings, "MAILERS", None) if hasattr(mail, "mailers") else None


def _told(alias: str, backend: Any, host: Any) -> dict[str, str]:
    return {"alias": str(alias), "backend": str(backend), "host": str(host or "")}
