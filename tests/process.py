"""The product as a process of its own: started, waited for, killed, started again on the same data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """`tuslakh run` with its data in `folder`; `module` may be another entry that ends in the same."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    module: str = "bots"
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **more: str) -> None:
        environment = {
            **{key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")},
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            **self.environment,
            **more,
        }
        log = (self.folder / "log").open("ab")
        command = [sys.executable, "-m", self.module, "run"]
        self.running = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def wait_until_up(self) -> None:
        """Raises when it ends or does not answer in time."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.is_alive():
                raise RuntimeError(f"ended: {(self.folder / 'log').read_text(errors='replace')[-2000:]}")
            try:
                httpx.get(f"{self.url}/health", timeout=2).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("not up in time")

    def is_alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def stop(self, with_signal: int = signal.SIGTERM) -> None:
        if self.running is not None:
            if self.is_alive():
                self.running.send_signal(with_signal)
            self.running.wait(30)


@contextmanager
def process(folder: Path, **environment: str) -> Iterator[Process]:
    """Up when the block begins, gone when it ends."""
    made = Process(folder, environment=environment)
    made.start()
    try:
        made.wait_until_up()
        yield made
    finally:
        made.stop()
