"""The control API under `/_mock`: everything about the mock that Recombee itself does not have.

One module per room, each with a function that gives its routes. `api` finds the right one, keeps
web pages out, and `openapi` describes them all.
"""
