"""A small project on the interpreter of the tests, and the file that says how it is measured."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.overlay import Overlay
from betterworker.bench.project.overlay.nouns import Hold

FILES = {
    "shop/settings.py": """
        SECRET_KEY = "of-a-test"
        ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
        ROOT_URLCONF = "shop.urls"
        MIDDLEWARE = []
        USE_TZ = True
    """,
    "shop/urls.py": """
        import os
        import sys

        from django.http import HttpResponse, JsonResponse
        from django.urls import path

        TOLD = ("WEB_CONCURRENCY", "UVICORN_RELOAD", "GUNICORN_CMD_ARGS", "OF_THE_FILE")


        def home(request):
            return HttpResponse("home")


        async def rooms(request):
            return HttpResponse("rooms")


        def broken(request):
            raise ValueError(f"no such book {request.GET['book']}")


        def told(request):
            return JsonResponse(
                {
                    "cwd": os.getcwd(),
                    "env": {name: os.environ[name] for name in TOLD if name in os.environ},
                    "handler": "betterworker.handler.asgi" in sys.modules,
                }
            )


        urlpatterns = [path("", home), path("rooms/", rooms), path("told/", told), path("broken/", broken)]
    """,
    "shop/wsgi.py": """
        from django.core.wsgi import get_wsgi_application

        application = get_wsgi_application()
    """,
    "shop/asgi.py": """
        from django.core.asgi import get_asgi_application


        class Router:
            # As of Channels: it sends each scope its way, and knows no lifespan.
            def __init__(self, routes):
                self.routes = routes

            async def __call__(self, scope, receive, send):
                if scope["type"] not in self.routes:
                    raise ValueError(f"No application for {scope['type']}")

                async def marked(message):
                    if message["type"] == "http.response.start":
                        message = {**message, "headers": [*message["headers"], (b"x-router", b"yes")]}
                    await send(message)

                await self.routes[scope["type"]](scope, receive, marked)


        application = Router({"http": get_asgi_application()})
    """,
}


def a_project(folder: Path) -> Path:
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip())
    return folder


def a_project_file(folder: Path, **overrides: Any) -> ProjectFile:
    file = ProjectFile(
        path=folder / "betterworker.toml",
        folder=folder,
        python=sys.executable,
        settings="shop.settings",
        wsgi="shop.wsgi:application",
        asgi="shop.asgi:application",
    )
    return replace(file, **overrides)


def an_overlay(folder: Path, **overrides: Any) -> Overlay:
    """One that was never made."""
    made = Overlay(
        python="/overlay/bin/python",
        version="CPython 3.11.7",
        packages={"django": "5.2.1", "gunicorn": "23.0.0"},
        refused={},
        folder=folder,
        hold=Hold(folder / "in-use"),
    )
    return replace(made, **overrides)
