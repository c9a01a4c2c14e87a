"""Foreign text, where it stands in a terminal or in a file's comment."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Without what breaks a line, or commands a terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
