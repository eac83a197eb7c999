"""Mappings of users' own: every directive in every field, and subscriptions to go with them."""

from typing import Any, Final

from segment_events import PRODUCTS
from segment_values import MISSING, Values, without_missing

_WHO: Final = ("userId", "itemId", "timestamp")
_REST: Final = ("recommId", "internalAdditionalData", "additionalData")
ACTIONS: Final = {
    "addBookmark": (*_WHO, *_REST),
    "addCartAddition": ("userId", "item", "timestamp", *_REST),
    "addDetailView": (*_WHO, "duration", *_REST),
    "addPurchase": ("userId", "items", "timestamp", *_REST),
    "addRating": (*_WHO, "rating", *_REST),
    "deleteBookmark": _WHO,
    "deleteCartAddition": _WHO,
    "mergeUsers": ("targetUserId", "sourceUserId"),
    "setViewPortion": (*_WHO, "portion", "sessionId", *_REST),
    "setViewPortionFromWatchTime": (*_WHO, "portion", "sessionId", *_REST),
}
"""The fields of each action."""

_OBJECTS: Final = {
    "item": ("itemId", "amount", "price"),
    "items": ("itemId", "amount", "price", "profit"),
    "portion": ("totalLength", "watchTime"),
}
_NUMBERS: Final = {
    "amount",
    "price",
    "profit",
    "totalLength",
    "watchTime",
    "rating",
    "portion",
    "duration",
}
_PATHS: Final = (
    "$.userId", "$.anonymousId", "$.name", "$.event", "$.timestamp", "$.properties.product_id",
    "$.properties.sku", "$.properties.price", "$.properties.quantity",
    "$.properties.products[0].sku", "$.properties.products.length", "$.properties.timestamp",
    "$.properties.extra", "$.properties", "$.userId.length", "$.event[0]", "userId", "$.", "", ".",
    "$.nothing.there", "$.properties['sku']", "$.context",
)  # fmt: skip
_LIQUID: Final = (
    "{{ userId }}", "{{ properties.sku | upcase }}", "{{ properties.price | times: 2 }}",
    "{{ nothing }}x", "{% if userId %}a{% else %}b{% endif %}",
    "{{ event | append: '-' | append: userId }}", "", "plain",
    "{{ properties.quantity | default: 1 }}",
)  # fmt: skip
_TEMPLATES: Final = ("{{userId}}", "{{{name}}}-{{event}}", "a{{properties.price}}", "{{x}}", "")
_FIELDS: Final = (
    "type", "event", "name", "userId", "properties.price", "properties.sku",
    "properties.product_id", "traits.a", "context.a", "anonymousId", "properties.quantity",
    "messageId",
)  # fmt: skip
_LITERALS: Final = (
    '"track"',
    '"page"',
    "'track'",
    "5",
    "-2.5",
    "true",
    "false",
    "null",
    '""',
    '"x"',
    "+1",
    '"Product Viewed"',
)
_OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "contains", "match")


