"""How alembic reaches the store: always with a connection that ``database.upgrade`` opened."""

from alembic import context

from database.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
