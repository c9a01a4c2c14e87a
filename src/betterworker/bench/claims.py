"""One study at a time on a CPU: two on the same one would measure each other.

A claim is a listening socket in Linux's abstract namespace, a name for each CPU. The kernel gives it up with
the process however that ends, nothing is left on the disk, and whoever finds it taken can ask by whom.
Processes of another network namespace (a container) do not see it: that is the disturbance gate's.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Iterator, Sequence

from betterworker.bench.errors import Unprepared

#: struct ucred: process, user and group id.
_PEER = struct.Struct("3i")
#: In the environment of what must not measure, as it would disturb a study: the reason, which is told.
REFUSED = "BETTERWORKER_MUST_NOT_MEASURE"


@contextlib.contextmanager
def claimed(cpus: Sequence[int], scope: str = "betterworker") -> Iterator[None]:
    """Hold the CPUs for this program; where another's claims cannot be seen (not on Linux) it does nothing.

    Raises Unprepared when another holds one, and where ``REFUSED`` is in the environment.
    """
    if reason := os.environ.get(REFUSED):
        raise Unprepared(f"Nothing may be measured here: {reason} ({REFUSED} is set)")
    with contextlib.ExitStack() as claims:
        if sys.platform == "linux":
            for cpu in sorted(set(cpus)):
                claims.enter_context(_claim(cpu, f"\0{scope}/cpu/{cpu}"))
        yield


def _claim(cpu: int, name: str) -> socket.socket:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(name)
        claim.listen()
    except OSError:
        claim.close()
        holder = _holder(name)
        who = f" (process {holder})" if holder else ""
        raise Unprepared(
            f"Another betterworker{who} measures on CPU {cpu}: two at once would measure each other. "
            "Wait for its end, or give both CPUs of their own with --server-cpus and --load-cpus."
        ) from None
    return claim


def _holder(name: str) -> int | None:
    """The process that holds a claim, as its socket tells."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(0.5)
        try:
            asking.connect(name)
            peer = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        except OSError:
            return None
    return int(_PEER.unpack(peer)[0])
