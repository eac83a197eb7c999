"""`python -m aiorecombee.cli`: the command where it is not on the path."""

import sys

from aiorecombee.cli.program import main

sys.exit(main())
