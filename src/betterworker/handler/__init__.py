"""The better worker: a Django ASGI handler that serves sync views at WSGI speed and async views natively.

In a project's ``asgi.py``, in place of Django's own::

    from betterworker.handler import get_asgi_application
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from betterworker.handler.asgi import Handler


def get_asgi_application() -> Handler:
    """A drop-in for ``django.core.asgi.get_asgi_application``: sets Django up, and returns the application.

    Raises ImproperlyConfigured where Django does, and for a setting ``BETTERWORKER`` that cannot be read.
    """
    import django

    django.setup(set_prefix=False)
    from betterworker.handler.asgi import Handler

    return Handler()
