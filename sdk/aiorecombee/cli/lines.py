"""Lines that the commands write."""

import json
import sys
from typing import Any


def json_line(value: Any) -> str:
    """JSON on one line."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:  # an infinite amount: JavaScript would send null
        return json.dumps(json.loads(json.dumps(value), parse_constant=lambda _: None))


def say(line: str) -> None:
    """Write a line, escaping what the terminal's encoding does not have."""
    out = sys.stdout
    encoding = out.encoding or "utf-8"
    out.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
