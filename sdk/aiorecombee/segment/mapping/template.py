"""`@template`: text with lookups in double or triple braces."""

import re
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, to_text
from aiorecombee.segment.mapping.path import lookup, split_path
from aiorecombee.segment.mapping.resolver import Resolver

_TRIPLE: Final = re.compile(r"\{\{\{([^}]+)\}\}\}")
_DOUBLE: Final = re.compile(r"\{\{([^}]+)\}\}")


def compile_template(template: str) -> Resolver:
    """Compile the argument of `@template`.

    Text that triple braces put in is searched again for double ones, as in the original.
    """

    def resolve(data: Any) -> str:
        def found(match: re.Match[str]) -> str:
            value = lookup(data, split_path(match[1].strip()))
            return "" if value is None or value is UNDEFINED else to_text(value)

        return _DOUBLE.sub(found, _TRIPLE.sub(found, template))

    return resolve
