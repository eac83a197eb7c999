"""The control API from the other side: `MockControl`, and what a test may tell its database."""
