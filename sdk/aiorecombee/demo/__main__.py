"""Run the demo."""

import sys

try:
    from aiorecombee.demo.program import main
except KeyboardInterrupt:  # somebody changed their mind before it began
    sys.exit(130)

sys.exit(main())
