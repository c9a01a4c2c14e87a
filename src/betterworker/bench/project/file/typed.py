"""Values as they are typed in TOML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tomlkit


def typed(value: object) -> str:
    """On one line."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key(str(name))} = {typed(part)}" for name, part in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(typed, value))}]"
    return tomlkit.item(value).as_string()


def key(name: str) -> str:
    """Quoted where it has to be."""
    return tomlkit.key(name).as_string()
