"""Variables in the place of what is secret, when a file is written."""

from __future__ import annotations

import re
from collections.abc import Collection


class Hidden:
    """Text for the file: what holds a secret becomes a variable, one for each text, kept in ``names``."""

    def __init__(self, secrets: Collection[str]) -> None:
        self.secrets = secrets
        self.names: dict[str, str] = {}

    def __call__(self, text: str, *words: str) -> str:
        """The text, or ``${NAME}`` with a name made of the words."""
        if not any(secret in text for secret in self.secrets):
            return text.replace("${", "$${")
        name = next((name for name, known in self.names.items() if known == text), None)
        if name is None:
            name = self._new("_".join(words))
            self.names[name] = text
        return f"${{{name}}}"

    def _new(self, words: str) -> str:
        name = re.sub(r"\W+", "_", words, flags=re.ASCII).strip("_").upper()
        name = f"_{name}" if name[:1].isdigit() else name
        number, new = 2, name
        while new in self.names:
            number, new = number + 1, f"{name}_{number}"
        return new
