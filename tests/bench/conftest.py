"""For all tests of the bench."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# By default an example of more than 200 ms fails, and so do many slow ones: a machine may stand still.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
