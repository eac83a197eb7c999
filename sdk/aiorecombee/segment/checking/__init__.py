"""Everything that is wrong with mappings, told before the first event comes.

    located = locate(text)
    for finding in check_mappings(located, find_profile("documented")):
        print(located.place(finding.pointer), finding.text, finding.remedy)

Each check looks at one thing and goes on after what it finds, so that all is told at once.
"""

from aiorecombee.segment.checking.files import check_mappings
from aiorecombee.segment.checking.finding import Finding

__all__ = ["Finding", "check_mappings"]
