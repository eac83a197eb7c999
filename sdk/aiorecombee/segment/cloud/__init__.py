"""Segment's cloud around the destination: what it would put on the wire, and report of it.

The destination proper (`Destination`) gives requests of this library, event by event. This package
says what Segment's own process would have done with the same mappings, down to the URL, the body
and the status of each event of a batch, so that both can be compared; `cases` does so for files of
cases. Nothing is sent.
"""
