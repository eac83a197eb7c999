"""From the command line to an exit status."""

import asyncio
import io
import os
import signal
import sys
from typing import Final

from aiorecombee.client import RecombeeClient
from aiorecombee.demo.mock import running_mock
from aiorecombee.demo.screen import Screen, open_screen
from aiorecombee.demo.story import tell
from aiorecombee.errors import RecombeeError

_DATABASE: Final = "demo"
_TOKEN: Final = "demo-token"  # noqa: S105  # of a server that lives for seconds on loopback
_EXIT_INTERRUPTED: Final = 130
_EXIT_TERMINATED: Final = 143


def main() -> int:
    """Run the demo; 0 only if everything went as the story says."""
    # It would send the demo's events to the database of somebody else.
    os.environ.pop("RAPI_URI", None)
    # The mock server must stop when this process is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_EXIT_TERMINATED))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        with running_mock(_DATABASE, _TOKEN) as authority:
            return 0 if asyncio.run(_tell(open_screen(), authority)) else 1
    except RecombeeError as error:
        sys.stderr.write(f"the demo broke off: {error}\n")
        return 1
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


async def _tell(screen: Screen, authority: str) -> bool:
    async with RecombeeClient(_DATABASE, _TOKEN, base_uri=authority, protocol="http") as client:
        screen.line(f"A mock Recombee server answers on http://{authority}.", "dim")
        return await tell(screen, client)
