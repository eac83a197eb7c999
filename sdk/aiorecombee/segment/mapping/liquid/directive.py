"""From a Liquid template to a closure, and from python-liquid's errors to Segment's."""

import re
from typing import Any, Final

from liquid import BoundTemplate, Environment, Token
from liquid.exceptions import LiquidError

from aiorecombee.segment.javascript import UNDEFINED, utf16_length
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.liquid import tags
from aiorecombee.segment.mapping.liquid.context import CountedText, JavaScriptContext
from aiorecombee.segment.mapping.liquid.filters import all_filters
from aiorecombee.segment.mapping.liquid.refusal import UnreadableError, shown
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope, constant, failing

LONGEST: Final = 1000
"""The most UTF-16 units that a template may have."""

_OPENING: Final = re.compile(r"\{\{|\{%")
_OUTPUT_END: Final = re.compile(
    r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?!\}\})[^"'])*\}\}""", re.DOTALL
)
_TAG_END: Final = re.compile(r".*?%\}", re.DOTALL)
_RAW: Final = re.compile(r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL)


class _Engine(Environment):
    """What Segment allows of Liquid."""

    suppress_blank_control_flow_blocks = False
    string_sequences = True

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Register what JavaScript does differently in place of what Python does."""
        super().setup_tags_and_filters(extra=extra)
        self.filters = dict(all_filters())
        for tag in (*tags.ALLOWED, *map(tags.disabled_tag, tags.DISABLED)):
            self.add_tag(tag)
        self.tags.pop("ifchanged", None)


_ENGINE: Final = _Engine(strict_filters=False)


def liquid_directive(argument: Any, scope: Scope) -> Resolver:
    """`@liquid`: render a template on the event."""
    if not isinstance(argument, str):
        return failing("liquid template value must be a string")
    if not argument:
        return constant("")
    if utf16_length(argument) > LONGEST:
        return failing(f"liquid template values are limited to {LONGEST} characters")
    unclosed = _unclosed(argument)
    if unclosed is not None:
        return _failing(unclosed)
    try:
        return _rendering(_ENGINE.from_string(argument), scope)
    except LiquidError as error:
        return _failing(_parse_error(argument, error))


def _failing(error: MappingFailedError) -> Resolver:
    def fail(_: Any) -> Any:
        raise MappingFailedError(error.message, error.kind, error.name)

    return fail


def _rendering(template: BoundTemplate, scope: Scope) -> Resolver:
    def resolve(data: Any) -> str:
        text = CountedText(scope.spend)
        data = {} if data is UNDEFINED or data is None else data
        context = JavaScriptContext(template, data, scope.spend)
        try:
            template.render_with_context(context, text)
        except LiquidError as error:
            raise _render_error(str(error.message), error.token) from None
        return text.getvalue()

    return resolve


def _unclosed(template: str) -> MappingFailedError | None:
    """The error for a tag or an output that does not end."""
    at = 0
    while (opening := _OPENING.search(template, at)) is not None:
        kind, ending = ("output", _OUTPUT_END) if opening[0] == "{{" else ("tag", _TAG_END)
        end = ending.match(template, opening.end())
        if end is None:
            message = f"{kind} {shown(template[opening.start() :])} not closed"
            return _located(message, template, opening.start(), "TokenizationError")
        raw = _RAW.match(template, opening.start())
        at = end.end() if raw is None else raw.end()
    return None


def _parse_error(template: str, error: LiquidError) -> MappingFailedError:
    start = 0 if error.token is None else max(error.token.start_index, 0)
    message = str(error.message)
    if not isinstance(error, UnreadableError):
        return _located(message, template, _statement(template, start), "ParseError")
    return _located(message, template, error.at, "TokenizationError")


def _statement(template: str, at: int) -> int:
    """Where the tag or output around a place begins."""
    return max(template.rfind("{{", 0, at + 2), template.rfind("{%", 0, at + 2), 0)


def _render_error(message: str, token: Token | None) -> MappingFailedError:
    if token is None:
        return MappingFailedError(message, "liquid", "RenderError")
    start = _statement(token.source, token.start_index)
    return _located(message, token.source, start, "RenderError")


def _located(message: str, template: str, at: int, name: str) -> MappingFailedError:
    line, column = template.count("\n", 0, at) + 1, at - template.rfind("\n", 0, at)
    return MappingFailedError(f"{message}, line:{line}, col:{column}", "liquid", name)
