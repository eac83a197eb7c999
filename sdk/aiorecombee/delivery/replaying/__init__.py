"""Replaying archives of Segment events: read, map, send, and account for every line.

What decides is pure: where lines end (`lines`), which events are wanted (`sifting`), what an answer
means (`verdicts`), what is settled (`account`), when to try again (`pacing`). `run` awaits, with
the help of `apart`; `book` knows what became of users, and `rerouting` goes by it.
"""
