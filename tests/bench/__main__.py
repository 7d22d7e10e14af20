"""`python -m tests.bench [turns] [accepting] [conversations] [understanding] [hundredfold]`; all but the last when none
is named."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.bench import accepting, conversations, turns
from tests.bench.products import SETUPS

HERE = ("turns", "accepting", "conversations")
PARTS = (*HERE, "understanding", "hundredfold")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    asked = _asked()
    setups = [
        setup for setup in SETUPS if setup.database.lower() in asked.databases and setup.processes in asked.processes
    ]
    parts = asked.parts or PARTS[:-1]
    if "turns" in parts:
        turns.measure(asked.turns)
    if "accepting" in parts:
        accepting.measure(setups, accepting.AT_ONCE, asked.messages)
    if "conversations" in parts:
        conversations.measure(setups, asked.at_once, asked.turns)
    for part in (part for part in parts if part not in HERE):
        # In a process of its own: memory is counted, and libraries count threads when they load.
        print(flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{part}"], env=os.environ | ONE_THREAD, check=True)


def _asked() -> argparse.Namespace:
    databases, processes = ({setup.database.lower() for setup in SETUPS}, {setup.processes for setup in SETUPS})
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; the last takes minutes")
    parser.add_argument("--turns", type=int, default=480, help="turns in each row, over all conversations")
    parser.add_argument("--messages", type=int, default=2000, help="messages in each row of `accepting`")
    parser.add_argument("--at-once", type=int, nargs="+", default=conversations.AT_ONCE, help="conversations at once")
    parser.add_argument("--databases", nargs="+", choices=sorted(databases), default=databases)
    parser.add_argument("--processes", type=int, nargs="+", choices=sorted(processes), default=processes)
    asked = parser.parse_args()
    if wrong := set(asked.parts).difference(PARTS):
        parser.error(f"no such part: {', '.join(sorted(wrong))}")
    return asked


if __name__ == "__main__":
    main()
