"""A project with Channels: its ASGI application sends HTTP and WebSockets each their way, and knows no
lifespan."""

from __future__ import annotations

from pathlib import Path

from tests.projects.environments import environment
from tests.projects.making import DJANGO, add, begun, manage, write

SETTINGS = """

INSTALLED_APPS += ["channels"]
ASGI_APPLICATION = "mysite.asgi.application"
"""
FILES = {
    "mysite/asgi.py": """
        import os

        from channels.auth import AuthMiddlewareStack
        from channels.routing import ProtocolTypeRouter, URLRouter
        from django.core.asgi import get_asgi_application
        from django.urls import path

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
        http = get_asgi_application()

        from mysite.consumers import Echo

        sockets = AuthMiddlewareStack(URLRouter([path("ws/echo/", Echo.as_asgi())]))
        application = ProtocolTypeRouter({"http": http, "websocket": sockets})
    """,
    "mysite/consumers.py": """
        from channels.generic.websocket import AsyncWebsocketConsumer


        class Echo(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(text_data=text_data)
    """,
    "mysite/views.py": """
        from django.http import HttpResponse, JsonResponse


        def home(request):
            return HttpResponse("<h1>Rooms</h1>")


        async def rooms(request):
            return JsonResponse({"rooms": ["lobby", "kitchen"]})
    """,
    "mysite/urls.py": """
        from django.urls import path

        from mysite import views

        urlpatterns = [path("", views.home), path("rooms/", views.rooms)]
    """,
}


def own_environment() -> Path:
    return environment("channels", DJANGO, "channels>=4.2")


def make(folder: Path) -> Path:
    begun(folder, own_environment())
    write(folder, FILES)
    add(folder, "mysite/settings.py", SETTINGS)
    manage(folder, "migrate", "--verbosity=0")
    return folder
