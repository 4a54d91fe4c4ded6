"""After a reply: our copy of it goes to Sent, and the question is marked as answered.

Our copy comes to us as everybody's mail does; that it is there shows that the reply went out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cxtui.connectors import Sent
from cxtui.connectors.mail.account import Account
from cxtui.connectors.mail.box import Box
from cxtui.connectors.mail.letters import known_as
from cxtui.connectors.mail.reading import Letter, letters, ours, sought
from cxtui.connectors.mail.writing import OURS
from cxtui.errors import Missing

INBOX = "INBOX"
MOST = 50
"""So many late copies are put away at once."""


def everywhere(box: Box, account: Account) -> list[str]:
    """The folders where a mail of a conversation may lie: those we read, INBOX, Sent, and archives."""
    known = {name for _, name in box.listed}
    special = [account.sent or box.special("sent"), box.special("archive"), box.special("all")]
    named = (*account.folders, INBOX, *special)
    return [
        name
        for name in dict.fromkeys(filter(None, named))
        if name in known or name.upper() == INBOX or name in account.folders
    ]


def copy_of(box: Box, account: Account, native: str, folders: Iterable[str]) -> tuple[str, Letter] | None:
    """A reply of ours, where it lies; that folder is left open."""
    for folder in folders:
        box.open(folder)
        uids = box.search("OR", ["HEADER", "MESSAGE-ID", native], ["HEADER", "X-CXTUI-REPLY", native])
        for letter in letters(box, uids, account):
            if known_as(native) in (letter.head.id, letter.head.reply):
                return folder, letter
    return None


def found(box: Box, account: Account, native: str) -> Sent | None:
    """The reply with this id, wherever it lies; what was left undone with it is done."""
    there = copy_of(box, account, native, everywhere(box, account))
    return Sent(native, at=there[1].head.date or there[1].arrived) if there else None


def filed(
    box: Box, account: Account, native: str, raw: bytes = b"", waits: Callable[[], bool] = lambda: False
) -> None:
    """See to it that Sent has the reply once. ``waits`` passes some time and says whether to look again.

    A copy that came to a folder that we read is moved; where none comes, ``raw`` is put into Sent.
    """
    sent = account.sent or box.special("sent")
    folders = list(dict.fromkeys([sent or INBOX, INBOX, *account.folders]))
    there = copy_of(box, account, native, folders)
    while there is None and account.copy_to and waits():
        there = copy_of(box, account, native, folders)
    if there is None:
        if sent and raw:
            box.append(sent, raw)
        return
    folder, letter = there
    if sent and folder != sent:
        box.open(folder, write=True)
        box.flag([letter.uid], b"\\Seen")
        box.move([letter.uid], sent)


def tidied(box: Box, account: Account) -> None:
    """Put away what came late: copies of earlier replies that lie unread in INBOX."""
    sent = account.sent or box.special("sent")
    box.open(INBOX)
    for letter in letters(box, box.search("UNSEEN", "HEADER", "X-CXTUI-REPLY", OURS)[-MOST:], account):
        if not (sent and ours(letter, account) and letter.head.reply.startswith(OURS)):
            continue
        there = copy_of(box, account, letter.head.reply, [sent])
        box.open(INBOX, write=True)
        box.flag([letter.uid], b"\\Seen")
        if there is None:
            box.move([letter.uid], sent)


def marked(box: Box, account: Account, native: str) -> None:
    """Mark a mail as answered, in the folder where it is read from."""
    there = sought(box, native, account, account.folders)
    if there and not there[1].answered:
        try:
            box.open(there[0], write=True)
        except Missing:
            return
        box.flag([there[1].uid], b"\\Answered")
