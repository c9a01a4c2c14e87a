from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from betterworker.bench.project.inside import facts

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("mailers", "told"),
    [
        (
            {"default": {"BACKEND": "own.Backend", "OPTIONS": {"host": "m.internal"}}},
            ("own.Backend", "m.internal"),
        ),
        ({"default": {}}, (SMTP, "localhost")),
        ({}, (SMTP, "localhost")),
    ],
)
def test_mailers_are_told_where_the_other_settings_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, mailers: dict[str, Any], told: tuple[str, str]
) -> None:
    """As from Django 6.1 on."""
    monkeypatch.setattr(facts, "settings", SimpleNamespace(MAILERS=mailers))
    assert tuple(facts._of_mail().values()) == told
