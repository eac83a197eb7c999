"""A tree as text that parses to the same tree."""

from collections.abc import Iterator

from aiorecombee.reql import tree
from aiorecombee.reql.tree import Node

_COMPOUND = (tree.Minus, tree.Not, tree.Arithmetic, tree.Comparison, tree.Logic, tree.Conditional)


def printed(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912  (a line per sort of node)
    """The text of a tree, with parentheses wherever operators meet."""
    match node:
        case tree.Number():
            return repr(node.value)
        case tree.Text():
            return _quoted(node.value)
        case tree.Boolean():
            return "true" if node.value else "false"
        case tree.Null():
            return "null"
        case tree.Property():
            return f"'{node.name}'"
        case tree.Members():
            inner = ", ".join(map(printed, node.members))
            return f"[{inner}]" if node.ordered else f"{{{inner}}}"
        case tree.Lambda():
            return f"lambda '{node.variable}': {printed(node.body)}"
        case tree.Call():
            return f"{node.function}({', '.join(map(printed, node.arguments))})"
        case tree.Index():
            return f"{_operand(node.container)}[{printed(node.key)}]"
        case tree.Minus():
            return f"-{_operand(node.operand)}"
        case tree.Not():
            return f"not {_operand(node.operand)}"
        case tree.Logic():
            return f" {node.sign} ".join(map(_operand, node.operands))
        case tree.Arithmetic() | tree.Comparison():
            return " ".join(_chain(node))
        case tree.Conditional():
            cases = (
                f"if {printed(case.condition)} then {printed(case.outcome)} else"
                for case in node.cases
            )
            return f"{' '.join(cases)} {_otherwise(node.otherwise)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _operand(node: Node) -> str:
    return f"({printed(node)})" if isinstance(node, _COMPOUND) else printed(node)


def _otherwise(node: Node) -> str:
    # Without parentheses it would be one more case of the conditional around it.
    return f"({printed(node)})" if isinstance(node, tree.Conditional) else printed(node)


def _chain(node: tree.Arithmetic | tree.Comparison) -> Iterator[str]:
    yield _operand(node.operands[0])
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        yield operator.sign
        yield _operand(operand)
