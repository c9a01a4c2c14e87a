"""The ways in which Django's suites are run."""

from __future__ import annotations

from enum import StrEnum

#: Django's that are about requests, or make many with its test clients.
SUITES = (
    "asgi",
    "handlers",
    "middleware_exceptions",
    "async",
    "deprecation",
    "signals",
    "file_uploads",
    "requests_tests",
    "staticfiles_tests",
    "test_client",
    "csrf_tests",
    "sessions_tests",
    "i18n",
    "logging_tests",
    "admin_docs",
    "auth_tests",
    "conditional_processing",
    "context_processors",
    "flatpages_tests",
    "generic_views",
    "messages_tests",
    "middleware",
    "redirects_tests",
    "shortcuts",
    "sitemaps_tests",
    "syndication_tests",
    "test_client_regress",
    "urlpatterns_reverse",
    "view_tests",
)


class Mode(StrEnum):
    """Most suites use Django's test clients, which call middleware and view past any ASGI handler.

    So they are run with clients that send each request through the handler, as a server would. What these
    cannot do (have a WSGIRequest, say) is told by a run of the same clients through Django's own handler.
    """

    #: Django as it is.
    STOCK = "stock"
    #: Both test clients go through Django's own ASGI handler.
    ROUTED_STOCK = "routed-stock"
    #: This handler in the place of Django's, and both test clients go through it.
    ROUTED = "routed"
    #: The same, and each request is taken for one of an async view, whatever its URL says.
    TAKEN_FOR_ASYNC = "taken-for-async"
    #: ... of a sync view.
    TAKEN_FOR_SYNC = "taken-for-sync"
    #: This handler in the place of Django's, test clients as Django has them: for what routed ones cannot do.
    REPLACED = "replaced"

    @property
    def routes_clients(self) -> bool:
        return self not in (Mode.STOCK, Mode.REPLACED)

    @property
    def is_ours(self) -> bool:
        return self not in (Mode.STOCK, Mode.ROUTED_STOCK)

    @property
    def guess(self) -> bool | None:
        """What each request is taken for: one of an async view or not; None as the handler guesses."""
        return {Mode.TAKEN_FOR_ASYNC: True, Mode.TAKEN_FOR_SYNC: False}.get(self)
