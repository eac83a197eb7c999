"""Profiles: which destination is meant, as presets (data) and the actions they lead to."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.segment.actions import ACTIONS, DOCUMENTED_ACTIONS, Action

Subscription = Mapping[str, Any]
"""A mapping as Segment keeps it: `name`, `subscribe`, `partnerAction`, `mapping`."""


@attrs.frozen
class Profile:
    """A way to map events.

    Attributes:
        name: `main-2026-07`.
        about: What it is, in one line.
        actions: What a mapping may lead to, by `partnerAction`.
    """

    name: str
    about: str
    actions: Mapping[str, Action]

    def presets(self) -> list[dict[str, Any]]:
        """A fresh copy of the presets, in Segment's own form, to be printed or changed."""
        copy: list[dict[str, Any]] = json.loads(json.dumps(_load(self.name)))
        return copy


PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile(
            "documented",
            "main-2026-07 and what the documents promise besides; the default",
            DOCUMENTED_ACTIONS,
        ),
        Profile("main-2026-07", "what Segment's cloud destination does since July 2026", ACTIONS),
    )
}


def find_profile(name: str) -> Profile:
    """Find a profile by name.

    Raises:
        MappingError: There is no such profile; names those there are.
    """
    if name not in PROFILES:
        raise MappingError(f"there is no profile {name!r}; there are: {', '.join(PROFILES)}")
    return PROFILES[name]


@cache
def _load(name: str) -> Sequence[Subscription]:
    """Read presets; a file may hold only its differences from the profile that it extends."""
    read = json.loads(
        files("aiorecombee.segment").joinpath("presets", f"{name}.json").read_text("utf-8")
    )
    if isinstance(read, list):
        return read
    changes = read["mappings"]
    return [
        {**preset, "mapping": {**preset["mapping"], **changes.get(preset["name"], {})}}
        for preset in _load(read["extends"])
    ]
