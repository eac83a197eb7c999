"""`aiorecombee doctor`: why a database cannot be reached.

`diagnosis` decides, purely, from what was `seen`; `observer` looks where it is told to.
"""
