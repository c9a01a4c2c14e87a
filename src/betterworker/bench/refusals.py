"""Why a server refused its own command line, from its log: an option that this version does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# In the words of argparse (gunicorn, hypercorn, daphne, cheroot), click (uvicorn, granian), Python's getopt
# (waitress), C's getopt_long (uwsgi), and a function that is called (fastpysgi).
_UNKNOWN = (
    re.compile(r"error: unrecognized arguments: (?P<options>.+)$", re.MULTILINE),
    re.compile(r"[Nn]o such option:? '?(?P<options>-[\w-]+)"),
    re.compile(r"option (?P<options>-[\w-]+) not recognized"),
    re.compile(r"(?:unrecognized|invalid) option (?:-- )?'(?P<options>[\w=-]+)'"),
    re.compile(r"got an unexpected keyword argument '(?P<options>\w+)'"),
)
_VALUE = (
    re.compile(r"Invalid value for '(?P<option>[^']+)': '(?P<value>[^']*)' is not one of"),
    re.compile(r"argument (?P<option>\S+): invalid choice: '(?P<value>[^']*)'"),
)


def refusal(log: str, command: Sequence[str], server: str) -> str | None:
    """``granian 2.8.7 knows no option --backpressure (…)``; None where the log says nothing of the kind.

    ``server`` is the distribution's name and version. Only what ``command`` has is named: a log may have
    words like these for reasons of its own.
    """
    unknown = [option for option in dict.fromkeys(_unknown(log)) if _has(command, option)]
    if unknown:
        return (
            f"{server} knows no option {' and '.join(unknown)} "
            "(it vanished in a newer version, or an older one does not have it yet)"
        )
    return next(
        (f"{server} does not take {value!r} for {name}" for name, value in _values(log, command)), None
    )


def _unknown(log: str) -> Iterator[str]:
    for pattern in _UNKNOWN:
        for match in pattern.finditer(log):
            # argparse gives with an option all that it could not place after it.
            words = match["options"].split()
            yield from (word.partition("=")[0] for word in words if word.startswith("-") or len(words) == 1)


def _values(log: str, command: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pattern in _VALUE:
        for match in pattern.finditer(log):
            # "-k/--worker-class", "'--loop' / '-l'": every way to write it.
            names = [name for name in re.split(r"[\s/]+", match["option"]) if _has(command, name)]
            yield from ((name, match["value"]) for name in names)


def _has(command: Sequence[str], option: str) -> bool:
    """As a word of its own, with its value, or as a keyword in a call."""
    if option.startswith("-"):
        return any(word.partition("=")[0] == option for word in command)
    return any(re.search(rf"\b{option}=|--{option}\b", word) for word in command)
