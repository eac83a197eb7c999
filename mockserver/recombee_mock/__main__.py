"""`python -m recombee_mock` is `recombee-mock`."""

import sys

from recombee_mock.cli import main

if __name__ == "__main__":
    sys.exit(main())
