"""Profiles: which destination is meant, as presets (data) and the actions they lead to."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.segment.actions.catalogue import (
    ACTIONS,
    CLASSIC_ACTIONS,
    DOCUMENTED_ACTIONS,
    PUBLISHED_ACTIONS,
    Actions,
)
from aiorecombee.segment.classic import classic_presets
from aiorecombee.segment.settings import Settings

Preset = Mapping[str, Any]
"""A mapping as Segment keeps it: `name`, `subscribe`, `partnerAction`, `mapping`."""


@attrs.frozen
class Profile:
    """A way to map events.

    Attributes:
        name: `main-2026-07`.
        about: What it is, in one line.
        actions: What a mapping may lead to, by `partnerAction`.
        read_settings: Reads the destination's settings.
        fixed: The destination has settings in place of mappings: nobody can change its presets.
    """

    name: str
    about: str
    actions: Actions
    read_settings: Callable[[Mapping[str, Any]], Settings]
    _make_presets: Callable[[Mapping[str, Any]], Sequence[Preset]]
    fixed: bool = False

    def presets(self, settings: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """A fresh copy of the presets, in Segment's own form, to be printed or changed.

        Args:
            settings: The destination's settings, as JSON; only the classic destination keeps
                anything in them that says how events are mapped.

        Raises:
            ConfigurationError: The settings do not make sense.
        """
        copy: list[dict[str, Any]] = json.loads(
            json.dumps(self._make_presets({} if settings is None else settings))
        )
        return copy


def _profile(name: str, about: str, actions: Actions) -> Profile:
    return Profile(name, about, actions, Settings.from_json, partial(_presets, name))


def _presets(name: str, _: Mapping[str, Any]) -> Sequence[Preset]:
    return _load(name)


@cache
def _load(name: str) -> Sequence[Preset]:
    """Read presets; a file may hold only its differences from the profile that it extends."""
    read = json.loads(
        files("aiorecombee.segment").joinpath("presets", f"{name}.json").read_text("utf-8")
    )
    if isinstance(read, list):
        return read
    changes = read["mappings"]
    return [_changed(preset, changes.get(preset["name"], {})) for preset in _load(read["extends"])]


def _changed(preset: Preset, changes: Mapping[str, Any]) -> Preset:
    """The preset with other fields; `null` takes one away."""
    mapping = {**preset["mapping"], **changes}
    return {**preset, "mapping": {name: one for name, one in mapping.items() if one is not None}}


PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile
    for profile in (
        _profile(
            "documented",
            "main-2026-07 and what the documents promise besides; the default",
            DOCUMENTED_ACTIONS,
        ),
        _profile("main-2026-07", "Segment's cloud destination since July 2026", ACTIONS),
        _profile("npm-3.497.0", "the published package: before July 2026", PUBLISHED_ACTIONS),
        Profile(
            "classic",
            'the older destination "Recombee AI"',
            CLASSIC_ACTIONS,
            Settings.from_classic_json,
            classic_presets,
            fixed=True,
        ),
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
