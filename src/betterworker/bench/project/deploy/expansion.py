"""A shell's variables in a word, as it fills them in: ``$X``, ``${X:-default}`` and the like, nested too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from betterworker.bench.errors import BadInput

_NAME = re.compile(r"[A-Za-z_]\w*|\d")
_OPERATOR = re.compile(r":?[-=?+]")
_WAY_OUT = "write its value in the command"


def expanded(word: str, env: Mapping[str, str]) -> str:
    """With the variables' values. Raises BadInput for one that has none, and for what is not understood."""
    text, left = "", word
    while left:
        before, dollar, left = left.partition("$")
        text += before
        if dollar:
            value, left = _value(left, env)
            text += value
    return text


def _value(after: str, env: Mapping[str, str]) -> tuple[str, str]:
    """Of what comes after a ``$``: the value, and what is left of the word."""
    if after.startswith("{"):
        inner, left = _braced(after)
        return _of_braces(inner, env), left
    named = _NAME.match(after)
    if named is None:
        return "$", after
    return _known(named[0], env), after[named.end() :]


def _braced(after: str) -> tuple[str, str]:
    """What stands in the braces it begins with, others within them, and what comes after."""
    deep = 0
    for found in re.finditer(r"\$\{|[{}]", after):
        if found[0] == "}":
            deep -= 1
        elif found[0] == "${" or found.start() == 0:
            deep += 1
        if not deep:
            return after[1 : found.start()], after[found.end() :]
    raise BadInput(f"${after} has a space in it, or no closing brace: {_WAY_OUT}.")


def _of_braces(inner: str, env: Mapping[str, str]) -> str:
    named = _NAME.match(inner)
    name, rest = (named[0], inner[named.end() :]) if named else ("", inner)
    operator = _OPERATOR.match(rest)
    if not name or (rest and operator is None):
        raise BadInput(f"${{{inner}}} is worked out by a shell in a way that is not known here: {_WAY_OUT}.")
    if operator is None:
        return _known(name, env)
    return _by_operator(name, operator[0], rest[operator.end() :], env)


def _by_operator(name: str, operator: str, word: str, env: Mapping[str, str]) -> str:
    """With a colon an empty value is none."""
    value = env.get(name)
    has_one = value is not None and (bool(value) or not operator.startswith(":"))
    if operator.endswith("+"):
        return expanded(word, env) if has_one else ""
    if has_one and value is not None:
        return value
    if operator.endswith("?"):
        raise BadInput(_without(name))
    return expanded(word, env)


def _known(name: str, env: Mapping[str, str]) -> str:
    value = env.get(name)
    if not value:
        raise BadInput(_without(name))
    return value


def _without(name: str) -> str:
    return f"${name} has no value: write it in the command, or give it under [project] env."
