"""Answers of ours that came back: reports which say that somebody did not get one. Source: RFC 3464."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cxtui.connectors.mail.account import Account
from cxtui.connectors.mail.box import Box
from cxtui.connectors.mail.letters import REPORT, fields, ids, known_as, people
from cxtui.connectors.mail.reading import PIECE, Letter
from cxtui.connectors.mail.writing import OURS
from cxtui.core.item import Arrival

MOST = 20
"""So many reports are looked at in one poll."""
_GAP = re.compile(rb"\r?\n[ \t]*\r?\n")


def returned(box: Box, found: Iterable[Letter], account: Account) -> list[Arrival]:
    """Answers of which a report in the open folder says so, as withdrawn: who asked waits again."""
    reports = [letter.uid for letter in found if letter.head.automatic == REPORT][-MOST:]
    if not reports:
        return []
    told = box.fetch(reports, [f"BODY.PEEK[TEXT]<0.{PIECE}>"]).values()
    texts = [value for one in told for key, value in one.items() if key.startswith(b"BODY[")]
    lost = [undelivered(text, account) for text in texts if isinstance(text, bytes)]
    return [Arrival(native=one, text="", own="strong", withdrawn=True) for one in lost if one]


def undelivered(report: bytes, account: Account) -> str:
    """The id of our answer that did not reach who was answered; empty where the report says no such thing.

    That our own copy of it was lost, or that it is late, says nothing.
    """
    failed: set[str] = set()
    answer, recipients = "", set[str]()
    for block in _GAP.split(report):
        lines = fields(block)
        if lines.get("action", "").strip().lower() == "failed":
            failed |= {_address(lines.get(name, "")) for name in ("final-recipient", "original-recipient")}
        said = next(iter(ids(lines.get("x-cxtui-reply", "") or lines.get("message-id", ""))), "")
        if said.startswith(OURS) and not answer:
            answer = known_as(said)
            recipients = {one.address.casefold() for one in people(lines.get("to", ""))}
    return answer if (failed & recipients) - account.addresses else ""


def _address(told: str) -> str:
    """The address behind its kind (``rfc822; mai@customer.example``)."""
    return told.rpartition(";")[2].strip(" \t<>").casefold()
