"""For the tests of users' projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.project.sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.make(tmp_path / "site")
