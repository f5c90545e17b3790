"""Logging in: one wording, one duration, and no way to lock anybody else out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from console.accounts import Accounts, NameTaken, NoSuchUser
from console.audit import Audit
from console.door import Door, Entered, Later, Refused
from console.passwords import MOST_IN_LINE, Passwords, TooBusy, Unfit, fit
from console.schema import audit as audit_table
from console.schema import devices, sessions
from console.users import Role, clean_name
from database.engine import reading
from queue_manager.room.orders import Deed, Order, Outcome, Result
from tests.support.console_house import PASSWORD, QUICK

HOME, OFFICE = "192.0.2.7", "198.51.100.3"


class Clocks:
    """One for the day and one that only goes on."""

    def __init__(self) -> None:
        self.moment, self.steady = datetime(2026, 6, 1, 4, tzinfo=UTC), 1000.0

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.steady += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def accounts(store: Engine, clocks: Clocks) -> Accounts:
    made = Accounts(store, clocks.now)
    made.add("asha", Role.SUPERVISOR, QUICK.hash(PASSWORD))
    return made


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(QUICK)
    yield made
    made.close()


@pytest.fixture
def door(store: Engine, accounts: Accounts, passwords: Passwords, clocks: Clocks) -> Door:
    return Door(accounts, Audit(store, clocks.now), passwords, lambda: clocks.steady)


async def enter(
    door: Door, name: str = "asha", password: str = PASSWORD, at: str = HOME, device: str = ""
) -> Entered | Refused | Later:
    return await door.enter(name, password, at, device)


async def fail(
    door: Door, times: int, at: str = HOME, name: str = "asha", device: str = ""
) -> None:
    for _ in range(times):
        await enter(door, name, "wrong password", at, device)


async def test_the_right_password_opens(door: Door, accounts: Accounts) -> None:
    found = await enter(door, " ASHA ")
    assert isinstance(found, Entered)
    session = accounts.session(found.token)
    assert session is not None
    assert (session.user.name, session.user.role) == ("asha", Role.SUPERVISOR)


@pytest.mark.parametrize("name", ["asha", "nobody", "", "a b", "x" * 500, "\x00", "' OR 1=1--"])
async def test_wrong_names_and_wrong_passwords_look_the_same(door: Door, name: str) -> None:
    assert await enter(door, name, "wrong password") == Refused()


async def test_a_password_without_an_end_is_refused(door: Door) -> None:
    assert await enter(door, password="x" * 100_000) == Refused()


async def test_a_name_that_is_not_there_is_compared_too(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []
    same = Passwords._same

    def noted(self: Passwords, stored: str | None, typed: str) -> bool:
        compared.append(stored)
        return same(self, stored, typed)

    monkeypatch.setattr(Passwords, "_same", noted)
    await enter(door, "nobody", "wrong password")
    assert compared == [None]


async def test_who_fails_waits_and_then_may_try_again(door: Door, clocks: Clocks) -> None:
    await fail(door, 4)
    assert await enter(door) == Later(2.0)
    clocks.advance(2.0)
    assert isinstance(await enter(door), Entered)


async def test_a_stranger_elsewhere_locks_nobody_out(door: Door) -> None:
    await fail(door, 30, at=OFFICE)
    assert isinstance(await enter(door, at=HOME), Entered)


async def test_a_stranger_at_the_same_address_does_not_keep_a_known_browser_out(
    door: Door,
) -> None:
    first = await enter(door)
    assert isinstance(first, Entered)
    await fail(door, 30)
    assert isinstance(await enter(door), Later)
    assert isinstance(await enter(door, device=first.device), Entered)


async def test_a_known_browser_is_known_for_its_user_only(door: Door, accounts: Accounts) -> None:
    accounts.add("ravi", Role.VIEWER, QUICK.hash(PASSWORD))
    ravi = await enter(door, "ravi")
    assert isinstance(ravi, Entered)
    await fail(door, 4, device=ravi.device)
    assert isinstance(await enter(door, device=ravi.device), Later)


async def test_guessing_in_a_known_browser_is_slowed_too(door: Door) -> None:
    first = await enter(door)
    assert isinstance(first, Entered)
    await fail(door, 4, device=first.device)
    assert isinstance(await enter(door, device=first.device), Later)


async def test_many_names_from_one_address_are_slowed(door: Door) -> None:
    for number in range(21):
        await fail(door, 1, at=OFFICE, name=f"name{number}")
    assert isinstance(await enter(door, "another", "wrong password", OFFICE), Later)
    assert isinstance(await enter(door, at=OFFICE), Later)


async def test_who_came_from_an_address_before_does_not_wait_for_other_names(door: Door) -> None:
    await enter(door, at=OFFICE)
    for number in range(40):
        await fail(door, 1, at=OFFICE, name=f"name{number}")
    assert isinstance(await enter(door, at=OFFICE), Entered)


async def test_many_at_once_are_not_all_free(door: Door) -> None:
    found = await asyncio.gather(*(enter(door, password="wrong password") for _ in range(20)))
    assert sum(isinstance(one, Refused) for one in found) <= 5


async def test_strangers_in_line_do_not_keep_known_browsers_waiting(passwords: Passwords) -> None:
    stored = QUICK.hash(PASSWORD)
    line = [passwords.agree(stored, PASSWORD, known=False) for _ in range(MOST_IN_LINE)]
    waiting = asyncio.gather(*line)
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await passwords.agree(stored, PASSWORD, known=False)
    assert await passwords.agree(stored, PASSWORD, known=True)
    assert all(await waiting)


async def test_who_was_not_looked_at_for_the_crowd_enters_when_it_is_gone(
    door: Door, passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as crowded:
        crowded.setitem(passwords._in_line, False, MOST_IN_LINE)
        for _ in range(4):
            with pytest.raises(TooBusy):
                await enter(door)
    assert isinstance(await enter(door), Entered)


async def test_a_right_password_makes_nobody_of_its_address_wait(door: Door) -> None:
    for number in range(20):
        await fail(door, 1, at=OFFICE, name=f"name{number}")
    assert isinstance(await enter(door, at=OFFICE), Entered)
    assert await enter(door, "another", "wrong password", OFFICE) == Refused()


async def test_a_session_ends_by_time_by_log_out_and_by_a_new_password(
    door: Door, accounts: Accounts, clocks: Clocks
) -> None:
    for ending in ("time", "leave", "password", "remove"):
        found = await enter(door)
        assert isinstance(found, Entered)
        session = accounts.session(found.token)
        assert session is not None
        match ending:
            case "time":
                clocks.advance(12 * 3600 + 1)
            case "leave":
                await door.leave(session, HOME)
            case "password":
                accounts.set_password("asha", QUICK.hash(PASSWORD))
            case _:
                accounts.remove("asha")
        assert accounts.session(found.token) is None


async def test_no_token_is_in_the_database(door: Door, store: Engine) -> None:
    found = await enter(door)
    assert isinstance(found, Entered)
    with reading(store) as connection:
        rows = str([*connection.execute(select(sessions)), *connection.execute(select(devices))])
    assert found.token not in rows
    assert found.device not in rows


async def test_a_browser_is_remembered_once(door: Door, store: Engine) -> None:
    device = ""
    for _ in range(5):
        found = await enter(door, device=device)
        assert isinstance(found, Entered)
        device = found.device
    with reading(store) as connection:
        assert len(connection.execute(select(devices)).all()) == 1


async def test_who_came_and_who_failed_is_on_record(
    door: Door, store: Engine, clocks: Clocks
) -> None:
    await enter(door, "nobody", "wrong password")
    await enter(door, password="wrong password")
    await asyncio.gather(*door._noting)
    await enter(door)
    lines = Audit(store, clocks.now).page()
    assert [(line.who, line.what, line.outcome) for line in lines] == [
        ("asha", "log_in", "confirmed"),
        ("asha", "log_in", "refused"),
    ]


def test_a_name_is_given_once(accounts: Accounts) -> None:
    with pytest.raises(NameTaken):
        accounts.add("asha", Role.VIEWER, "x")
    with pytest.raises(NoSuchUser):
        accounts.remove("nobody")
    assert [user.name for user in accounts.all()] == ["asha"]


@pytest.mark.parametrize("name", ["", "a b", "<b>", "x" * 41, "a\u202eb", "a\nb"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ValueError, match="a name has"):
        clean_name(name)


def test_names_in_hindi() -> None:
    assert clean_name("सुनीता") == "सुनीता"


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "asha-asha-asha-1", "x" * 201]
)
def test_passwords_that_are_none(password: str) -> None:
    with pytest.raises(Unfit):
        fit(password, "asha")


def test_a_password_in_hindi_is_the_same_however_it_was_typed() -> None:
    # क़ as one letter, and as a letter with a dot.
    assert fit("\u0958लम-कॉपी-किताब-9", "x") == fit("\u0915\u093cलम-कॉपी-किताब-9", "x")


def test_the_record_cannot_be_changed(store: Engine, clocks: Clocks) -> None:
    record = Audit(store, clocks.now)
    order = Order(Deed.PAUSE, "201", "asha", "tea time", reason="tea")
    number = record.asked(order, HOME)
    for change in (update(audit_table).values(why="another"), delete(audit_table)):
        with pytest.raises(DBAPIError, match="append-only"), store.begin() as connection:
            connection.execute(change)
    (line,) = record.page()
    assert (line.what, line.why, line.outcome, line.ended_at) == (
        "pause:tea",
        "tea time",
        "asked",
        None,
    )
    record.answered(number, order, Result(Outcome.REFUSED, "is in no queue"))
    (line,) = record.page()
    assert (line.outcome, line.said, line.ended_at) == ("refused", "is in no queue", clocks.moment)


def test_the_record_is_read_page_by_page(store: Engine, clocks: Clocks) -> None:
    record = Audit(store, clocks.now)
    for number in range(5):
        record.door(f"u{number}", HOME, "log_in", "confirmed")
    first = record.page(most=3)
    rest = record.page(before=first[-1].id, most=3)
    assert [line.who for line in (*first, *rest)] == ["u4", "u3", "u2", "u1", "u0"]
