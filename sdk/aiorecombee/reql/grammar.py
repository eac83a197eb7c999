"""Grammar: words in, tree out.

Operators are sorted by precedence on a stack of half-read nodes, so the depth of recursion is that
of the brackets alone, and the time is linear.
"""

from typing import Final

import attrs

from aiorecombee.reql import literals
from aiorecombee.reql.errors import ReqlSyntaxError
from aiorecombee.reql.nearest import meant
from aiorecombee.reql.signatures import FUNCTIONS
from aiorecombee.reql.tokens import Token, tokens
from aiorecombee.reql.tree import (
    Arithmetic,
    Boolean,
    Call,
    Case,
    Comparison,
    Conditional,
    Index,
    Lambda,
    Logic,
    Members,
    Minus,
    Node,
    Not,
    Null,
    Number,
    Operator,
    Property,
    Text,
    levels,
)

MAX_DEPTH: Final = 200
"""How deeply an expression may nest. Unpublished: we choose 200."""

_NOT: Final = 3
_COMPARISON: Final = 4
_MINUS: Final = 8
# The higher, the tighter. Where "&" and "not" stand is unpublished: we choose Python's order.
_LEVEL: Final = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "not in"), _COMPARISON),
    "&": 5,
    **dict.fromkeys("+-", 6),
    **dict.fromkeys("*/%", 7),
}


def parse(source: str) -> Node:
    """The tree of an expression.

    Raises:
        ReqlSyntaxError: It is not ReQL. `position` and `remedy` tell where and what to do.
    """
    try:
        parser = _Parser(tokens(source))
        tree = parser.expression()
        parser.finish()
        _check_depth(tree)
    except ReqlSyntaxError as error:
        raise error.within(source) from None
    except RecursionError:
        raise _too_deep(0) from None
    return tree


@attrs.define
class _Pending:
    """A node of which the last operand is still to come."""

    level: int
    operators: list[Operator]
    operands: list[Node]

    def build(self) -> Node:
        at = self.operators[0].at
        if self.level == _MINUS:
            return Minus(self.operands[0], at)
        if self.level == _NOT:
            return Not(self.operands[0], at)
        operands, operators = tuple(self.operands), tuple(self.operators)
        if self.level < _NOT:
            return Logic(operators[0].sign, operands, at)
        if self.level == _COMPARISON:
            return Comparison(operands, operators, at)
        return Arithmetic(operands, operators, at)


