from __future__ import annotations

import os

from . import failing, own
from .single import Application

failing.listen()
application = Application(own.named(os.environ["BETTERWORKER_ASGI"]))
