"""The language that a visitor's path is resolved in: paths of i18n_patterns begin with it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.utils import translation


def of_visitors() -> AbstractContextManager[Any]:
    """Of one who asks for none, as LocaleMiddleware has it: startproject's ``en-us`` is no language of
    Django's, and ``en`` is what answers. Raises what the project's URLs raise when they are imported."""
    used, prefixed = is_language_prefix_patterns_used(settings.ROOT_URLCONF)
    if not (used and prefixed and any("locale" in str(path).lower() for path in settings.MIDDLEWARE)):
        return nullcontext()
    try:
        return translation.override(translation.get_supported_language_variant(settings.LANGUAGE_CODE))
    except LookupError:
        return nullcontext()


def of_path(path: str) -> AbstractContextManager[Any]:
    named = translation.get_language_from_path(path)
    return translation.override(named) if named else of_visitors()
