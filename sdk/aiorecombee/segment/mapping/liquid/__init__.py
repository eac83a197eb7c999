"""`@liquid`: Liquid templates, as the JavaScript engine in Segment's mapping kit renders them.

A template is taken apart (`pieces`), its tags are read to nodes (`tags`, `branches`, `cycle`), what
is in them to closures (`reader`, `paths`, `expressions`), and the nodes print what they find in the
event. Everything is bounded: templates have 1000 characters, there are no loops, and all that is
made is counted.

Loaded only for mappings that have a template.
"""

from aiorecombee.segment.mapping.liquid.directive import liquid_directive

__all__ = ["liquid_directive"]
