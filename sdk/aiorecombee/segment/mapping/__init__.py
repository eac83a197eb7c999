"""Segment's mapping kit: a mapping is data, compiled once to closures that turn events to payloads.

Source: Segment's action-destinations, package mapping-kit.
"""

from aiorecombee.segment.mapping.compiler import compile_batch, compile_fields, compile_mapping
from aiorecombee.segment.mapping.errors import (
    MappingFailedError,
    MappingInvalidError,
    MappingProblem,
)
from aiorecombee.segment.mapping.resolver import Observer, Resolver

__all__ = [
    "MappingFailedError",
    "MappingInvalidError",
    "MappingProblem",
    "Observer",
    "Resolver",
    "compile_batch",
    "compile_fields",
    "compile_mapping",
]
