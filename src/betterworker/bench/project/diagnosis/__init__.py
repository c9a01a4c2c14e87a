"""What the project's own requests cost, looked at in a process of its interpreter before a study."""

from __future__ import annotations

from betterworker.bench.project.diagnosis.orders import Order, beyond, of_scenarios, of_urls
from betterworker.bench.project.diagnosis.probing import counted, look, probe

__all__ = ["Order", "beyond", "counted", "look", "of_scenarios", "of_urls", "probe"]
