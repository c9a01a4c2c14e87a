"""Pages of a Wagtail site: their URLs are in the database, not among the patterns."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from . import language
from .patience import within

PATIENCE_S = 10.0


def some(most: int) -> tuple[list[dict[str, str]], str | None]:
    """The site's root page and ``most`` live ones, of different kinds first; and why there are none."""
    if not most or not apps.is_installed("wagtail"):
        return [], None
    try:
        return within(PATIENCE_S, lambda: _in_its_language(most)), None
    except Exception as error:  # noqa: BLE001 - whatever a database raises
        return [], f"{type(error).__name__}: {error}".splitlines()[0]


def _in_its_language(most: int) -> list[dict[str, str]]:
    with language.of_visitors():
        return _found(most)


def _found(most: int) -> list[dict[str, str]]:
    from wagtail.models import Page, Site  # type: ignore[import-not-found, unused-ignore]

    site = Site.objects.filter(is_default_site=True).first() or Site.objects.first()
    if site is None:
        return []
    live = Page.objects.live().public().descendant_of(site.root_page).order_by("path")
    kinds: dict[Any, Any] = {}
    for page in live[: 100 * most]:
        kinds.setdefault(page.content_type_id, page)
    first = list(kinds.values())
    others = [page for page in live[:most] if page.pk not in {each.pk for each in first}]
    return [_page(page) for page in [site.root_page, *[*first, *others][:most]] if page.get_url_parts()]


def _page(page: Any) -> dict[str, str]:
    kind = page.specific_class or type(page)
    return {
        "path": page.get_url_parts()[2],
        "origin": "wagtail",
        "view": f"{kind.__module__}.{kind.__name__}",
    }
