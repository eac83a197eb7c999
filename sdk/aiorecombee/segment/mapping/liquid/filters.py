"""The filters of Liquid by name, in the form that python-liquid calls them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from liquid.filter import with_context

from aiorecombee.segment.javascript import UNDEFINED, is_array
from aiorecombee.segment.mapping.liquid import arrays, dates, numbers, texts
from aiorecombee.segment.mapping.liquid.context import JavaScriptContext
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError
from aiorecombee.segment.mapping.liquid.values import plain

DISABLED: Final = (
    *("array_to_sentence_string", "concat", "find", "find_exp", "find_index", "find_index_exp"),
    *("group_by", "group_by_exp", "has", "has_exp", "map", "newline_to_br", "reject"),
    *("reject_exp", "reverse", "sort", "sort_natural", "uniq", "where_exp", "type"),
)
UNPREDICTABLE: Final = ("sample",)
"""Those that the original has, but whose answer is a matter of chance."""


def all_filters() -> Mapping[str, Callable[..., Any]]:
    """The filters that Segment's engine has, disabled ones included."""
    known = {**arrays.FILTERS, **dates.FILTERS, **numbers.FILTERS, **texts.FILTERS}
    return {
        **{name: _counted(apply) for name, apply in known.items()},
        **{name: _refusing(f'filter "{name}" is disabled') for name in DISABLED},
        **{name: _refusing(f'filter "{name}" is not supported') for name in UNPREDICTABLE},
    }


def _counted(apply: Callable[..., Any]) -> Callable[..., Any]:
    """The filter with plain arguments, no more than it takes, and its result paid for."""
    parameters = list(inspect.signature(apply).parameters.values())
    most = sum(parameter.kind != parameter.KEYWORD_ONLY for parameter in parameters) - 1
    open_ended = any(parameter.kind == parameter.VAR_POSITIONAL for parameter in parameters)
    defaults = {
        at - 1: one.default for at, one in enumerate(parameters) if one.default is not one.empty
    }
    names = [one.name for one in parameters if one.kind == one.KEYWORD_ONLY]

    @with_context
    def run(*values: Any, context: JavaScriptContext, **named: Any) -> Any:
        given = [plain(value, context.spend) for value in values]
        for at, default in defaults.items():
            if at < len(given) and given[at] is UNDEFINED:
                given[at] = default
        options = {name: named[name] for name in names if name in named}
        made = apply(context.spend, *(given if open_ended else given[:most]), **options)
        context.spend(len(made) if isinstance(made, str) or is_array(made) else 1)
        return made

    return run


def _refusing(message: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise FilterRefusedError(message)

    return refuse
