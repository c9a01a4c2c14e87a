"""The application by itself, for a project whose ``asgi.py`` stays as it is: the settings' module is named by
``DJANGO_SETTINGS_MODULE``, as in ``DJANGO_SETTINGS_MODULE=mysite.settings uvicorn
betterworker.handler.application:application``.
"""

from __future__ import annotations

from betterworker.handler import get_asgi_application

application = get_asgi_application()
