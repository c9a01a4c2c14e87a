"""The names of the databases beside the default one (see the settings)."""

from __future__ import annotations

POSTGRES = "postgres"
#: The same database, through Django's connection pool.
POSTGRES_POOL = "postgres_pool"
