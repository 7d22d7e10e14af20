"""A process that has imported everything and forks a life of the product on request: born in a tenth of a second.

`python -m tests.chaos.nursery FOLDER` reads one JSON object of environment variables a line and answers each with the
process number of the new life.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path

from tests.process import ROOT

GONE_SECONDS = 30.0
UP_SECONDS = 30.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
# Libraries that make threads would not survive a fork.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Nursery:
    """The side that asks. A context manager; everything it started is gone when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}
        environment = {**kept, **_ONE_THREAD, "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.chaos.nursery", str(folder)]
        self._parent = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.stdout.close()
        self._parent.wait(GONE_SECONDS)

    def start(self, **environment: str) -> int:
        """The number of a new life. Raises when the nursery itself ended; its log says why."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(json.dumps(environment), file=self._parent.stdin, flush=True)
        answer = self._parent.stdout.readline()
        if not answer:
            raise RuntimeError("the nursery ended")
        return int(answer)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill(pid: int, with_signal: int = signal.SIGKILL) -> None:
    """Gone when this returns. Raises `TimeoutError` when it stays."""
    if is_alive(pid):
        os.kill(pid, with_signal)
    deadline = time.monotonic() + GONE_SECONDS
    while is_alive(pid):
        if time.monotonic() > deadline:
            raise TimeoutError("a life does not end")
        time.sleep(0.002)


def wait_until_up(pid: int, port: int) -> float:
    """Seconds until it takes connections. Raises when it ends before."""
    began = time.monotonic()
    while time.monotonic() - began < UP_SECONDS:
        if not is_alive(pid):
            raise RuntimeError("a life ended while it was being born; its log says why")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.monotonic() - began
        time.sleep(0.005)
    raise TimeoutError("a life does not come up")


def main(folder: Path) -> None:
    from tests.chaos.victim import warm

    warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead, so none stays a zombie
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _be_born(folder, json.loads(line))
        print(pid, flush=True)


def _be_born(folder: Path, environment: dict[str, str]) -> None:
    from tests.chaos.victim import live

    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(number, target)
    try:
        live(folder, environment)
    except BaseException:
        traceback.print_exc()  # into the log: nobody above may see it
    finally:
        sys.stderr.flush()
        os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
