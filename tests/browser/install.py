"""Chromium for the browser tests: found, installed with apt where that is possible, or an explanation how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PATHS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PACKAGES = ("chromium", "fonts-noto-core")


def chromium() -> str | None:
    """Where Chromium is; the CHROMIUM variable beats the usual places."""
    candidates = (os.environ.get("CHROMIUM", ""), *PATHS, shutil.which("chromium") or "")
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


def main() -> int:
    if chromium():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the browser tests ...", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", *PACKAGES], check=False, **quiet)  # type: ignore[call-overload]
    if chromium():
        return 0
    print("The browser tests need Chromium: install it (Debian: apt install chromium) or set CHROMIUM=/path/to/it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