@attrs.define
class _Parser:
    _tokens: list[Token]
    _index: int = 0
    _depth: int = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _expect(self, kind: str, remedy: str = "") -> Token:
        if self._next.kind != kind:
            raise self._unexpected(f'"{kind}"' if kind != "property" else "a name", remedy)
        return self._take()

    def _unexpected(self, expected: str, remedy: str = "") -> ReqlSyntaxError:
        return ReqlSyntaxError(
            f"Expected {expected}, but found {_shown(self._next)}", self._next.at, remedy
        )

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(self._next.at)

    def finish(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected("an operator or the end", _stray(self._next))

    def expression(self) -> Node:
        if self._next.kind == "if":
            return self._conditional()
        pending: list[_Pending] = []
        while True:
            self._prefixes(pending)
            node = self._primary()
            while self._next.kind == "[":
                at = self._take().at
                node = Index(node, self._list("]", exactly=1)[0], at)
            operator = self._operator()
            level = _LEVEL[operator.sign] if operator else 0
            while pending and pending[-1].level > level:
                pending[-1].operands.append(node)
                node = pending.pop().build()
            if operator is None:
                return node
            if pending and pending[-1].level == level:
                pending[-1].operands.append(node)
                pending[-1].operators.append(operator)
            else:
                pending.append(_Pending(level, [operator], [node]))

    def _prefixes(self, pending: list[_Pending]) -> None:
        while self._next.kind in {"not", "-"}:
            token = self._take()
            level = _NOT if token.kind == "not" else _MINUS
            if pending and pending[-1].level > level:
                raise ReqlSyntaxError(
                    f'"not" cannot stand right after "{pending[-1].operators[-1].sign}"',
                    token.at,
                    'Put parentheses around "not …".',
                )
            if len(pending) > MAX_DEPTH:
                raise _too_deep(token.at)
            pending.append(_Pending(level, [Operator(token.kind, token.at)], []))

    def _operator(self) -> Operator | None:
        token = self._next
        if token.kind == "not":
            self._take()
            self._expect("in", 'Between two values there is "not in", "and" or "or".')
            return Operator("not in", token.at)
        if token.kind not in _LEVEL:
            return None
        self._take()
        return Operator(token.kind, token.at)

    def _primary(self) -> Node:  # noqa: C901, PLR0911  (a line per sort of operand)
        token = self._take()
        match token.kind:
            case "number":
                return Number(literals.number(token.text, token.at), token.at)
            case "text":
                return Text(literals.text(token.text), token.at)
            case "property":
                return Property(token.text, token.at)
            case "true" | "false":
                return Boolean(token.kind == "true", token.at)
            case "null":
                return Null(token.at)
            case "{":
                return Members(False, self._list("}"), token.at)
            case "[":
                return Members(True, self._list("]"), token.at)
            case "(":
                return self._list(")", exactly=1)[0]
            case "name":
                _check_function(token)
                arguments: tuple[Node, ...] = ()
                if self._next.kind == "(":
                    self._take()
                    arguments = self._list(")", lambdas=True)
                return Call(token.text, arguments, token.at)
        self._index -= 1
        raise self._unexpected("a value", _missing(token))

    def _list(self, end: str, *, lambdas: bool = False, exactly: int = 0) -> tuple[Node, ...]:
        self._deeper()
        found: list[Node] = []
        while self._next.kind != end or found or exactly:
            is_lambda = lambdas and self._next.kind == "lambda"
            found.append(self._lambda() if is_lambda else self.expression())
            if self._next.kind != "," or len(found) == exactly:
                break
            self._take()
        self._expect(end)
        self._depth -= 1
        return tuple(found)

    def _lambda(self) -> Lambda:
        at = self._take().at
        variable = self._expect("property", "Write: lambda 'x': …").text
        self._expect(":", "Write: lambda 'x': …")
        self._deeper()
        body = self.expression()
        self._depth -= 1
        return Lambda(variable, body, at)

    def _conditional(self) -> Conditional:
        at = self._next.at
        cases: list[Case] = []
        self._deeper()
        while self._next.kind == "if":
            self._take()
            condition = self.expression()
            self._expect("then")
            cases.append(Case(condition, self.expression()))
            self._expect("else", 'Every "if" has an "else".')
        otherwise = self.expression()
        self._depth -= 1
        return Conditional(tuple(cases), otherwise, at)


def _check_function(name: Token) -> None:
    if name.text not in FUNCTIONS:
        shown = name.text[:60]
        raise ReqlSyntaxError(
            f'There is no function "{shown}"',
            name.at,
            meant(name.text, FUNCTIONS)
            or f"Text stands in double quotes, a property in single ones: '{shown}'.",
        )


def _too_deep(at: int) -> ReqlSyntaxError:
    return ReqlSyntaxError(f"The expression is nested more than {MAX_DEPTH} levels deep", at)


def _check_depth(tree: Node) -> None:
    for depth, nodes in enumerate(levels(tree)):
        if depth >= MAX_DEPTH:
            raise _too_deep(nodes[0].at)


def _shown(token: Token) -> str:
    if token.kind == "end":
        return "the end of the text"
    text = token.text if len(token.text) <= 30 else f"{token.text[:30]}…"  # noqa: PLR2004  (to fit)
    return f"'{text}'" if token.kind == "property" else f'"{text}"'


def _stray(token: Token) -> str:
    if token.kind in {"text", "property", "name", "number"}:
        return 'Is an operator missing, such as "and" or "=="?'
    return 'There is no "(" for it.' if token.kind == ")" else ""


def _missing(token: Token) -> str:
    if token.kind in {"if", "lambda"}:
        return {
            "if": "Put parentheses around the conditional.",
            "lambda": "A lambda is the first argument of map, select or exists.",
        }[token.kind]
    return ""
