"""What the user got wrong, and files that they name."""

import argparse
import json
from pathlib import Path
from typing import Any, Final

EXIT_USAGE: Final = 2


def command_parser(prog: str, about: str, statuses: str | None = None) -> argparse.ArgumentParser:
    """A parser that shows its texts as they are written.

    Args:
        prog: The command as it was called.
        about: What it does, with an example.
        statuses: What its exit statuses mean.
    """
    return argparse.ArgumentParser(
        prog,
        description=about,
        epilog=statuses,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


class UsageError(Exception):
    """The command cannot start as it was called."""


def read_json(path: str, what: str) -> Any:
    """Read a JSON file; `what` says in messages what it should have been.

    Raises:
        UsageError: It cannot be read, or is not JSON.
    """
    try:
        return json.loads(Path(path).read_bytes())
    except OSError as error:
        raise UsageError(f"{what} {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        # The parser's message would quote the file, and settings hold a token.
        raise UsageError(f"{what} {path}: not JSON") from None
