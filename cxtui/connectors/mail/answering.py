"""From a draft to the mail that leaves: to whom it goes, and whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cxtui.connectors import Draft
from cxtui.connectors.mail.account import Account
from cxtui.connectors.mail.box import Box
from cxtui.connectors.mail.filing import everywhere
from cxtui.connectors.mail.letters import Person, fit_to_say, written_to
from cxtui.connectors.mail.reading import Letter, ours, sought, writer
from cxtui.connectors.mail.submission import Envelope
from cxtui.connectors.mail.writing import Answer, Part, wire_address, written
from cxtui.errors import Rejected


def outgoing(
    box: Box, account: Account, draft: Draft, native: str, at: datetime, contents: Sequence[bytes] = ()
) -> Envelope:
    """The answer to a mail that is looked at once more; ``contents`` are those of the draft's files.

    Raises: Rejected where that mail is gone, or is none that may be answered.
    """
    there = sought(box, draft.native, account, everywhere(box, account))
    if there is None:
        raise Rejected(f"the mail it answers is no longer on {box.host}")
    letter = there[1]
    if letter.head.automatic:
        raise Rejected(f"the mail {letter.head.automatic}; such mail is never answered")
    if ours(letter, account):
        raise Rejected("the mail was written by ourselves")
    to = _recipient(letter, account)
    sender = account.sender or Person("")
    head = letter.head
    raw = written(
        Answer(
            id=native,
            sender=sender,
            recipient=to,
            subject=head.subject,
            text=draft.text,
            answers=head.said_id if fit_to_say(head.said_id) else "",
            references=tuple(one for one in head.references or head.parents if "," not in one),
            at=at,
            parts=tuple(
                Part(one.name, one.kind, content) for one, content in zip(draft.files, contents, strict=True)
            ),
        )
    )
    copy = wire_address(account.copy_to) if account.copy_to else None
    return Envelope(wire_address(sender.address), wire_address(to.address), copy, raw)


def _recipient(letter: Letter, account: Account) -> Person:
    """Whoever the mail asks to be answered, else who wrote it. Raises: Rejected."""
    wished = [one for one in letter.head.replies_to if one.address.casefold() not in account.addresses]
    to = wished[0] if wished else writer(letter, account)
    if not written_to(to.address):
        raise Rejected("the mail does not say an address that can be answered")
    try:
        wire_address(to.address)
    except (ValueError, UnicodeError) as odd:
        raise Rejected(f"nothing can be sent to {to.address} from here: {odd}") from odd
    return to
