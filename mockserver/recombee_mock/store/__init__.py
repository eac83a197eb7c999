"""The state of a database.

All writes go through the small methods here; none of them reads a clock or does I/O, so the same
calls in the same order always lead to the same state.
"""
