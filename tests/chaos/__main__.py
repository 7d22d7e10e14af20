"""`python -m tests.chaos --events N --kills N --seed S`: a storm as large as one likes; ends with 1 on a violation."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.ground import prepare_ground
from tests.chaos.plan import Plan
from tests.chaos.storm import blow


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=None, help="of a run that failed, to see it again")
    asked = parser.parse_args()
    seed = random.randrange(2**31) if asked.seed is None else asked.seed
    plan = Plan(asked.events, asked.kills, seed, tell=lambda row: print(row, flush=True))
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        outcome = blow(plan, prepare_ground(Path(folder)))
        print("\n".join(outcome.rows(plan)), flush=True)
        if outcome.verdict.problems:
            print(
                f"FAILED; again with: python -m tests.chaos --events {plan.events} --kills {plan.kills} --seed {seed}"
            )
    return 1 if outcome.verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
