"""The tests that start servers or browsers, in two processes at once: ``python -m tests.servers``.

Studies claim the CPUs, so that one process has them all, and is watched; what the other says is kept for the
end. Options are pytest's.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence

PYTEST = (sys.executable, "-m", "pytest")
STUDIES = (*PYTEST, "-m", "studies")
OTHERS = (*PYTEST, "-m", "(servers or browser) and not studies")


def both(watched: Sequence[str], other: Sequence[str]) -> int:
    """Both commands to their ends: 0 where both succeed. A terminal's Ctrl-C lets them end in order."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # they are told as well
    try:
        with tempfile.TemporaryFile() as kept:
            beside = subprocess.Popen(other, stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT)
            statuses = [subprocess.Popen(watched).wait(), beside.wait()]
            kept.seek(0)
            sys.stdout.flush()
            sys.stdout.buffer.write(kept.read())
            sys.stdout.flush()
    finally:
        signal.signal(signal.SIGINT, before)
    return int(statuses != [0, 0])


if __name__ == "__main__":
    sys.exit(both([*STUDIES, *sys.argv[1:]], [*OTHERS, *sys.argv[1:]]))
