"""A few ReQL filters beside what they mean."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

Values = Mapping[str, Any]


@attrs.frozen
class Filter:
    """ReQL, and which entities pass it.

    Attributes:
        text: The ReQL.
        properties: Those it names.
        passes: ID and values of an entity to whether it passes; unset is `None`.
    """

    text: str
    properties: tuple[str, ...]
    passes: Callable[[str, Values], bool]


def _tags(values: Values) -> list[str]:
    found: list[str] = values["tags"] or []
    return found


# Source: ReQL reference: null passes no comparison but != and == null; an unset set is empty.
FILTERS: Final = (
    Filter("true", (), lambda _, __: True),
    Filter("null == 1 or null", (), lambda _, __: False),
    Filter("'n' > 0", ("n",), lambda _, v: v["n"] is not None and v["n"] > 0),
    Filter("'n' != 1", ("n",), lambda _, v: v["n"] != 1),
    Filter("'n' == null", ("n",), lambda _, v: v["n"] is None),
    Filter("not ('n' < 1)", ("n",), lambda _, v: v["n"] is not None and v["n"] >= 1),
    Filter("'t' == \"x\"", ("t",), lambda _, v: v["t"] == "x"),
    Filter("not 'flag'", ("flag",), lambda _, v: v["flag"] is False),
    Filter("'flag' != true", ("flag",), lambda _, v: v["flag"] is not True),
    Filter("\"x\" in 'tags'", ("tags",), lambda _, v: "x" in _tags(v)),
    Filter("size('tags') == 0", ("tags",), lambda _, v: not _tags(v)),
    Filter(
        "'n' > 0 and 't' in {\"x\", \"y\"} or 'flag'",
        ("n", "t", "flag"),
        lambda _, v: (
            v["flag"] is True or (v["n"] is not None and v["n"] > 0 and v["t"] in ("x", "y"))
        ),
    ),
    Filter("'p' * 2 > 1", ("p",), lambda _, v: v["p"] is not None and v["p"] * 2 > 1),
)
