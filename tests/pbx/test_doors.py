"""Who is taken for whom: a trunk, an operator, a stranger, Asterisk; and what may be dialled."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator

import pytest

from ivr import names
from ivr.ear import ticket_numbers_heard
from sahayata.secrets import load_or_create
from sahayata.stores import open_database
from tests.pbx.citizens import Caller, call_all, hear
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.support.plays_asterisk import header_block
from tests.support.waiting import hold_until
from tickets.queries import CallFound, find_call

TRUNK = "127.0.0.2"
HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def trunked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose telephone company calls from another address."""
    with free_ports() as base:
        one = of_folder(tmp_path_factory.mktemp("trunked"), base)
        one.environment = {**one.environment, "SAHAYATA_TRUNKS": TRUNK}
        try:
            yield one.start()
        finally:
            one.clear()


def asked(
    instance: Instance, source: str, caller: str, dialled: str, method: str, sender: str = ""
) -> str:
    """Send one request and return the status of its first answer that is final.

    ``sender`` is the From header where it is more than the caller's address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((source, 0))
        phone.settimeout(20.0)
        phone.connect((HERE, instance.settings.ports.sip))
        mark, port = secrets.token_hex(8), phone.getsockname()[1]
        head = (
            f"{method} sip:{dialled}@{HERE} SIP/2.0",
            f"Via: SIP/2.0/UDP {source}:{port};rport;branch=z9hG4bK{mark}",
            "Max-Forwards: 1",
            f"From: {sender or f'<sip:{caller}@{source}>'};tag={mark}",
            f"To: <sip:{dialled}@{HERE}>",
            f"Contact: <sip:{caller}@{source}:{port}>",
            f"Call-ID: {mark}",
            f"CSeq: 1 {method}",
            "Content-Length: 0",
        )
        phone.send("\r\n".join((*head, "", "")).encode())
        while True:
            status = phone.recv(65536).split(b"\r\n")[0].decode()
            if not status.startswith("SIP/2.0 1"):
                return status.removeprefix("SIP/2.0 ")


@pytest.mark.parametrize(
    ("source", "caller", "dialled", "status"),
    [
        (HERE, "9810000001", "1950", "200"),
        (HERE, "anonymous", "1950", "200"),
        (HERE, "9810000001", "01242212345", "200"),
        (HERE, "9810000001", "+911242212345", "200"),
        (HERE, "9810000001", "nobody", "404"),
        (HERE, "201", "1950", "401"),
        (TRUNK, "9810000001", "1950", "200"),
        (TRUNK, "201", "1950", "200"),
    ],
)
def test_who_is_a_citizen_and_who_must_show_a_password(
    trunked: Instance, source: str, caller: str, dialled: str, status: str
) -> None:
    assert asked(trunked, source, caller, dialled, "OPTIONS").startswith(status)


@pytest.mark.parametrize(
    ("sender", "number"),
    [
        ("sip:9812340001@h", "9812340001"),
        ('"Kumar, Asha" <sip:9812340002@h>', "9812340002"),
        ('"आशा" <sip:9812340003@h>', "9812340003"),
        ('"A \\"B\\" > C" <sip:9812340004@h>', "9812340004"),
        ('"A <sip:9899999999@h> B" <sip:9812340005@h>', "9812340005"),
        ("<sip:%2B919812340006@h>", "+919812340006"),
        ("<sip:98%0D%0A12340007@h>", "9812340007"),
        ("<sip:9812340008;npdi=yes@h;user=phone>", "9812340008"),
        ("<sip:98-1234-0009@h>", "9812340009"),
        ("<tel:+919812340010;phone-context=+91>", "+919812340010"),
        ("<tel:9812340011>", "9812340011"),
    ],
)
def test_who_calls_is_read_from_every_kind_of_address(
    trunked: Instance, sender: str, number: str
) -> None:
    assert asked(trunked, TRUNK, "x", "1950", "INVITE", sender).startswith("200")
    channels = trunked.asterisk_rx("core show channels concise").splitlines()
    assert [line for line in channels if line.split("!")[7] == number]
    assert number not in trunked.log("asterisk")


@pytest.mark.parametrize("method", ["SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER"])
def test_a_stranger_can_do_nothing_but_call(trunked: Instance, method: str) -> None:
    assert asked(trunked, HERE, "9810000001", "1950", method)[0] in "456"


def test_nobody_registers_without_the_password(trunked: Instance) -> None:
    assert asked(trunked, HERE, "201", "201", "REGISTER").startswith("401")
    assert asked(trunked, HERE, "9810000001", "9810000001", "REGISTER")[:3] in ("403", "404", "401")


def test_no_other_program_of_this_machine_is_taken_for_asterisk(trunked: Instance) -> None:
    with socket.create_connection((HERE, trunked.settings.ports.agi), timeout=20.0) as line:
        line.sendall(header_block("inbound?call_id=made-up-1", caller="9810000001"))
        assert line.recv(100) == b""
    refusal = "the password is wrong or missing"
    hold_until(lambda: refusal in trunked.log("answering"), "the refusal is in the log")


def test_a_server_that_refuses_asterisk_keeps_nobody_from_a_number_and_a_queue(
    trunked: Instance,
) -> None:
    password = load_or_create(trunked.settings.state.secrets, ()).agi
    trunked.asterisk_rx(f"dialplan set global {names.AGI_PASSWORD} another")
    try:
        call = call_all(trunked, {"medical": Caller("h:main_menu_food 3 h:q_youarenext !")})[
            "medical"
        ]
    finally:
        trunked.asterisk_rx(f"dialplan set global {names.AGI_PASSWORD} {password}")
    engine = open_database(trunked.settings)

    def found() -> CallFound | None:
        return find_call(engine, sip_call_id=call.sip_call_id)

    def taken_in() -> bool:
        there = found()
        return there is not None and there.ending == "to_queue"

    hold_until(taken_in, "what the fall-back wrote down is in the database")
    there = found()
    engine.dispose()
    assert there is not None
    assert set(ticket_numbers_heard(hear(call.samples))) == {there.ticket}
    assert there.queue == "medical"
    assert password not in trunked.log("asterisk")
