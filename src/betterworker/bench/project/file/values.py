"""The rows that go into a request's placeholders: from a list, or from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from betterworker.bench.project.file.tables import Values
from betterworker.bench.project.file.wrong import Key, Wrong
from betterworker.bench.project.nouns import Row
from betterworker.bench.project.texts import ENCODING

#: Each row is a request of its own, held by every load process.
MOST_ROWS = 10_000


def rows(given: Values, folder: Path, key: Key) -> tuple[Row, ...]:
    """Raises Wrong. All rows have the same names."""
    if isinstance(given, str):
        return _checked(_from_file(folder / given, key), given, key) if given else ()
    listed = [{name: str(value) for name, value in row.items()} for row in given]
    for number, row in enumerate(listed, start=1):
        if row.keys() != listed[0].keys():
            raise Wrong(key, f"row {number} has other names than the first: {', '.join(listed[0])}")
    return _checked(listed, "the list", key) if listed else ()


def _checked(found: Iterable[Row], name: str, key: Key) -> tuple[Row, ...]:
    taken = tuple(islice(found, MOST_ROWS + 1))
    if len(taken) > MOST_ROWS:
        raise Wrong(key, f"{name} has more than {MOST_ROWS:,} rows: keep so many, drawn by chance (shuf)")
    if not taken:
        raise Wrong(key, f"{name} has no row below its names")
    return taken


def _from_file(path: Path, key: Key) -> Iterator[Row]:
    """Row by row: a file may be longer than what is taken of it."""
    try:
        with path.open(encoding=ENCODING, newline="") as file:
            lines = csv.reader(file)
            names = [name.strip() for name in next(lines, [])]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise Wrong(key, f"{path} has two columns {twice!r}")
            for row in filter(None, lines):
                if len(row) != len(names):
                    raise Wrong(
                        key, f"{path}, line {lines.line_num}: {len(row)} values for {len(names)} names"
                    )
                yield dict(zip(names, row, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Wrong(key, f"{path} cannot be read: {error}") from error
