"""Run once in a new overlay, before servers are waited for: all that they will import is compiled.

What cannot be imported is told by the servers, which import it as well.
"""

from __future__ import annotations

import faulthandler
import os
import traceback

from . import own

#: A project that is not imported by then waits for something: its stack says for what.
PATIENCE_S = 120.0


def main() -> None:
    faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
    for name in ("BETTERWORKER_WSGI", "BETTERWORKER_ASGI"):
        if path := os.environ.get(name):
            try:
                own.named(path)
            except BaseException:  # noqa: BLE001 - a project's module may end the program
                traceback.print_exc()
    own.load_urls()
    # It may have started threads that never end.
    os._exit(0)


if __name__ == "__main__":
    main()
