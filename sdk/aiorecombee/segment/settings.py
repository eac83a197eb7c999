"""The destination's settings, as the Segment app keeps them."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from aiorecombee.core.credentials import PrivateToken
from aiorecombee.core.routing import Region
from aiorecombee.errors import ConfigurationError
from aiorecombee.requests.batch import Batch
from aiorecombee.segment.actions.problems import Problem
from aiorecombee.segment.actions.schema import Field, Kind, object_of, text
from aiorecombee.segment.javascript import UNDEFINED, type_name

if TYPE_CHECKING:
    from aiorecombee.client import RecombeeClient

CUSTOM: Final = "custom"
_REGIONS: Final = ("eu-west", "ca-east", "ap-se", "us-west", CUSTOM)
_REGIONS_SAID: Final = ", ".join(f'"{name}"' for name in _REGIONS[:-1]) + f', or "{CUSTOM}"'
_DEFAULT_HOST: Final = "rapi.recombee.com"
_HOST: Final = re.compile(
    r"(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?",
    re.IGNORECASE | re.ASCII,
)

# As the Segment app labels them, and as it keeps them.
_LABELS: Final = {
    "Database ID": "databaseId",
    "Private Token": "privateToken",
    "API Key": "apiKey",
    "Database Region": "databaseRegion",
    "API URI": "apiUri",
    "Item ID Property Name": "itemIdPropertyName",
    "Track Events Mapping": "trackEventsMapping",
}


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

        The labels of the Segment app (`Database ID`, …) will do as well.

        Raises:
            ConfigurationError: One is missing or wrong. The token is never named.
        """
        found = _read(settings, "databaseId", "privateToken", "databaseRegion")
        place = _place(found["databaseRegion"], found.get("apiUri"))
        return cls(found["databaseId"], PrivateToken(found["privateToken"]), *place)

    @classmethod
    def from_classic_json(cls, settings: Mapping[str, Any]) -> "Settings":
        """Read `databaseId`, `apiKey` and `apiUri` of the older destination "Recombee AI".

        Raises:
            ConfigurationError: One is missing or wrong. The key is never named.
        """
        found = _read(settings, "databaseId", "apiKey")
        host = (found.get("apiUri") or _DEFAULT_HOST).removeprefix("https://").rstrip("/")
        return cls(found["databaseId"], PrivateToken(found["apiKey"]), None, host)

    def client(self, **options: Any) -> "RecombeeClient":
        """Make a client for that database; takes the other arguments of `RecombeeClient`."""
        from aiorecombee.client import RecombeeClient  # noqa: PLC0415  # brings aiohttp

        place: dict[str, Any] = {"base_uri": self.base_uri}
        if self.region is not None:
            place = {"region": self.region}
        return RecombeeClient(self.database_id, self.token, **{**place, **options})

    async def check(self, **options: Any) -> None:
        """Ask the service whether they are right, as the Segment app does: with an empty batch.

        Raises:
            RecombeeError: They are not (`AuthenticationError`, `NotFoundError`), or nobody answers.
        """
        async with self.client(**options) as client:
            await client.send(Batch([]))


def by_key(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under the keys that Segment keeps them under, whichever way they were written.

    Raises:
        ConfigurationError: They are no object.
    """
    if not isinstance(settings, Mapping):
        raise ConfigurationError(f"settings are an object, not {type_name(settings)}")
    return {_LABELS.get(key, key): value for key, value in settings.items()}


def _read(settings: Mapping[str, Any], *required: str) -> dict[str, Any]:
    found = by_key(settings)
    missing = [name for name in required if found.get(name) is None]
    if missing:
        raise ConfigurationError(f"settings: {', '.join(missing)} missing")
    for name in (*required, "apiUri"):
        if not isinstance(found.get(name) or "", str):
            raise ConfigurationError(
                f"settings: {name} must be a string, not {type_name(found[name])}"
            )
    return found


def _place(region: str, api_uri: str | None) -> tuple[Region | None, str | None]:
    if region == CUSTOM:
        if not api_uri:
            raise ConfigurationError("settings: the custom databaseRegion needs an apiUri")
        return None, api_uri
    if region not in list(Region):
        known = ", ".join([*Region, CUSTOM])
        raise ConfigurationError(f"settings: databaseRegion must be one of {known}, not {region!r}")
    return Region(region), None


# --- As Segment validates them --------------------------------------------------------------------


def _region(label: str) -> Kind:
    convert = text(label).check

    def check(value: Any, at: str, problems: list[Problem]) -> Any:
        found = convert(value, at, problems)
        if found not in _REGIONS:
            problems.append(Problem(at, f"{label} must be one of: {_REGIONS_SAID}.", at))
        if found is not UNDEFINED and not _HOST.fullmatch(found):
            said = f"{label} must be a valid hostname string but it was not."
            problems.append(Problem(at, said, at))
        return found

    return Kind(check)


check_settings: Final = object_of(
    "The root value",
    (
        Field("databaseId", text("Database ID"), required=True),
        Field("privateToken", text("Private Token"), required=True),
        Field("databaseRegion", _region("Database Region"), required=True),
        Field("apiUri", text("API URI")),
    ),
    cleaned=False,
).check
"""Segment's own validation: it converts where it can, and takes empty IDs and tokens."""
