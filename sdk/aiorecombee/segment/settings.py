"""The destination's settings, as the Segment app keeps them."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from aiorecombee.core.credentials import PrivateToken
from aiorecombee.core.routing import Region
from aiorecombee.errors import ConfigurationError
from aiorecombee.segment.javascript import type_name

_REQUIRED: Final = ("databaseId", "privateToken", "databaseRegion")
_CUSTOM: Final = "custom"


@attrs.frozen
class Settings:
    """Which database events go to.

    Attributes:
        database_id: Database ID.
        token: Private Token.
        region: Database Region; `None` for a custom one.
        base_uri: API URI, only for a custom region. Segment ignores it for the others.
    """

    database_id: str
    token: PrivateToken
    region: Region | None
    base_uri: str | None

    @classmethod
    def from_json(cls, settings: Mapping[str, Any]) -> "Settings":
        """Read `databaseId`, `privateToken`, `databaseRegion` and `apiUri`; ignore the rest.

        Raises:
            ConfigurationError: One is missing or wrong. The token is never named.
        """
        if not isinstance(settings, Mapping):
            raise ConfigurationError(f"settings are an object, not {type_name(settings)}")
        missing = [name for name in _REQUIRED if settings.get(name) is None]
        if missing:
            raise ConfigurationError(f"settings: {', '.join(missing)} missing")
        for name in (*_REQUIRED, "apiUri"):
            if not isinstance(settings.get(name, ""), str):
                found = type_name(settings[name])
                raise ConfigurationError(f"settings: {name} must be a string, not {found}")
        return cls(
            settings["databaseId"],
            PrivateToken(settings["privateToken"]),
            *_place(settings["databaseRegion"], settings.get("apiUri", "")),
        )


def _place(region: str, api_uri: str) -> tuple[Region | None, str | None]:
    if region == _CUSTOM:
        if not api_uri:
            raise ConfigurationError("settings: the custom databaseRegion needs an apiUri")
        return None, api_uri
    if region not in list(Region):
        known = ", ".join([*Region, _CUSTOM])
        raise ConfigurationError(f"settings: databaseRegion must be one of {known}, not {region!r}")
    return Region(region), None
