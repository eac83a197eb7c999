"""Settings of a Redis server with which events are lost."""

from collections.abc import Mapping
from typing import Any, Final

SECTIONS: Final = ("memory", "persistence")
"""Of what `INFO` tells, those that are looked at."""


def perils(info: Mapping[str, Any]) -> list[str]:
    """What is wrong with a server that says this of itself, and the remedy.

    What it does not say is not complained about: that others run it may be the reason.

    Source: redis.io, "Redis persistence" and "Key eviction".
    """
    found: list[str] = []
    if info.get("aof_enabled") == 0:
        found.append(
            "it keeps events in memory only, and loses those since its last snapshot when it ends:"
            " set appendonly yes"
        )
    policy = info.get("maxmemory_policy", "noeviction")
    if info.get("maxmemory") and policy != "noeviction":
        found.append(
            f"it forgets events when its memory is full (maxmemory-policy {policy}):"
            " set maxmemory-policy noeviction"
        )
    return found
