"""From a Liquid template to a closure."""

from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, paired, utf16_length
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.liquid.context import Context
from aiorecombee.segment.mapping.liquid.filters import all_filters
from aiorecombee.segment.mapping.liquid.nodes import Node, StoppedError, render_all
from aiorecombee.segment.mapping.liquid.pieces import take_apart
from aiorecombee.segment.mapping.liquid.refusal import TemplateError, located
from aiorecombee.segment.mapping.liquid.tags import read_nodes
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope, constant, failing

LONGEST: Final = 1000
"""The most UTF-16 units that a template may have."""

_FILTERS: Final = all_filters()


def liquid_directive(argument: Any, scope: Scope) -> Resolver:
    """`@liquid`: render a template on the event."""
    if not isinstance(argument, str):
        return failing("liquid template value must be a string")
    if not argument:
        return constant("")
    if utf16_length(argument) > LONGEST:
        return failing(f"liquid template values are limited to {LONGEST} characters")
    return _compile(argument, scope)


def _compile(template: str, scope: Scope) -> Resolver:
    try:
        return _rendering(template, read_nodes(take_apart(template)), scope)
    except TemplateError as error:
        return _failing(located(error, template))
    except MappingFailedError as error:
        return _failing(error)
    except RecursionError:
        return failing("the template is nested too deeply")


def _failing(error: MappingFailedError) -> Resolver:
    def fail(_: Any) -> Any:
        raise MappingFailedError(error.message, error.kind, error.name)

    return fail


def _rendering(template: str, nodes: list[Node], scope: Scope) -> Resolver:
    def resolve(data: Any) -> str:
        written: list[str] = []
        context = Context({} if data is UNDEFINED or data is None else data, scope.spend, _FILTERS)

        def write(text: str) -> None:
            scope.spend(len(text))
            written.append(text)

        try:
            render_all(nodes, context, write)
        except StoppedError:
            pass
        except TemplateError as error:
            raise located(error, template) from None
        return paired("".join(written))

    return resolve
