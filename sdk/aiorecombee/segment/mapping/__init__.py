"""Segment's mapping kit: a mapping is data, compiled once to closures that turn events to payloads.

Source: Segment's action-destinations, package mapping-kit.
"""

from aiorecombee.segment.mapping.compiler import compile_mapping

__all__ = ["compile_mapping"]
