"""Optional: with ``betterworker.handler`` in INSTALLED_APPS, ``manage.py check`` checks the setting too."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from betterworker.handler.conf import NAME, problems


class HandlerConfig(AppConfig):
    name = "betterworker.handler"
    label = "betterworker_handler"

    def ready(self) -> None:
        checks.register(check_setting)


def check_setting(**_: Any) -> list[checks.CheckMessage]:
    wrong = problems(getattr(settings, NAME, {}))
    return [checks.Error(f"{NAME}: {each}", id="betterworker.E001") for each in wrong]
