"""What to do about a rejection: told in the words of the mapping that read the event."""

from collections.abc import Mapping
from typing import Any, Final

from aiorecombee.segment.actions.problems import PayloadError, Problem
from aiorecombee.segment.sources import sources_of

_WHERE_VALUES_CLASH: Final = {
    "/timestamp": "Send {sources} as ISO 8601 text, or as seconds or milliseconds since 1970.",
    "/portion": "Send {sources} as a share from 0 to 1, or how much was watched and the length.",
    "/portion/totalLength": (
        "Send the length in {sources}; for a livestream, which has none, map the event to"
        " setViewPortion or leave it out."
    ),
    "/portion/watchTime": "Send {sources} in the unit of the length, and not beyond the end.",
    "/rating": "Send {sources} from -1, the worst, to 1, the best.",
}
_OTHERWISE: Final = "Send values in {sources} that make sense together."
_OUT_OF_RANGE: Final = "must be equal to or less than"
_NOT_A_DATE: Final = "date-like"


def remedy(error: PayloadError, mapping: Mapping[str, Any], *, fixed: bool = False) -> str:
    """Advice for whoever sends the event or wrote the mapping; one sentence per problem.

    Args:
        error: Why the event was rejected.
        mapping: How its fields were found.
        fixed: The mapping follows from settings, so it cannot be changed itself.
    """
    advice = [_advise(error.kind, problem, mapping) for problem in error.problems]
    if fixed:
        advice = [_fixed(one, problem) for one, problem in zip(advice, error.problems, strict=True)]
    return " ".join(dict.fromkeys(advice))


def _fixed(advice: str, problem: Problem) -> str:
    """The advice without what nobody can do, and with the setting that there is."""
    sending = advice.partition(", or map ")[0].removesuffix(".")
    if problem.field.endswith("/itemId"):
        return f"{sending}, or change the setting Item ID Property Name."
    return f"{sending}."


def _advise(kind: str, problem: Problem, mapping: Mapping[str, Any]) -> str:
    field = "/".join(part for part in problem.field.split("/") if part and not part.isdigit())
    if not field:
        return "Map the action's fields one by one: the mapping as a whole gives no object."
    found = read_for(problem.field, mapping)
    sources = " or ".join(f"`{source}`" for source in found)
    if kind == "payload" or _NOT_A_DATE in problem.text or _OUT_OF_RANGE in problem.text:
        template = _WHERE_VALUES_CLASH.get(problem.field, _OTHERWISE)
        return template.format(sources=sources or f"`{field}`")
    if not sources:
        return f"Map `{field}` to a field of the event: the mapping has none for it."
    if problem.at != problem.field:
        return f"Send {sources}, or map `{field}` to a field that the event has."
    return f"Send {sources} in the type that is asked for, or map `{field}` to another field."


def read_for(field: str, mapping: Mapping[str, Any]) -> list[str]:
    """The paths of the event that a field is read from.

    The older destination has the watch time beside the portion, not in it.
    """
    whole, _, part = field.rpartition("/")
    if whole == "/portion" and part in mapping:
        return sources_of(f"/{part}", mapping)
    return sources_of(field, mapping)
