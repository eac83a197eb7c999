"""Behaviour of a server, section by section.

A case is a function: its name is the promise, its text the requirement, its steps find out. Cases
whose source is "unpublished; chosen" bind the mock server; what the real service does there is not
known.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from recombee_contract.case import Case, Run, Section

SECTIONS: Final = (
    "signing",
    "public_token",
    "regions",
    "http",
    "encodings",
    "items",
    "item_properties",
    "reql",
    "users",
    "user_properties",
    "merge",
    "detail_views",
    "purchases",
    "ratings",
    "cart_additions",
    "bookmarks",
    "view_portions",
    "series",
    "recommendations",
    "search",
    "synonyms",
    "segmentations",
    "scenarios",
    "batch",
    "database",
)
"""The modules of this package that hold cases, in the order in which they run."""


def cases() -> Iterator[Case]:
    """All cases."""
    for name in SECTIONS:
        section: Section = import_module(f"{__name__}.{name}").SECTION
        yield from section.cases


def runs(containing: str = "") -> Iterator[Run]:
    """All cases in all their ways; only those whose ID has `containing` in it."""
    for case in cases():
        yield from (run for run in case.ways() if containing in run.id)
