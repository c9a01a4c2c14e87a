from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from . import failing
from .own import BODY, PATH, headers, named

failing.listen()
_own = named(os.environ["BETTERWORKER_WSGI"])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ.get("PATH_INFO") == PATH:
        start_response("200 OK", headers())
        return [BODY]
    answer: Iterable[bytes] = _own(environ, start_response)
    return answer
