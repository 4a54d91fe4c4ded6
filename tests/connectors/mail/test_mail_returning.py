"""An answer that came back has answered nobody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxtui.connectors import connect
from cxtui.connectors.mail.account import account
from cxtui.connectors.mail.returning import undelivered
from cxtui.core.feed import Feed, Secret
from cxtui.http import Client
from tests.program import Program
from tests.servers.mail import Mail as Place
from tests.servers.submission import DESK, MAI

OURS = "cxtui.0123456789abcdef0123456789abcdef@shop.example"
SHOP = account(
    Feed("shop", "mail", "imaps://mail.shop.example", user=DESK, token=Secret(lambda: "x"), email=DESK)
)


def report(*, to: str = MAI, failed: str = MAI, action: str = "failed", native: str = OURS) -> bytes:
    """What a mail server says about a mail of ours."""
    return f"""\
--b
Content-Type: text/plain

I could not deliver your mail to {failed}; Action: failed

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; {failed}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

From: LampCo Support <{DESK}>
To: Mai <{to}>
Subject: Re: My lamp
Message-ID: <{native}>
In-Reply-To: <1@customer.example>

--b--
""".replace("\n", "\r\n").encode()


def test_a_report_names_the_answer_that_came_back() -> None:
    assert undelivered(report(), SHOP) == OURS
    assert undelivered(report(failed=MAI.upper()), SHOP) == OURS
    renamed = report(native="1@relay.example").replace(
        b"From: L", f"X-Cxtui-Reply: <{OURS}>\r\nFrom: L".encode()
    )
    assert undelivered(renamed, SHOP) == OURS


@pytest.mark.parametrize(
    "said",
    [
        report(action="delayed"),
        report(action="relayed"),
        report(failed=DESK),
        report(failed=DESK, to=DESK),
        report(failed="where-it-was-sent-on@elsewhere.example"),
        report(native="somebody-elses@shop.example"),
        report()[:400],
        b"",
        b"\xff" * 1000,
    ],
)
def test_what_says_no_such_thing_takes_nothing_back(said: bytes) -> None:
    assert undelivered(said, SHOP) == ""


@pytest.mark.server
def test_who_did_not_get_the_answer_waits_again(box: Place, tmp_path: Path) -> None:
    cxtui = Program(tmp_path, box.feed, box.env)
    row = cxtui.until_listed(box.ask("Where is my lamp?"))
    (sent,) = cxtui.run("reply", row["id"], "--text", "On its way, 9:00.", "--yes", "--now")
    assert cxtui.run("list") == []
    box.drop(
        DESK,
        b"From: MAILER-DAEMON@mx.shop.example\r\nMessage-ID: <b1@mx>\r\nAuto-Submitted: auto-replied\r\n"
        b"Return-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        + report(native=sent["remote_id"]),
    )
    cxtui.run("poll", "--once")
    (again,) = cxtui.run("list")
    assert (again["id"], again["state"]) == (row["id"], "waiting")
    (twice,) = cxtui.run("reply", row["id"], "--text", "Your lamp comes at 9:00.", "--yes", "--now")
    assert twice["state"] == "sent"


@pytest.mark.server
def test_a_report_about_anything_else_is_not_heard(box: Place) -> None:
    head = (
        b"From: MAILER-DAEMON@mx\r\nMessage-ID: <b2@mx>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
    )
    box.drop(DESK, head + report(native="1@shop.example"))
    feed = box.configured()
    now = datetime.now(UTC)
    page = asyncio.run(connect(feed, Client(feed, agent="cxtui/1")).poll("", now))
    assert page.items == ()
