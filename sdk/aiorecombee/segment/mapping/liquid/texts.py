"""Filters for text. What is no text is printed first."""

import base64
import binascii
import hashlib
import hmac
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from aiorecombee.segment.javascript import (
    BLANKS,
    UNDEFINED,
    is_falsy,
    trim,
    utf16_length,
    utf16_units,
    well_formed,
)
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError
from aiorecombee.segment.mapping.liquid.slugs import slugify
from aiorecombee.segment.mapping.liquid.values import (
    count_to,
    number,
    printed,
)
from aiorecombee.segment.mapping.resolver import Spend

_BLANK: Final = re.compile(f"[{BLANKS}]+")
_NEWLINE: Final = re.compile(r"\r?\n")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_CHARACTERS: Final = {entity: character for character, entity in _ENTITIES.items()}
_ENTITY: Final = re.compile("|".join(_CHARACTERS))
_MARKUP: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">"))
_BAD_ESCAPE: Final = re.compile("%(?![0-9a-fA-F]{2})")


def _of(change: Callable[[str], str]) -> Callable[..., str]:
    return lambda spend, value: change(printed(value, spend))


def _with(change: Callable[[str, str], Any]) -> Callable[..., Any]:
    def run(spend: Spend, value: Any, other: Any = UNDEFINED) -> Any:
        return change(printed(value, spend), printed(other, spend))

    return run


def _with_two(change: Callable[[str, str, str, Spend], str]) -> Callable[..., str]:
    def run(spend: Spend, value: Any, old: Any = UNDEFINED, new: Any = UNDEFINED) -> str:
        return change(printed(value, spend), printed(old, spend), printed(new, spend), spend)

    return run


def _joining(name: str, join: Callable[[str, str], str]) -> Callable[..., str]:
    def run(spend: Spend, value: Any, *others: Any) -> str:
        if len(others) != 1:
            raise FilterRefusedError(f"{name} expect 2 arguments")
        return join(printed(value, spend), printed(others[0], spend))

    return run


def _stripping(strip: Callable[[str, str], str]) -> Callable[..., str]:
    def run(spend: Spend, value: Any, characters: Any = UNDEFINED) -> str:
        text = printed(value, spend)
        return strip(text, printed(characters, spend) if not is_falsy(characters) else BLANKS)

    return run


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def _split(text: str, separator: str) -> list[str]:
    parts = text.split(separator) if separator else list(utf16_units(text))
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _replace(text: str, old: str, new: str, spend: Spend) -> str:
    parts = text.split(old) if old else list(utf16_units(text))
    spend(len(parts) * len(new))
    return new.join(parts)


def _replace_last(text: str, old: str, new: str) -> str:
    at = text.rfind(old)
    return text if at < 0 else text[:at] + new + text[at + len(old) :]


def _truncate(spend: Spend, value: Any, length: Any = 50, mark: Any = "...") -> Any:
    text, end, most = printed(value, spend), printed(mark, spend), number(length)
    if utf16_length(text) <= most or len(text) <= count_to(most):
        return value
    return text[: count_to(most - len(end))] + end


def _truncate_words(spend: Spend, value: Any, count: Any = 15, mark: Any = "...") -> str:
    words = _BLANK.split(printed(value, spend).lstrip(BLANKS))
    wanted = number(count)
    if math.isnan(wanted):
        return ""
    wanted = 1 if wanted <= 0 else wanted
    most = int(min(wanted, len(words)))
    return " ".join(words[:most]) + (printed(mark, spend) if len(words) >= wanted else "")


def _word_count(spend: Spend, value: Any) -> int:
    text = trim(printed(value, spend))
    return len(_BLANK.split(text)) if text else 0


def _escape(text: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda found: _CHARACTERS[found[0]], text)


def _strip_html(text: str) -> str:
    pieces, at = [], 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(text[at:start])
        ends = (
            text.find(closing, start + len(opening)) + len(closing)
            for opening, closing in _MARKUP
            if text.startswith(opening, start) and text.find(closing, start + len(opening)) >= 0
        )
        found = next(ends, None)
        if found is None:
            return "".join([*pieces, text[start:]])
        at = found
    return "".join([*pieces, text[at:]])


def _encoded(safe: str, blank: str = "+") -> Callable[..., str]:
    def encode(text: str) -> str:
        try:
            return quote(text, safe).replace("%20", blank)
        except UnicodeEncodeError:
            raise FilterRefusedError("URI malformed") from None

    return _of(encode)


def _url_decode(text: str) -> str:
    if _BAD_ESCAPE.search(text):
        raise FilterRefusedError("URI malformed")
    try:
        return unquote(text.replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        raise FilterRefusedError("URI malformed") from None


def _base64_decode(text: str) -> str:
    text = re.sub(r"[\t\n\f\r ]", "", text).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode(
            errors="replace"
        )
    except (binascii.Error, ValueError):
        raise FilterRefusedError("invalid base64 provided to base64_decode") from None


def _utf8(text: str) -> bytes:
    return well_formed(text).encode()


def _signed(text: str, key: str) -> str:
    return hmac.digest(_utf8(key), _utf8(text), "sha256").hex()


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "append": _joining("append", lambda text, other: text + other),
    "base64_decode": _of(_base64_decode),
    "base64_encode": _of(lambda text: base64.b64encode(_utf8(text)).decode()),
    "capitalize": _of(_capitalize),
    "cgi_escape": _encoded("-_.~"),
    "downcase": _of(str.lower),
    "escape": _of(_escape),
    "escape_once": _of(lambda text: _escape(_unescape(text))),
    "hmac_sha256": _with(_signed),
    "lstrip": _stripping(str.lstrip),
    "normalize_whitespace": _of(lambda text: _BLANK.sub(" ", text)),
    "number_of_words": _word_count,
    "prepend": _joining("prepend", lambda text, other: other + text),
    "remove": _with(lambda text, old: text.replace(old, "") if old else text),
    "remove_first": _with(lambda text, old: text.replace(old, "", 1)),
    "remove_last": _with(lambda text, old: _replace_last(text, old, "")),
    "replace": _with_two(_replace),
    "replace_first": _with_two(lambda text, old, new, _: text.replace(old, new, 1)),
    "replace_last": _with_two(lambda text, old, new, _: _replace_last(text, old, new)),
    "rstrip": _stripping(str.rstrip),
    "sha256": _of(lambda text: hashlib.sha256(_utf8(text)).hexdigest()),
    "slugify": slugify,
    "split": _with(_split),
    "squish": _of(lambda text: trim(_BLANK.sub(" ", text))),
    "strip": _stripping(str.strip),
    "strip_html": _of(_strip_html),
    "strip_newlines": _of(lambda text: _NEWLINE.sub("", text)),
    "truncate": _truncate,
    "truncatewords": _truncate_words,
    "upcase": _of(str.upper),
    "uri_escape": _encoded(";,/?:@&=+$-_.!~*'()#[]", "%20"),
    "url_decode": _of(_url_decode),
    "url_encode": _encoded("-_.!~*'()"),
    "xml_escape": _of(_escape),
}
