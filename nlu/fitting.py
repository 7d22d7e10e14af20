"""What the fits on the command line share: `python -m nlu.calibration` and its neighbours."""

from __future__ import annotations

import argparse
import pkgutil

from dialogs.services import Catalogue

LOADER = "knowledge.catalogue_files:load"


def parser_of(module: str, says: str | None) -> argparse.ArgumentParser:
    """Takes the catalogue's loader, because this room does not know who keeps the catalogue."""
    parser = argparse.ArgumentParser(prog=module, description=says)
    parser.add_argument("loader", nargs="?", default=LOADER, help="module:function that loads the catalogue")
    return parser


def loaded(arguments: argparse.Namespace) -> Catalogue:
    """Raises what importing or calling the loader raises."""
    catalogue = pkgutil.resolve_name(arguments.loader)()
    assert isinstance(catalogue, Catalogue)
    return catalogue
