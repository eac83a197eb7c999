"""Time zones by name: how far they are from UTC at a moment."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from aiorecombee.segment.javascript import well_formed
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError

_UTC: Final = frozenset({"utc", "gmt", "etc/utc", "etc/gmt"})
_NO_ZONES: Final = frozenset({"factory", "localtime"})
_SHORT: Final = {
    "act": "Australia/Darwin",
    "aet": "Australia/Sydney",
    "agt": "America/Argentina/Buenos_Aires",
    "art": "Africa/Cairo",
    "ast": "America/Anchorage",
    "bet": "America/Sao_Paulo",
    "bst": "Asia/Dhaka",
    "cat": "Africa/Harare",
    "cnt": "America/St_Johns",
    "cst": "America/Chicago",
    "ctt": "Asia/Shanghai",
    "eat": "Africa/Addis_Ababa",
    "ect": "Europe/Paris",
    "iet": "America/Indiana/Indianapolis",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "mit": "Pacific/Apia",
    "net": "Asia/Yerevan",
    "nst": "Pacific/Auckland",
    "plt": "Asia/Karachi",
    "pnt": "America/Phoenix",
    "prt": "America/Puerto_Rico",
    "pst": "America/Los_Angeles",
    "sst": "Pacific/Guadalcanal",
    "vst": "Asia/Ho_Chi_Minh",
}  # what JavaScript's engines took over from the first Java
_NO_DATA: Final = "this machine has no data about time zones: pip install tzdata"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = -62_135_510_400  # two days after the first that Python knows
_CYCLE: Final = 146_097 * 86_400  # in 400 years, the calendar repeats
_REPEATS_FROM: Final = 250_000_000_000  # in the year 9892


def offset_minutes(name: str, seconds: float) -> float:
    """How many minutes the zone is behind UTC, as JavaScript counts.

    Args:
        name: Such as `Europe/Prague`, in whatever case.
        seconds: The moment, in Unix seconds.

    Raises:
        FilterRefusedError: There is no such zone.
        MappingFailedError: The machine knows none.
    """
    if name.lower() in _UTC:
        return 0
    zone = _zone(name)
    if seconds > _REPEATS_FROM:
        seconds -= ((seconds - _REPEATS_FROM) // _CYCLE + 1) * _CYCLE
    moment = _EPOCH + timedelta(seconds=max(seconds // 1, _FIRST))
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else -offset.total_seconds() / 60


def _zone(name: str) -> ZoneInfo:
    known = _names().get(name.lower())
    if known is None:
        seen = well_formed(name).encode().decode("latin-1")  # a slip of the original
        raise FilterRefusedError(f"Invalid time zone specified: {seen}")
    try:
        return ZoneInfo(known)
    except ZoneInfoNotFoundError:
        raise MappingFailedError(_NO_DATA) from None


@cache
def _names() -> dict[str, str]:
    """The zones that this machine knows, by their names in small letters."""
    names = {name.lower(): name for name in available_timezones()}
    if not names:
        raise MappingFailedError(_NO_DATA)
    return {name: known for name, known in (names | _SHORT).items() if name not in _NO_ZONES}
