"""Run the demo."""

import sys

from aiorecombee.demo.program import main

sys.exit(main())
