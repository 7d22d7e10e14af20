"""The digests persons are found by, made anew under another index key, in one transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from knowledge.link_ends import LIVE, WIPED
from knowledge.proof_tables import links, phones, proofs
from knowledge.tables import challenges, code_tries, identities
from knowledge.vault import Vault

_HOLDERS = (challenges, code_tries, links, proofs)


def rotate_index(connection: Connection, old_vault: Vault, new_vault: Vault) -> int:
    """Every digest that depends on a register number, by the sealed number; how many persons there were.

    `old_vault` opens the numbers. What cannot be made anew: an identity without its number (its chat was erased)
    keeps the old digest and is not found again; the phones that were seen are forgotten, so the first number seen
    after it counts as known; open pages end and own codes that are out fit no more.
    """
    sealed = select(identities.c.identity, identities.c.number_sealed).where(identities.c.number_sealed.is_not(None))
    changed = 0
    for row in connection.execute(sealed.order_by(identities.c.identity).with_for_update()).all():
        new = new_vault.identity(old_vault.open(row.number_sealed))
        if new == row.identity:
            continue
        changed += 1
        for table in (identities, *_HOLDERS):
            connection.execute(update(table).where(table.c.identity == row.identity).values(identity=new))
    if changed:
        connection.execute(delete(phones))
        connection.execute(update(links).where(links.c.status.in_(LIVE)).values(status="gone", **WIPED))
        connection.execute(update(challenges).where(challenges.c.code_digest != "").values(code_digest=""))
    return changed
