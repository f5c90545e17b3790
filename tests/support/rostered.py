"""A small roster with PINs that a test knows, put into the database before the start."""

from __future__ import annotations

from pathlib import Path

from database.upgrade import upgrade
from queue_manager.roster.intake import understand
from queue_manager.roster.sheet import read_sheets
from sahayata import stores
from sahayata.district.roster_terms import roster_terms_of
from sahayata.settings import Settings

PIN = "2580"
"""Of every operator here."""
OPERATORS = f"""\
extension,name,name_hi,pin,queues,supervisor
201,Sunita Yadav,सुनीता यादव,{PIN},food:0 ration:1,no
202,Rakesh Kumar,राकेश कुमार,{PIN},ration:0 psych:3,no
301,Meena Devi,मीना देवी,{PIN},general:0,yes
"""


def seat_roster(settings: Settings, folder: Path, operators: str = OPERATORS) -> None:
    """Store a roster where the instance will look for it."""
    settings.state.prepare()
    file = folder / "roster.csv"
    file.write_text(operators, encoding="utf-8")
    engine = stores.open_database(settings)
    upgrade(engine)
    store = stores.open_roster(settings, stores.load_secrets(settings), engine)
    terms = roster_terms_of(settings.district)
    store.take_in(
        lambda known: understand(read_sheets(file), terms, known),
        by="test",
        why="a test",
        left=lambda _connection, _extension: None,
    )
    engine.dispose()
