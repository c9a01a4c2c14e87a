"""A project's own files of variables, which its settings may read themselves, and what is secret in them."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from betterworker.bench.project.inside.known import WORDS
from betterworker.bench.project.secrets import of_shell

NAMES = (".env", ".env.local", ".env.example")
#: What is to be filled in by its reader.
_EXAMPLES = frozenset((".example", ".sample", ".template", ".dist"))
#: No file of variables is longer.
LONGEST = 1 << 20


def secrets(folder: Path, settings: str) -> tuple[str, ...]:
    """``folder`` holds manage.py. By the variables' names, and the passwords in addresses."""
    found = [secret for file in _files(folder, settings) for secret in of_shell(_variables(file))]
    return tuple(dict.fromkeys(each for each in found if each.lower() not in WORDS))


def _files(folder: Path, settings: str) -> Iterator[Path]:
    """Above it, as in a ``src`` layout; in it; beside the settings."""
    within = [folder]
    for name in settings.split(".")[:-1]:
        within.append(within[-1] / name)
    for place in (folder.parent, *within):
        yield from (file for file in sorted(place.glob(".env*")) if file.suffix not in _EXAMPLES)


def _variables(file: Path) -> dict[str, str]:
    """As far as they can be read: none of it is told."""
    try:
        if not file.is_file() or file.stat().st_size > LONGEST:
            return {}
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return {}
    return {each.key: each.value for each in parse_stream(StringIO(text)) if each.key and each.value}
