"""`slugify`: a text as part of an address."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiorecombee.segment.javascript import BLANKS, is_falsy, to_text
from aiorecombee.segment.mapping.liquid.values import printed
from aiorecombee.segment.mapping.resolver import Spend

_LETTER: Final = re.compile("[LM].|Nd").match
_LATIN: Final = {
    letter: plain
    for letters, plain in (
        *(("àáâãäå", "a"), ("æ", "ae"), ("ç", "c"), ("èéêë", "e"), ("ìíîï", "i"), ("ð", "d")),
        *(("ñ", "n"), ("òóôõöø", "o"), ("ùúûü", "u"), ("ýÿ", "y"), ("ß", "ss"), ("œ", "oe")),
        *(("þ", "th"), ("ẞ", "SS"), ("Œ", "OE"), ("Þ", "TH")),
    )
    for letter in letters
}


def _plain_letters(text: str) -> str:
    return "".join(_LATIN.get(character, character) for character in text)


def _dashed(keeps: str) -> Callable[[str], str]:
    """Keep letters, their marks, digits and some more; dashes for the rest."""

    def change(text: str) -> str:
        kept = (one if one in keeps or _LETTER(unicodedata.category(one)) else "-" for one in text)
        return re.sub("-+", "-", "".join(kept))

    return change


_SLUGS: Final[Mapping[str, Callable[[str], str]]] = {
    "ascii": lambda text: re.sub("[^A-Za-z0-9]+", "-", text),
    "default": _dashed(""),
    "latin": _dashed(""),
    "pretty": _dashed("._~!$&'()+,;=@"),
    "raw": lambda text: re.sub(f"[{BLANKS}]+", "-", text),
}


def slugify(spend: Spend, value: Any, mode: Any = "default", cased: Any = False) -> str:
    """Dashes for what the mode does not keep, in small letters."""
    text, kind = printed(value, spend), to_text(mode, spend)
    if kind in _SLUGS:
        letters = _plain_letters(text) if kind == "latin" else text
        text = _SLUGS[kind](letters).removeprefix("-").removesuffix("-")
    return text.lower() if is_falsy(cased) else text
