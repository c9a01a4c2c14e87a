"""Django's own sync middleware around the views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponseBase


class SyncStack(BaseHandler):
    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return super().get_response(request)
        except (SystemExit, KeyboardInterrupt) as error:
            # Of this thread: the server goes on, and the request has failed.
            return cast("HttpResponseBase", response_for_exception(request, cast("Exception", error)))

    def adapt_method_mode(
        self,
        is_async: bool,
        method: Callable[..., Any],
        method_is_async: bool | None = None,
        debug: bool = False,
        name: str | None = None,
    ) -> Callable[..., Any]:
        """Silent: the async chain says the same of the same middleware."""
        del debug, name
        return super().adapt_method_mode(is_async, method, method_is_async)

    def check_response(self, response: Any, callback: Any, name: str | None = None) -> None:
        super().check_response(response, callback, name)
        # Django's async chain awaits it.
        render = getattr(response, "render", None)
        if render is not None and iscoroutinefunction(render):
            response.render = async_to_sync(render)
