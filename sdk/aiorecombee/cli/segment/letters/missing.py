"""Letters that were named and are not there."""

import sys
from typing import Final

EXIT_MISSING: Final = 1


def tell_missing(number: int) -> None:
    """Say so."""
    sys.stderr.write(f"aiorecombee: there is no dead letter {number}\n")