class Mappings:
    """Draws mappings and subscriptions.

    Args:
        values: What they are made of.
    """

    def __init__(self, values: Values) -> None:
        self.values = values
        self.draw = values.draw

    def mapping(self) -> dict[str, Any]:
        """A mapping as Segment keeps it."""
        action = self.draw.choice(list(ACTIONS)) if self.draw.random() < 0.97 else "addLike"
        fields = {
            name: self.field(name) for name in ACTIONS.get(action, _WHO) if self.draw.random() < 0.9
        }
        if self.draw.random() < 0.1:
            name = self.draw.choice(("unknown", "enable_batching", "dynamicAuthSettings", "profit"))
            fields[name] = self.expression(2)
        name = {"name": f"Own {action}"} if self.draw.random() < 0.3 else {}
        mapping = without_missing(fields)
        return {
            **name,
            "partnerAction": action,
            "subscribe": self.subscription(),
            "mapping": mapping,
        }

    def field(self, name: str) -> Any:
        """What a field is mapped from."""
        if name in _OBJECTS and self.draw.random() < 0.85:
            return self._object(name)
        if self.draw.random() < 0.55:
            return self.expression(2)
        if name in {"additionalData", "internalAdditionalData"}:
            return self.draw.choice((self.values.object(), {"a": {"@path": "$.properties"}}, {}))
        if name in _NUMBERS:
            return self.values.number()
        return self.values.date() if name == "timestamp" else self.values.id()

    def _object(self, name: str) -> Any:
        members = {one: self.field(one) for one in _OBJECTS[name] if self.draw.random() < 0.9}
        if self.draw.random() < 0.1:
            members["unknown"] = 1
        found = without_missing(members)
        if name != "items":
            return found
        return self.draw.choice(
            (found, [found], [found, None, found], {"@arrayPath": ["$.properties.products", found]})
        )

    def expression(self, depth: int) -> Any:
        """A directive or a value."""
        if not depth or self.draw.random() < 0.15:
            return self.draw.choice((self.path, lambda: self.values.any(1)))()
        return self.draw.choice((self.path, self.path, self.choice, self.directive))(depth)

    def path(self, _: int = 0) -> dict[str, Any]:
        """A look into the event."""
        return {"@path": self.draw.choice(_PATHS)}

    def choice(self, depth: int) -> dict[str, Any]:
        """One or the other."""
        test = self.draw.choice(("exists", "blank"))
        then, otherwise = self.expression(depth - 1), self.expression(depth - 1)
        return {"@if": without_missing({test: self.path(), "then": then, "else": otherwise})}

    def directive(self, depth: int) -> dict[str, Any]:
        """Any of the others."""
        inner = self.expression(depth - 1)
        value = None if inner is MISSING else inner
        return self.draw.choice((self._of_text, self._of_structure, self._of_odd))(value)

    def _of_text(self, value: Any) -> dict[str, Any]:
        pick = self.draw.choice
        replaced = {"pattern": pick(("a", "-", "$", "1")), "replacement": pick(("", "b", "$&"))}
        directives = (
            {"@template": pick(_TEMPLATES)},
            {"@case": {"operator": pick(("upper", "lower", "title")), "value": value}},
            {"@replace": {**replaced, "value": value}},
            {"@json": {"mode": pick(("encode", "decode")), "value": value}},
            {"@liquid": pick(_LIQUID)},
        )
        return pick(directives)

    def _of_structure(self, value: Any) -> dict[str, Any]:
        everything = {"@path": "$.properties"}
        merged = {"objects": [everything, value], "direction": self.draw.choice(("left", "right"))}
        directives = (
            {"@arrayPath": ["$.properties.products", {"itemId": self.path()}]},
            {"@arrayPath": [self.path()]},
            {"@flatten": {"separator": ".", "value": self.draw.choice((everything, value))}},
            {"@merge": merged},
            {
                "@transform": {
                    "apply": {"userId": self.path(), "name": value},
                    "mapping": self.path(),
                }
            },
        )
        return self.draw.choice(directives)

    def _of_odd(self, value: Any) -> dict[str, Any]:
        wrong = ({"@nope": value}, {"@path": value}, {"@path": "$.userId", "@template": "x"})
        right = ({"@literal": value}, {"@excludeWhenNull": value})
        return self.draw.choice((*wrong, *right, *right))

    def subscription(self) -> Any:
        """Which events; nearly always one that holds for many."""
        if self.draw.random() < 0.6:
            return self.draw.choice(
                (
                    'type = "track"',
                    'type = "track" or type = "page" or type = "screen"',
                    'type != "x"',
                )
            )
        if self.draw.random() < 0.5:
            return f'type = "track" and event = "{self.draw.choice(list(PRODUCTS))}"'
        return self.draw.choice(("", None, 5, *[self.query() for _ in range(9)]))

    def query(self) -> str:
        """A subscription of several conditions, right or wrong."""
        joint = self.draw.choice((" and ", " or ", " and ", " AND ", " "))
        parts = [self._condition() for _ in range(self.draw.choice((1, 1, 2, 3)))]
        if len(parts) > 1 and self.draw.random() < 0.3:
            parts[-1] = (
                f"({self._condition()}{self.draw.choice((' and ', ' or '))}{self._condition()})"
            )
        text = joint.join(parts)
        if self.draw.random() < 0.1:  # something lost or added
            at = self.draw.randrange(len(text))
            return text[:at] + self.draw.choice(("", '"', "(", "!", " ", "\\")) + text[at + 1 :]
        return text

    def _condition(self) -> str:
        field, literal = self.draw.choice(_FIELDS), self.draw.choice(_LITERALS)
        operator = self.draw.choice(_OPERATORS)
        if operator in {"contains", "match"}:
            wanted = self.draw.choice(('"a"', '"Prod*"', '"*ed"', '""', literal))
            return f"{self.draw.choice(('', '', '!'))}{operator}({field}, {wanted})"
        return f"{field} {operator} {literal}"
