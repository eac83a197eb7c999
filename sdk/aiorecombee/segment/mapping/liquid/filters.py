"""The filters of Liquid by name, in the form that expressions call them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_array, paired
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.liquid import arrays, dates, numbers, texts
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError
from aiorecombee.segment.mapping.liquid.values import plain
from aiorecombee.segment.mapping.resolver import Spend

DISABLED: Final = (
    *("array_to_sentence_string", "concat", "find", "find_exp", "find_index", "find_index_exp"),
    *("group_by", "group_by_exp", "has", "has_exp", "map", "newline_to_br", "reject"),
    *("reject_exp", "reverse", "sort", "sort_natural", "uniq", "where_exp", "type"),
)
UNPREDICTABLE: Final = ("sample",)
"""Those that the original has, but whose answer is a matter of chance."""

SEEING_WORDS: Final = frozenset(
    {
        *("date", "default", "inspect", "json", "jsonify", "lstrip", "push", "raw", "rstrip"),
        *("slugify", "strip", "sum", "unshift", "where"),
    }
)
"""Those for which `nil`, `empty` and `blank` are objects, as they are in the original."""


def all_filters() -> Mapping[str, Callable[..., Any]]:
    """The filters that Segment's engine has, disabled ones included."""
    known = {**arrays.FILTERS, **dates.FILTERS, **numbers.FILTERS, **texts.FILTERS}
    return {
        **{name: _counted(apply, name in SEEING_WORDS) for name, apply in known.items()},
        **{name: _refusing(f'filter "{name}" is disabled') for name in DISABLED},
        **{name: _refusing(f'filter "{name}" is not supported') for name in UNPREDICTABLE},
    }


def _counted(apply: Callable[..., Any], sees_words: bool) -> Callable[..., Any]:
    """The filter with no more arguments than it takes, and its result paid for."""
    parameters = list(inspect.signature(apply).parameters.values())[1:]
    open_ended = any(parameter.kind == parameter.VAR_POSITIONAL for parameter in parameters)
    most = None if open_ended else len(parameters)
    defaults = [one.default for one in parameters if one.default is not one.empty]
    first = sum(one.default is one.empty for one in parameters)

    def run(spend: Spend, *values: Any) -> Any:
        given = [value if sees_words else plain(value) for value in values[:most]]
        for at, default in enumerate(defaults, first):
            if at < len(given) and given[at] is UNDEFINED:
                given[at] = default
        made = _tried(apply, spend, given)
        spend(len(made) if isinstance(made, str) or is_array(made) else 1)
        return paired(made) if isinstance(made, str) else made

    return run


def _tried(apply: Callable[..., Any], spend: Spend, given: list[Any]) -> Any:
    try:
        return apply(spend, *given)
    except MappingFailedError:
        raise
    except (ArithmeticError, ValueError) as error:  # beyond numbers
        raise FilterRefusedError(str(error)) from None


def _refusing(message: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise FilterRefusedError(message)

    return refuse
