"""Who is on the roster and which queues each serves: asked before every deed. Blocks."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine, select

from database.engine import reading
from queue_manager.roster.schema import operator_queues, operators


def lines_of(engine: Engine) -> Mapping[str, Mapping[str, int]]:
    """Return extension -> queue -> penalty of everybody on the roster.

    Raises ``database.engine.StoreUnavailable``.
    """
    lines = (
        select(operators.c.extension, operator_queues.c.queue, operator_queues.c.penalty)
        .outerjoin(operator_queues, operator_queues.c.operator == operators.c.id)
        .where(operators.c.left_on.is_(None))
        .order_by(operators.c.extension, operator_queues.c.penalty, operator_queues.c.queue)
    )
    found: dict[str, dict[str, int]] = {}
    with reading(engine) as connection:
        for row in connection.execute(lines):
            served = found.setdefault(row.extension, {})
            if row.queue is not None:
                served[row.queue] = row.penalty
    return found
