"""Full text search: words in, IDs out, the best first.

The index is SQLite's FTS5, in memory and one per database. It is made when somebody searches for
the first time; later searches bring it up to what has changed since.
"""
