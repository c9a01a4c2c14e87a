"""What is said of urllib3, wherever it is said."""

from __future__ import annotations

import pytest

from betterworker.bench import carriers

OWN = carriers.told("2.8.0", "2.8.0")
FORKED = carriers.told("2.25.904", "2.8.0")


def test_a_version_other_than_the_installed_one_is_the_forks() -> None:
    assert (OWN, FORKED) == ("2.8.0", "2.25.904 (urllib3-future in its place)")
    assert carriers.told("2.25.904", None) == FORKED


@pytest.mark.parametrize(
    ("version", "carrier"), [(OWN, "urllib3 2.8.0"), (FORKED, "urllib3-future 2.25.904")]
)
def test_a_carrier_has_its_own_name_and_its_version_alone(version: str, carrier: str) -> None:
    assert carriers.carrier(version) == carrier


def test_the_fork_is_known_in_both_texts() -> None:
    assert [carriers.is_fork(text) for text in (OWN, carriers.carrier(OWN))] == [False, False]
    assert [carriers.is_fork(text) for text in (FORKED, carriers.carrier(FORKED))] == [True, True]
