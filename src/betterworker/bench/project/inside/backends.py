"""Which databases and caches the settings point to: no passwords."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from .elsewhere import hostname

#: A driver's module by its package, where they differ.
_PACKAGES = {"MySQLdb": "mysqlclient", "pymysql": "PyMySQL"}


def databases() -> Iterator[dict[str, Any]]:
    for alias, entry in connections.settings.items():
        options = entry.get("OPTIONS") or {}
        yield {
            "alias": alias,
            "engine": str(entry.get("ENGINE", "")),
            "name": str(entry.get("NAME") or ""),
            "host": database_host(entry),
            "port": str(entry.get("PORT") or options.get("port") or ""),
            "driver": _driver(alias),
            "conn_max_age": entry.get("CONN_MAX_AGE", 0),
            "pool": bool(options.get("pool")),
        }


def database_host(entry: Any) -> str:
    """Drivers take what the settings leave open from files and from the environment."""
    options = entry.get("OPTIONS") or {}
    engine = str(entry.get("ENGINE"))
    host = entry.get("HOST") or options.get("host")
    if "postg" in engine:
        host = _of_libpq(host, options)
    elif "mysql" in engine and not host:
        host = _of_mysql(options)
    elif "oracle" in engine and not host:
        host = _of_oracle(str(entry.get("NAME") or ""))
    return str(host or "")


def _of_libpq(host: Any, options: Any) -> str | None:
    """An address is connected to, whatever the host's name."""
    address = options.get("hostaddr") or os.environ.get("PGHOSTADDR")
    service = options.get("service") or os.environ.get("PGSERVICE")
    named = host or (f"service {service}" if service else os.environ.get("PGHOST"))
    return ",".join(filter(None, (named, address))) or None


def _of_mysql(options: Any) -> str | None:
    """Django's docs have the whole connection in such a file."""
    file = options.get("read_default_file")
    if not file:
        return None
    try:
        parser = configparser.RawConfigParser(allow_no_value=True, strict=False)
        parser.read_string(Path(str(file)).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return f"file {file}"
    group = options.get("read_default_group") or "client"
    hosts = (parser.get(each, "host", fallback=None) for each in (group, "client"))
    return next(filter(None, hosts), None)


def _of_oracle(name: str) -> str | None:
    """``host:port/service``; what is no such address is looked up in a file."""
    address = re.match(r"(?:\w+://|//)?([\w.-]+)(?::\d+)?/", name)
    return address[1] if address else (f"service {name}" if name else None)


def _driver(alias: str) -> str | None:
    try:
        module: Any = getattr(connections[alias], "Database", None)
    except Exception:  # noqa: BLE001 - a backend that is not installed, or whatever it raises
        return None
    name = getattr(module, "__name__", "").split(".")[0]
    version = str(getattr(module, "__version__", "")).partition(" ")[0]
    return f"{_PACKAGES.get(name, name)} {version}" if version else None


def caches() -> Iterator[dict[str, Any]]:
    for alias, entry in settings.CACHES.items():
        yield {"alias": alias, "backend": str(entry["BACKEND"]), "hosts": cache_hosts(entry)}


def cache_hosts(entry: Any) -> list[str]:
    location = entry.get("LOCATION") or ""
    locations = re.split("[,;]", location) if isinstance(location, str) else location
    hosts = (_cache_host(str(each).strip(), str(entry["BACKEND"])) for each in locations)
    return [host for host in hosts if host]


def _cache_host(location: str, backend: str) -> str:
    """Of ``redis://:password@host:6379/1`` the host, of a socket its path; empty where there is no server."""
    if not any(word in backend.lower() for word in ("redis", "valkey", "memcache")):
        return ""
    if location.startswith(("unix:", "/")):
        return urlsplit(location).path
    return hostname(location if "://" in location else f"//{location}") or ""
