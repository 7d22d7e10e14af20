"""The command line: run, ask, chat, catalogue, evaluate, migrate, settings, staff, audit, keys."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from bots.commands import (
    around,
    ask,
    audit,
    catalogue,
    chat,
    evaluate,
    keys,
    link,
    messenger,
    run,
    staff,
    telegram,
    upkeep,
)
from config.settings import problems
from dialogs.redacting import redact
from knowledge.catalogue_files import CatalogueError
from knowledge.database import AuditError, DatabaseError
from knowledge.vault import VaultError


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="tuslakh", description="Туслах: the chat assistant of E-Mongolia.")
    verbs = root.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in (run, ask, chat, catalogue, around, link, telegram, messenger, evaluate, upkeep, staff, audit, keys):
        module.add(verbs)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 something is wrong with the data or settings, 2 wrong usage."""
    chosen = parser().parse_args(arguments)
    work: Callable[[argparse.Namespace], int] = chosen.work
    try:
        return work(chosen)
    except ValidationError as error:
        print("\n".join(problems(error)), file=sys.stderr)
        return 1
    except (AuditError, CatalogueError, DatabaseError, VaultError, ValueError) as error:
        print(f"tuslakh: {redact(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        print(f"tuslakh: {redact(str(error))}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
