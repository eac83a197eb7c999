"""Bookmarks."""

from recombee_contract.case import Section
from recombee_contract.cases import interaction_records
from recombee_contract.cases.interactions import SHARED, Kind

SECTION = Section("bookmarks")
_KIND = Kind("bookmark", "bookmarks")
SHARED.add_to(SECTION, _KIND)
interaction_records.SHARED.add_to(SECTION, _KIND)
