"""``sahayata user``: who may log in to the console."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from sahayata.cli.words import (
    BadWords,
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    existing_settings,
    say,
)

if TYPE_CHECKING:
    from console.accounts import Accounts

MOST_LINE = 4096


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("user", help="who may log in to the console")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    made = command(
        verbs, "add", "add a user; the password is asked for, or read from standard input", run_add
    )
    made.add_argument("name", metavar="NAME")
    made.add_argument(
        "--role",
        required=True,
        choices=("viewer", "supervisor", "admin"),
        help="viewer: looks at the wall; supervisor: acts on operators; admin: reads the record",
    )
    changed = command(verbs, "passwd", "give a user a new password; ends all sessions", run_passwd)
    changed.add_argument("name", metavar="NAME")
    removed = command(verbs, "remove", "remove a user; ends all sessions", run_remove)
    removed.add_argument("name", metavar="NAME")
    listed = command(verbs, "list", "list the users", run_list)
    for verb in (made, changed, removed, listed):
        add_state(verb)
    add_json(listed)


def run_add(args: argparse.Namespace) -> int:
    """Add a user."""
    from console.accounts import NameTaken
    from console.users import Role

    def work(accounts: Accounts, name: str) -> None:
        try:
            accounts.add(name, Role(args.role), _hashed(name))
        except NameTaken as taken:
            raise Refused(f"there is a user {name} already") from taken
        say(f"{name} may log in as {args.role}")

    return _with(args, work)


def run_passwd(args: argparse.Namespace) -> int:
    """Change a password."""

    def work(accounts: Accounts, name: str) -> None:
        _need(accounts, name)
        accounts.set_password(name, _hashed(name))
        say(f"{name} has a new password; all sessions are ended")

    return _with(args, work)


def run_remove(args: argparse.Namespace) -> int:
    """Remove a user."""

    def work(accounts: Accounts, name: str) -> None:
        _need(accounts, name)
        accounts.remove(name)
        say(f"{name} may log in no more; all sessions are ended")

    return _with(args, work)


def run_list(args: argparse.Namespace) -> int:
    """List the users."""

    def work(accounts: Accounts, _: str) -> None:
        found = accounts.all()
        if args.json:
            answer_json([{k: v for k, v in asdict(user).items() if k != "id"} for user in found])
            return
        for user in found:
            say(f"{user.name:<24} {user.role.value:<12} since {user.created_at:%Y-%m-%d}")
        if not found:
            say("nobody may log in yet: sahayata user add NAME --role admin")

    args.name = "list"
    return _with(args, work)


def _with(args: argparse.Namespace, work: Callable[[Accounts, str], None]) -> int:
    from console.accounts import Accounts
    from console.passwords import Unfit
    from console.users import clean_name
    from database.engine import StoreUnavailable
    from database.upgrade import NewerStore, upgrade
    from sahayata.stores import now, open_database

    try:
        name = clean_name(args.name)
    except ValueError as fault:
        raise BadWords(str(fault)) from fault
    found = existing_settings(args)
    engine = open_database(found)
    try:
        upgrade(engine)
        work(Accounts(engine, now), name)
    except Unfit as fault:
        raise Refused(str(fault)) from fault
    except (StoreUnavailable, NewerStore) as fault:
        raise Refused(f"the database cannot be used: {fault}") from fault
    finally:
        engine.dispose()
    return 0


def _need(accounts: Accounts, name: str) -> None:
    if accounts.find(name) is None:
        raise Refused(f"there is no user {name}")


def _hashed(name: str) -> str:
    """Ask for a password, twice where somebody types, and hash it."""
    from argon2 import PasswordHasher

    from console.passwords import fit

    if sys.stdin.isatty():
        typed = getpass.getpass("Password: ")
        if typed != getpass.getpass("Again:    "):
            raise Refused("the two are not the same")
    else:
        typed = sys.stdin.readline(MOST_LINE).rstrip("\r\n")
    return PasswordHasher().hash(fit(typed, name))
