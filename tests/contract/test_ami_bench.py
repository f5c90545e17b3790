"""The bench measures what it says: both arms tell every event of the recordings."""

from __future__ import annotations

from benchmarks import ami


def test_every_figure_is_found() -> None:
    rows = ami.run(1, events=50)
    assert len(rows) == 7
    assert all(row.median > 0 for row in rows)
    assert [str(row.must) for row in rows if row.must] == ["≥ 3"]
