from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "betterworker.site"
    label = "betterworker_site"
    default_auto_field = "django.db.models.BigAutoField"
