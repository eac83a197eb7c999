"""The demo: a day of Segment events, replayed against the mock server, and told as a story.

`python -m aiorecombee.demo`
"""
