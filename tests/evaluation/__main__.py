"""The whole evaluation, on one thread: `make evaluate`."""

from __future__ import annotations

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def main() -> None:
    """The libraries count their threads when they are loaded, so they are not loaded before."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    from tests.evaluation.report import write

    write()


if __name__ == "__main__":
    main()
