"""How many connections there may be at once: to the operating system each is an open file.

Who holds a connection open and says nothing must not keep others out; before files run short, the
longest silent one is closed.
"""

import sys
from typing import Final

_LARGEST_BURST: Final = 128
_BURSTS: Final = 4
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


def burst() -> int:
    """Connections to accept in one go: asyncio takes so many before anybody hears of them.

    Several such bursts can be on their way at once, some to be served and some to be closed, so
    where files are few they must be small.
    """
    return min(_LARGEST_BURST, max(1, _files() // 8))


def most_connections() -> int:
    """How many connections leave enough files for everything else."""
    return max(_files() - _BURSTS * burst() - _OTHERS, _files() // 4)


def _files() -> int:
    if sys.platform == "win32":
        return _MANY
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MANY if soft == resource.RLIM_INFINITY else min(soft, _MANY)
