"""`python -m marrowkg`."""

import sys

from marrowkg.cli import main

sys.exit(main())
