"""Clients that bear witness: each turns a request into what it would put on the wire.

- `aiorecombee_client` is this distribution's SDK.
- `official_python` is Recombee's own client for Python.
- `samples` are arguments for every request, `differences` what is known to differ, and why.
"""
