"""`@liquid`: Liquid templates, as the JavaScript engine in Segment's mapping kit renders them.

The language is python-liquid's; printing, comparing and the filters are JavaScript's. Loaded only
for mappings that have a template.
"""

from aiorecombee.segment.mapping.liquid.directive import liquid_directive

__all__ = ["liquid_directive"]
