"""Same page? Same item? The names under which what a feed says is known again."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize
from urllib.parse import SplitResult, unquote, urlsplit

from cxtui.core.text import clean, one_line
from cxtui.core.wording import repaired

LONGEST = 400
"""A longer id is replaced by its hash, so that ids stay fit to be shown and typed."""

_PORTS = {"http": 80, "https": 443}
_COUNTERS = re.compile(r"(?:utm_.*|fbclid|gclid|mc_.*|ref_src)(?:=|$)", re.IGNORECASE)
_COMMENT = re.compile(r"(?:comment-|c|issuecomment-|post-|isso-)\d+")
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_COMMENT_PAGE = re.compile(r"/comment-page-\d+$")


def canonical_link(url: str) -> str:
    """One spelling for all addresses of a page, with the fragment only where it names a comment.

    What is no http address stays as it is, trimmed.
    """
    for _ in range(5):
        parts = _split(url)
        target = _target(parts) if parts else None
        if not target:
            break
        url = target
    parts = _split(url)
    if parts is None:
        return url.strip()
    query = "&".join(sorted(pair for pair in parts.query.split("&") if pair and not _COUNTERS.match(pair)))
    fragment = parts.fragment if _COMMENT.fullmatch(parts.fragment) else ""
    return (
        f"{parts.scheme}://{_host(parts)}{parts.path.rstrip('/')}"
        f"{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"
    )


def page_link(url: str) -> str:
    """The page that an address is on: its canonical link without fragment and page of comments."""
    page, _, _ = canonical_link(url).partition("#")
    return _COMMENT_PAGE.sub("", page)


def unwrapped(url: str) -> str:
    """The address that a search engine's redirection leads to, or the address itself."""
    parts = _split(url)
    return (parts and _target(parts)) or url


def _split(url: str) -> SplitResult | None:
    """The parts of an http address, scheme in small letters; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.hostname != parts.hostname.strip():
        return None
    return parts if port != _PORTS[parts.scheme] else parts._replace(netloc=_bracketed(parts.hostname))


def _target(parts: SplitResult) -> str | None:
    if parts.path != "/url" or not _GOOGLE.fullmatch(parts.hostname or ""):
        return None
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if name in ("url", "q") and value.startswith(("http://", "https://", "http%3A", "https%3A")):
            return unquote(value)
    return None


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if host in ("old.reddit.com", "np.reddit.com", "reddit.com"):
        host = "www.reddit.com"
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = normalize("NFC", host)
    return f"{_bracketed(host)}:{parts.port}" if parts.port else _bracketed(host)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True)
class Claim:
    """What an entry brings that may name it. ``posted`` is aware UTC."""

    guid: str = ""
    link: str = ""
    author: str = ""
    posted: datetime | None = None
    title: str = ""
    text: str = ""


def natives(claims: Sequence[Claim], site: str = "") -> tuple[str, ...]:
    """The id of each entry of one fetch: its guid, else its link, else a fingerprint.

    A link names an entry only where it is not the ``site``'s own and no other entry has it.
    Of entries that share a guid the oldest keeps it (the last one of the fetch where no times
    are given, since feeds begin with the newest); the others add link or fingerprint, so that a
    new entry on top renames nothing. Equal ids are left for entries that are the same.
    """
    links = own_links(claims, site)
    guids = [guid(claim.guid) for claim in claims]
    keepers = _keepers(claims, guids)
    found: list[str] = []
    for place, claim in enumerate(claims):
        link = links[place]
        name = guids[place]
        if not name:
            found.append(_short(link) if link else fingerprint(claim))
        elif keepers[name] == place or claim == claims[keepers[name]]:
            found.append(name)
        else:
            found.append(_short(f"{name}|{link or fingerprint(claim)}"))
    return tuple(found)


def own_links(claims: Sequence[Claim], site: str = "") -> tuple[str, ...]:
    """The canonical link of each entry of one fetch; empty where it is the site's or another entry's too."""
    links = [canonical_link(claim.link) if claim.link else "" for claim in claims]
    taken = Counter(links)
    home = canonical_link(site) if site else ""
    return tuple(link if taken[link] == 1 and link != home else "" for link in links)


def guid(raw: str) -> str:
    """A guid as it is compared and kept: trimmed, NFC, fit to be shown, never in other letter case."""
    return _short(one_line(clean(raw, limit=len(raw) + 1)))


def fingerprint(claim: Claim) -> str:
    """A short hash of who wrote what and when; without a time, of title, link and text."""
    if claim.posted is not None:
        return _hash(
            "f", _norm(claim.author), claim.posted.isoformat(timespec="seconds"), _norm(claim.text)[:4096]
        )
    return _hash(
        "t", _norm(claim.author), _norm(claim.title), canonical_link(claim.link), _norm(claim.text)[:4096]
    )


def _keepers(claims: Sequence[Claim], guids: Sequence[str]) -> dict[str, int]:
    """Which entry keeps each guid: the oldest, the last of the fetch where times do not tell."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(guids):
        places.setdefault(name, []).append(place)
    keepers: dict[str, int] = {}
    for name, rivals in places.items():
        times = {place: posted for place in rivals if (posted := claims[place].posted) is not None}
        if len(times) == len(rivals):
            keepers[name] = min(rivals, key=lambda place: (times[place], -place))
        else:
            keepers[name] = rivals[-1]
    return keepers


def _norm(text: str) -> str:
    return " ".join(normalize("NFC", repaired(text)).split())


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else _hash("h", name)


def _hash(kind: str, *parts: str) -> str:
    whole = "\x1f".join(parts).encode("utf-8", "replace")
    return f"{kind}:{hashlib.sha256(whole).hexdigest()[:16]}"
