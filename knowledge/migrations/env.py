"""Alembic runs this; the connection is handed in by `knowledge.migrate`."""

from alembic import context

from knowledge.house_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
