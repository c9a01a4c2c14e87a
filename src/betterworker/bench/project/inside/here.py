"""Which hosts are this machine."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address


def is_here(host: str) -> bool:
    """A loopback address, a socket, or none."""
    name = host.strip().strip("[]").lower()
    if name in ("", "localhost") or name.startswith(("/", "@")):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def strangers(hosts: str, allowed: Collection[str]) -> list[str]:
    """Of a list as libpq takes it, those elsewhere that nobody has allowed."""
    names = {name.strip().lower() for name in allowed}
    return [name for name in hosts.split(",") if not is_here(name) and name.strip().lower() not in names]
