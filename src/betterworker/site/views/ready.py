from __future__ import annotations

import os

from django.http import HttpRequest, HttpResponse

from betterworker.site.models import Row
from betterworker.site.views.naming import named


@named("ready")
def ready(_request: HttpRequest) -> HttpResponse:
    """``ok`` and the answering process's id, once the database has been opened and found filled.

    RuntimeError, hence a logged 500, on an empty table: query views would be fast and worthless.
    """
    if not Row.objects.exists():
        raise RuntimeError("The table is empty. Run: python -m betterworker.site prepare")
    return HttpResponse("ok", content_type="text/plain", headers={"X-Pid": str(os.getpid())})
