"""`python -m tests.kill.victim run`: the product, armed to die at the hop named in the environment."""

from __future__ import annotations

import os
import sys

from bots.__main__ import main
from tests.kill.hops import arm

if __name__ == "__main__":
    if os.environ.get("DIE_AT"):
        arm(os.environ["DIE_AT"], int(os.environ.get("DIE_ON", "1")))
    sys.exit(main(sys.argv[1:]))
