"""ReQL, Recombee's query language: read it and check it before it is sent.

from aiorecombee.reql import validate

validate("'price' < 10", use="filter", item_properties={"price": "double"})
"""

from aiorecombee.reql.checking import Checked, check
from aiorecombee.reql.errors import (
    ReqlError,
    ReqlSyntaxError,
    ReqlTypeError,
    UnknownPropertyError,
)
from aiorecombee.reql.grammar import parse
from aiorecombee.reql.names import Names
from aiorecombee.reql.printing import printed
from aiorecombee.reql.validation import validate

__all__ = [
    "Checked",
    "Names",
    "ReqlError",
    "ReqlSyntaxError",
    "ReqlTypeError",
    "UnknownPropertyError",
    "check",
    "parse",
    "printed",
    "validate",
]
