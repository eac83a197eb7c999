"""Tokens with dotted names made one: `properties . price` is `properties.price`."""

from collections.abc import Sequence

from aiorecombee.segment.fql.lexer import Kind, Token, lex


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, an `END` last.

    Raises:
        SubscriptionError: A character is out of place.
    """
    tokens = lex(text)
    joined: list[Token] = []
    place = 0
    while place < len(tokens):
        end = _end_of_name(tokens, place)
        joined.append(tokens[place] if end == place + 1 else _joined(tokens[place:end]))
        place = end
    return joined


def _end_of_name(tokens: Sequence[Token], place: int) -> int:
    kind = tokens[place].kind
    place += 1
    while kind is Kind.NAME and tokens[place].kind is Kind.DOT:
        if tokens[place + 1].kind is not Kind.NAME:
            break
        place += 2
    return place


def _joined(tokens: Sequence[Token]) -> Token:
    value = "".join(token.value for token in tokens)
    return Token(Kind.NAME, value, tokens[0].start, tokens[-1].end)
