"""`python -m tests.bench [turns] [understanding] [hundredfold]`; the first two when none is named."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.bench import turns

PARTS = ("turns", "understanding", "hundredfold")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; the last takes minutes")
    parser.add_argument("--turns", type=int, default=480, help="turns in each row, over all sessions")
    asked = parser.parse_args()
    wrong = set(asked.parts).difference(PARTS)
    if wrong:
        parser.error(f"no such part: {', '.join(sorted(wrong))}")
    parts = asked.parts or PARTS[:2]
    if "turns" in parts:
        turns.measure(asked.turns)
    for part in parts:
        if part != "turns":  # in a process of its own: memory is counted, and libraries count threads when they load
            print(flush=True)
            subprocess.run([sys.executable, "-m", f"tests.bench.{part}"], env=os.environ | ONE_THREAD, check=True)


if __name__ == "__main__":
    main()
