"""What must not stand in public: cards and bank accounts, mail addresses and phone numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cxtui.core.guard.findings import Context, Finding
from cxtui.core.guard.numbers import Run, accounts, apart, cards, runs
from cxtui.core.guard.phrases import Hit
from cxtui.core.guard.reading import LINKS, Reading
from cxtui.core.speech import form

Span = tuple[int, int]

_LOCAL = re.compile(r"[\w.+'-]{1,64}\Z")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}")
_REACH = 64
_FREE = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com",
    "me.com",
    "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de",
    "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "pm.me", "yahoo.com", "ymail.com", "yahoo.de",
    "yahoo.fr", "yahoo.es", "yahoo.com.br", "yahoo.co.uk", "orange.fr", "free.fr", "laposte.net",
    "wanadoo.fr",
    "sfr.fr", "uol.com.br", "bol.com.br", "terra.com.br", "sapo.pt", "mail.ru", "yandex.ru", "qq.com",
    "163.com", "126.com", "naver.com", "zoho.com", "fastmail.com", "tutanota.com", "hotmail.fr", "hotmail.es",
})  # fmt: skip
"""Where everybody can have an address: that ours is there, too, says nothing about others."""
_DESKS = frozenset({
    "support", "help", "helpdesk", "info", "service", "services", "hello", "hi", "contact", "sales", "office",
    "desk", "team", "care", "customercare", "customerservice", "returns", "orders", "billing", "press",
    "shop",
    "privacy", "kontakt", "kundenservice", "kundendienst", "hallo", "hilfe", "bestellung", "contacto",
    "ayuda",
    "hola", "atencion", "atencionalcliente", "ventas", "pedidos", "soporte", "contato", "ajuda", "ola", "sac",
    "atendimento", "vendas", "suporte", "bonjour", "sav", "serviceclient", "commandes", "accueil", "aide",
})  # fmt: skip
"""Addresses of a desk, not of a person."""

_LEAST, _MOST = 7, 15
_TELLING, _NAMING = 4, 2
"""So many words may stand between a number and what says that it is a phone's, or that it is no card."""
_UNSPACED = 20
"""So many characters, where a language writes no blanks."""
_CLAUSE, _SENTENCE = 80, 240
"""So many characters before a number are looked at for what it is, and for whose it is."""
_SEPARATORS = re.compile(r"[\s\-._/()+·•\u2010-\u2015\u2212]")
_AMERICAN = ((3, 3, 4), (1, 3, 3, 4))
_MONEY = re.compile(r"[ \u00a0]?(?:€|\$|£|₭|৳|%|kip\b|lak\b|usd\b|eur\b|kg\b|g\b|cm\b|mm\b|km\b)")
_BREAK = re.compile(r"[,;!?،؛\n]|\.\s")
_SIGNS = "#№"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail address and where it stands in a folded text."""

    address: str
    start: int
    end: int


def mails(said: str) -> list[Mail]:
    """The mail addresses of a folded text; ``@somebody@server`` is none."""
    found: list[Mail] = []
    at, reach = said.find("@"), 0
    while at >= 0:
        local = _LOCAL.search(said, max(reach, at - _REACH), at)
        host = _HOST.match(said, at + 1)
        if local and host and said[local.start() - 1 : local.start()] != "@":
            reach = host.end()
            found.append(Mail(said[local.start() : reach], local.start(), reach))
        at = said.find("@", at + 1)
    return found


class Private:
    """Looks through one public draft. ``hits`` are the phrases in it, in order."""

    def __init__(self, reading: Reading, hits: Sequence[Hit], context: Context) -> None:
        self._reading = reading
        self._said = reading.said
        self._own = context.own
        self._before: dict[str, list[Hit]] = {}
        for hit in sorted(hits, key=_end):
            self._before.setdefault(hit.rule, []).append(hit)
        self._heard = "\n".join(map(form, context.heard or context.asked))
        self._dialled_by_them = _SEPARATORS.sub("", self._heard)

    def findings(self) -> Iterator[Finding]:
        """Everything that should not stand in public."""
        banks, written = list(accounts(self._said)), mails(self._said)
        for start, end in banks:
            if _key(self._said[start:end]) not in self._own:
                yield self._payment(start, end, "a bank account number")
        links = [match.span() for match in LINKS.finditer(self._said)]
        numbers = runs(self._said, [*links, *banks, *((mail.start, mail.end) for mail in written)])
        paying: set[int] = set()
        for card in cards(self._said, numbers):
            if not (card.plain and self._named(card.start)):
                paying.update(range(card.start, card.end))
                yield self._payment(card.start, card.end, "a card number")
        for mail in written:
            if not self._desk(mail):
                yield self._personal(mail.start, mail.end, "a mail address")
        for run in (one for whole in numbers for one in apart(self._said, whole)):
            if run.groups[0][0] not in paying and self._phone(run):
                yield self._personal(run.groups[0][0], run.end, "a phone number")

    def _payment(self, start: int, end: int, what: str) -> Finding:
        said = f"{what} (its checksum is right) in a reply that everybody can read"
        return Finding("payment-data", self._reading.at(start, end), said)

    def _personal(self, start: int, end: int, what: str) -> Finding:
        said = f"{what} in a reply that everybody can read; if it is the customer's, write it directly"
        return Finding("personal-data", self._reading.at(start, end), said)

    def _desk(self, mail: Mail) -> bool:
        """Whether an address is ours or a desk's, and not one that the customer gave."""
        local, _, host = mail.address.partition("@")
        if mail.address in self._own:
            return True
        if mail.address in self._heard:
            return False
        mine = {one.rpartition("@")[2] for one in self._own} - _FREE
        if any(host == one or host.endswith(f".{one}") for one in mine if "." in one):
            return True
        return re.sub(r"[\W_]", "", local) in _DESKS or self._is_ours(mail.start)

    def _phone(self, run: Run) -> bool:
        digits = run.digits(self._said)
        if not _LEAST <= len(digits) <= _MOST or digits in self._own or _MONEY.match(self._said, run.end):
            return False
        if not self._dialled(run, digits):
            return False
        return digits in self._dialled_by_them or not self._is_ours(run.start)

    def _dialled(self, run: Run, digits: str) -> bool:
        """Whether a number is written or called a phone number."""
        if self._said[max(run.start - 1, 0) : run.start] == "+":
            return True
        if self._named(run.start):
            return False
        called = self._distance("phone", run.start) is not None
        return called or (digits.startswith("00") and len(digits) >= 10) or self._shaped(run, digits)

    def _shaped(self, run: Run, digits: str) -> bool:
        """Whether a number looks like a phone number of some country, dialled from within."""
        lengths = tuple(end - start for start, end in run.groups)
        if self._said[run.start] == "(":
            return len(lengths) > 1 and 2 <= lengths[0] <= 4 and len(digits) >= 8
        if digits.startswith("0") and 8 <= len(digits) <= 12:
            return lengths[0] > 1 if len(lengths) > 1 else 9 <= len(digits) <= 11
        return lengths in _AMERICAN

    def _named(self, start: int) -> bool:
        """Whether what stands right before a number says that it is an order, a parcel and the like."""
        if start and self._said[start - 1] in _SIGNS:
            return True
        other, phone = self._distance("number", start), self._distance("phone", start)
        if other is None or other > _NAMING or (phone is not None and other > phone + 1):
            return False
        cards_named = self._shortly("card", start, _CLAUSE)
        return not any(
            hit.end >= start or not _BREAK.search(self._said, hit.end, start - 1) for hit in cards_named
        )

    def _is_ours(self, start: int) -> bool:
        """Whether its sentence says before it that an address or number is our own."""
        tokens, here = self._reading.tokens, self._reading.token_before(start)
        if here < 0:
            return False
        for hit in self._shortly("ours", start, _SENTENCE):
            first = next((t for t in tokens[max(here - _SENTENCE // 4, 0) :] if t.start >= hit.start), None)
            if hit.last < 0 or (first is not None and first.sentence == tokens[here].sentence):
                return True
        return False

    def _distance(self, rule: str, start: int) -> int | None:
        """How many words lie between the nearest phrase of a list and a number, in one clause."""
        best: int | None = None
        here = self._reading.token_before(start)
        for hit in self._shortly(rule, start, _CLAUSE):
            if hit.end < start and _BREAK.search(self._said, hit.end, start - 1):
                continue
            if hit.last < 0:
                far = 0 if start - hit.end <= _UNSPACED else None
            else:
                far = here - hit.last if here - hit.last < _TELLING else None
            if far is not None and (best is None or far < best):
                best = far
        return best

    def _shortly(self, rule: str, start: int, reach: int) -> Iterator[Hit]:
        """The phrases of a list that end at most so many characters before a place, the nearest first."""
        hits = self._before.get(rule, [])
        for hit in reversed(hits[: bisect_right(hits, start, key=_end)]):
            if start - hit.end > reach:
                return
            yield hit


def _end(hit: Hit) -> int:
    return hit.end


def _key(text: str) -> str:
    """A number without separators, an address as it is compared."""
    said = form(text)
    return said if "@" in said else _SEPARATORS.sub("", said)


def owned(listed: Iterable[str]) -> frozenset[str]:
    """Mail addresses, domains and numbers as `Context.own` has them."""
    said = [form(one).strip() for one in listed]
    return frozenset(one if "@" in one or _HOST.fullmatch(one) else _key(one) for one in said) - {""}
