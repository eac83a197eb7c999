"""Tags of Liquid: those that Segment allows, with JavaScript's values; the others are refused."""

from typing import Final, NoReturn, TextIO, cast

import attrs
from liquid import RenderContext, Token, TokenStream
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import parse_identifier
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignNode, AssignTag
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression
from liquid.parser import get_parser
from liquid.tag import Tag
from liquid.token import TOKEN_ASSIGN, TOKEN_EOF, TOKEN_OUTPUT, TOKEN_TAG

from aiorecombee.segment.mapping.liquid.context import JavaScriptContext
from aiorecombee.segment.mapping.liquid.expressions import parse_value
from aiorecombee.segment.mapping.liquid.lexer import inner_tokens
from aiorecombee.segment.mapping.liquid.values import printed, truthy

DISABLED: Final = ("case", "for", "include", "layout", "render", "tablerow")


class PrintNode(OutputNode):
    """`{{ value }}`."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print the value as JavaScript does."""
        spend = cast(JavaScriptContext, context).spend
        return buffer.write(printed(self.expression.evaluate(context), spend))


class PrintTag(Output):
    """`{{ value }}`."""

    def parse(self, stream: TokenStream) -> PrintNode:
        """Parse what stands between the braces."""
        token = stream.eat(TOKEN_OUTPUT)
        return PrintNode(token, parse_value(self.env, inner_tokens(stream)))


class PrintingEchoTag(EchoTag):
    """`{% echo value %}`."""

    def parse(self, stream: TokenStream) -> Node:
        """Parse the value."""
        token = stream.eat(TOKEN_TAG)
        return PrintNode(token, parse_value(self.env, inner_tokens(stream)))


class ValueAssignTag(AssignTag):
    """`{% assign name = value %}`."""

    def parse(self, stream: TokenStream) -> AssignNode:
        """Parse the name and the value."""
        token = stream.eat(TOKEN_TAG)
        tokens = inner_tokens(stream)
        name = parse_identifier(self.env, tokens, allow_trailing_question_mark=False)
        tokens.eat(TOKEN_ASSIGN)
        return AssignNode(token, name=name, expression=parse_value(self.env, tokens))


@attrs.frozen
class _Branch:
    condition: Expression
    wanted: bool
    block: BlockNode


class BranchesNode(Node):
    """The first block whose condition is as wanted, or else the last."""

    __slots__ = ("_branches", "_otherwise")

    def __init__(self, token: Token, branches: list[_Branch], otherwise: BlockNode | None) -> None:
        super().__init__(token)
        self.blank = False
        self._branches = branches
        self._otherwise = otherwise

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render one block, or none."""
        for branch in self._branches:
            if truthy(branch.condition.evaluate(context)) is branch.wanted:
                return branch.block.render(context, buffer)
        return 0 if self._otherwise is None else self._otherwise.render(context, buffer)


class IfTag(Tag):
    """`{% if value %}`, with `elsif` and `else`."""

    name = "if"
    end = "endif"
    wanted = True

    def parse(self, stream: TokenStream) -> BranchesNode:
        """Parse the conditions and what depends on them."""
        token = stream.eat(TOKEN_TAG)
        branches = [self._branch(stream, token, self.wanted)]
        while stream.current.is_tag("elsif"):
            next(stream)
            branches.append(self._branch(stream, token, wanted=True))
        otherwise = None
        if stream.current.is_tag("else"):
            next(stream)
            otherwise = self._block(stream, token)
        if not stream.current.is_tag(self.end):
            other = stream.current.value
            wrong = "duplicated else" if other == "else" else f"unexpected {other} after else"
            raise LiquidSyntaxError(wrong, token=token)
        return BranchesNode(token, branches, otherwise)

    def _branch(self, stream: TokenStream, token: Token, wanted: bool) -> _Branch:
        condition = parse_value(self.env, inner_tokens(stream))
        next(stream)
        return _Branch(condition, wanted, self._block(stream, token))

    def _block(self, stream: TokenStream, token: Token) -> BlockNode:
        block = get_parser(self.env).parse_block(stream, (self.end, "elsif", "else"))
        if stream.current.kind == TOKEN_EOF:
            raise LiquidSyntaxError(f"tag {_text(token)} not closed", token=token)
        return block


class UnlessTag(IfTag):
    """`{% unless value %}`, with `elsif` and `else`."""

    name = "unless"
    end = "endunless"
    wanted = False


def _text(tag: Token) -> str:
    start = tag.source.rfind("{%", 0, tag.start_index)
    return tag.source[start : tag.source.find("%}", start) + 2]


class UnknownTag(Illegal):
    """A tag that does not exist."""

    def parse(self, stream: TokenStream) -> NoReturn:
        """Refuse it."""
        token = stream.current
        raise LiquidSyntaxError(f'tag "{token.value}" not found', token=token)


ALLOWED: Final[tuple[type[Tag], ...]] = (
    *(IfTag, PrintTag, PrintingEchoTag, UnknownTag, UnlessTag, ValueAssignTag),
)
"""What is other than python-liquid has it."""


def disabled_tag(tag: str) -> type[Tag]:
    """A tag that Segment does not allow."""

    class DisabledTag(Tag):
        name = tag
        block = False

        def parse(self, stream: TokenStream) -> NoReturn:
            raise LiquidSyntaxError(f'tag "{tag}" is disabled', token=stream.current)

    return DisabledTag
