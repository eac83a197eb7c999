"""How many connections there may be at once: to the operating system each is an open file.

Who holds a connection open and says nothing must not keep others out; before files run short, the
longest silent one is closed.
"""

import sys
from typing import Final

_BURST: Final = 128
"""Connections that asyncio accepts in one go, before anybody hears of them."""
_OTHERS: Final = 64
_MANY: Final = 16_384


def raise_limit() -> None:
    """Let this process open as many files as it may; what is usual is low."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if hard == resource.RLIM_INFINITY else min(hard, _MANY)
    if resource.RLIM_INFINITY != soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections() -> int:
    """How many connections leave enough files for everything else."""
    if sys.platform == "win32":
        return _MANY
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MANY
    return max(min(soft, _MANY) - _BURST - _OTHERS, soft // 4)
