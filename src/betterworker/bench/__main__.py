"""The console script: says what is missing where only the handler was installed."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from betterworker.bench import cli
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("betterworker"):
            raise
        sys.exit(f"error: {error.name} is not installed. The bench needs: pip install 'betterworker[bench]'")
    cli.main()


if __name__ == "__main__":
    main()
