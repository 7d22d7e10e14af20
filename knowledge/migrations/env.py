"""Alembic runs this; the connection is handed in by `knowledge.migrate`."""

from alembic import context

import knowledge.house_tables  # noqa: F401 - its tables belong to the metadata
from knowledge.proof_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
