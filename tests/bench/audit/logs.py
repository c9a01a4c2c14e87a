"""A block as wrk writes it; every line may be changed, or left out with None."""

from __future__ import annotations

from betterworker.bench.audit import Audit, Block, Delays, audit, blocks

URL = "http://localhost:8000/json"


def a_log(address: str = URL, **lines: str | None) -> str:
    """10,000 requests in 10 s over 100 connections, 300 bytes each, without an error."""
    written = {
        "running": f"Running 10s test @ {address}",
        "threads": "  4 threads and 100 connections",
        "stats": "  Thread Stats   Avg      Stdev     Max   +/- Stdev",
        "latency": "    Latency    10.00ms    1.00ms 100.00ms   90.00%",
        "per_thread": "    Req/Sec   250.00     10.00   300.00     70.00%",
        "requests": "  10000 requests in 10.00s, 2.86MB read",
        "errors": None,
        "non_2xx": None,
        "rps": "Requests/sec:   1000.00",
        "transfer": "Transfer/sec:    292.97KB",
    }
    return "".join(f"{line}\n" for line in {**written, **lines}.values() if line is not None)


def timing_out(count: int) -> str:
    return f"  Socket errors: connect 0, read 0, write 0, timeout {count}"


def read(log: str) -> list[Block]:
    return list(blocks(log.splitlines(keepends=True), "log.md"))


def audited(*logs: str, **told: object) -> Audit:
    return audit(read("\n".join(logs)), Delays(**told))  # type: ignore[arg-type]


def verdicts(*logs: str, **told: object) -> list[str]:
    return [each.verdict for each in audited(*logs, **told).judged]


def gates(*logs: str, **told: object) -> list[str]:
    """What fired on the first block."""
    return [finding.gate for finding in audited(*logs, **told).judged[0].findings]
