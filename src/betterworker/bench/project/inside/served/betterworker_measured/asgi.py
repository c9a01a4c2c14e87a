from __future__ import annotations

import os

from . import own
from .single import Application

application = Application(own.named(os.environ["BETTERWORKER_ASGI"]))
