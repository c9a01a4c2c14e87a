"""Mixed traffic: one in ten requests is slow. What happens to the nine others is the question."""

from __future__ import annotations

from betterworker.bench.model import Mix, Scenario

SLOW_SHARE = 0.1
#: Low enough for every worker measured so far to keep up with the fast requests alone.
BLOCKING_RATE = 200.0
#: One Brotli answer takes about 30 ms of CPU: a tenth of 60 RPS is a fifth of one CPU.
CPU_RATE = 60.0


def mixed_blocking(fast: Scenario, slow: Scenario) -> Scenario:
    return _mixed("mixed-blocking", fast, Mix(slow=slow, share=SLOW_SHARE, rate=BLOCKING_RATE))


def mixed_cpu(fast: Scenario, slow: Scenario) -> Scenario:
    return _mixed("mixed-cpu", fast, Mix(slow=slow, share=SLOW_SHARE, rate=CPU_RATE))


def _mixed(name: str, fast: Scenario, mix: Mix) -> Scenario:
    return Scenario(
        name=name,
        mode=fast.mode,
        path=fast.path,
        effort="mixed",
        check=fast.check,
        about=f"{1 - mix.share:.0%} {fast.name} and {mix.share:.0%} {mix.slow.name} at {mix.rate:g} RPS: "
        "the latency of the fast requests beside the slow ones",
        mix=mix,
    )
