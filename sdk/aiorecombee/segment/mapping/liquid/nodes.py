"""What a template has become: parts that print."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs

from aiorecombee.segment.mapping.liquid.context import Context
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError, TemplateError

Write: TypeAlias = Callable[[str], None]


@attrs.frozen
class Node:
    """A part of a template.

    Attributes:
        at: Where it begins.
        render: Writes what it prints.
    """

    at: int
    render: Callable[[Context, Write], None]


class StoppedError(Exception):
    """`break` or `continue`: nothing more is printed."""


def render_all(nodes: Sequence[Node], context: Context, write: Write) -> None:
    """Print the nodes.

    Raises:
        TemplateError: One can't be rendered.
    """
    for node in nodes:
        try:
            node.render(context, write)
        except FilterRefusedError as error:
            raise TemplateError(str(error), node.at, "RenderError") from None
