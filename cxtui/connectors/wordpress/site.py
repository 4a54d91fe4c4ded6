"""The REST interface of one WordPress site: where it is, who asks there, and what its refusals mean."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cxtui.connectors.wordpress.wire import FIELDS, Comment, Me, Problem, number, problem
from cxtui.core.feed import Feed
from cxtui.core.web import place, without_secrets
from cxtui.errors import FeedError, Missing, Refused, Unreachable, Unreadable
from cxtui.http import Answer, Client
from cxtui.http.answer import MISSING_REST, judge

TOLD = (400, 401, 403, 404, 409)
"""Statuses whose meaning WordPress says in the body."""
NOWHERE = frozenset({"rest_comment_invalid_id", "rest_post_invalid_id"})
UNSEEN = frozenset({"rest_cannot_read", "rest_cannot_read_post", "rest_forbidden"})
PER = 100
"""WordPress gives no more comments at once."""
DEEPEST = 50
"""So many pages of what hangs on some comments are read."""
LARGEST = 8 << 20
"""Bytes of an answer: a hundred comments of the usual lengths are a twentieth of it."""
_ROOT = re.compile(r'<([^>]+)>\s*;\s*rel="?https://api\.w\.org/"?')
_TAIL = re.compile(r"(/wp-json(/wp/v2)?|/index\.php)?/*$")


@dataclass(frozen=True, slots=True)
class Listed:
    """Comments by id, from the newest on.

    ``total`` is how many the site counts, None where it does not say; ``whole``: there are no
    more. ``reached``: they go as far back as was wanted.
    """

    comments: Mapping[int, Comment]
    total: int | None
    whole: bool
    reached: bool = True

    @property
    def lowest(self) -> int:
        """The id from which on all are listed."""
        return 0 if self.whole else min(self.comments, default=0)


@dataclass(slots=True)
class Site:
    """One account on one site. What it learns of the site may be lost at any time."""

    feed: Feed
    http: Client
    root: str = ""
    _me: Me | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return place(self.feed.url)

    @property
    def home(self) -> str:
        """The address of the site itself, whatever address of it is configured."""
        return _TAIL.sub("", self.feed.url.partition("?")[0])

    @property
    def shown(self) -> str:
        """The same without what may be secret in it."""
        return without_secrets(self.home)

    @property
    def fields(self) -> str:
        """What is asked of a comment: the writer's e-mail only where one of ours is configured."""
        wanted = any("@" in one for one in self.feed.own)
        return f"{FIELDS},author_email" if wanted else FIELDS

    async def me(self) -> Me:
        """Who we are there, asked once. Raises: Refused."""
        if self._me is None:
            self._me = await self._introduced()
        return self._me

    async def widest(self) -> str:
        """The word for all states of comments that we may list."""
        me = await self.me()
        if me.moderates:
            return "any"
        return "all" if me.may("edit_posts") else "approve"

    def forget(self) -> None:
        """Ask again who we are and where the interface is: one of both has changed."""
        self._me, self.root = None, ""

    async def get(self, path: str, params: Mapping[str, str | int]) -> Answer:
        """An answer of 2xx. Raises: what the refusal means."""
        answer = await self.ask("GET", path, params)
        if answer.status >= 400:
            raise self.refusal(answer)
        return answer

    async def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        said: Mapping[str, str | int] | None = None,
    ) -> Answer:
        """The answer of a path below ``wp/v2``, if it is 2xx or one of `TOLD`."""
        return await self.http.request(
            method,
            f"{self.root or self.home + '/wp-json'}/wp/v2/{path}",
            params=params,
            headers=self._signs(),
            json=said,
            accept="application/json",
            limit=LARGEST,
            also=TOLD,
        )

    async def look(self, native: int, more: Iterable[str] = ()) -> Comment | None:
        """A comment as it stands; None where there is none, or none that we may read."""
        context = "edit" if (await self.me()).moderates else "view"
        fields = ",".join((self.fields, *more))
        answer = await self.ask("GET", f"comments/{native}", {"context": context, "_fields": fields})
        if answer.status < 400:
            found = answer.json(Comment)
            if found.number != native:
                raise Unreadable(f"{self.name} did not show the comment that was asked for")
            return found
        code = problem(answer).code
        if code in NOWHERE or (answer.status == 403 and code in UNSEEN):
            return None
        raise self.refusal(answer)

    async def comments(self, **params: str | int) -> Answer:
        """One page of comments, the newest first; with their stored text where we may moderate."""
        me = await self.me()
        context = "edit" if me.moderates else "view"
        known = {"orderby": "id", "order": "desc", "per_page": PER, "context": context}
        return await self.get("comments", {**known, "_fields": self.fields, **params})

    async def named(self, wanted: Iterable[int], **params: str | int) -> dict[int, Comment]:
        """Comments by their ids, as many as there are."""
        found: dict[int, Comment] = {}
        for some in _portions(wanted):
            answer = await self.comments(include=",".join(map(str, some)), **params)
            said = answer.json(tuple[Comment, ...])
            found |= {one.number: one for one in said if one.number in some}
        return found

    async def below(self, level: Iterable[int], status: str) -> dict[int, Comment]:
        """What answers any of some comments, by id."""
        found: dict[int, Comment] = {}
        for some in _portions(level):
            parent = ",".join(map(str, some))
            for page in range(1, DEEPEST + 1):
                answer = await self.comments(parent=parent, status=status, page=page)
                said = answer.json(tuple[Comment, ...])
                found |= {one.number: one for one in said if one.number and one.above in some}
                if is_last(answer, page, len(said)):
                    break
        return found

    def refusal(self, answer: Answer) -> FeedError:
        """What a refusal to read means, as an error of ours."""
        said = problem(answer)
        match answer.status:
            case 401:
                return self._unknown(answer)
            case 403 if not said.words:
                return _judged(answer, self)
            case 403:
                self._me = None
                return Refused(f"{self.name} does not let {self.feed.user} in: {said.words}")
            case 404:
                self.forget()
                return Missing(
                    f"{self.name} shows no WordPress at this address; set url to the site's own address, "
                    "and see that no plugin closes its REST interface",
                    MISSING_REST,
                )
            case _:
                return Unreachable(f"{self.name} did not take our request: {why(said, answer)}")

    def _unknown(self, answer: Answer) -> Refused:
        """We are nobody there: what may be wrong with our sign-in?"""
        self.forget()
        if self.feed.token:
            self.feed.token.forget()
        if answer.redirects and _origin(answer.url) != _origin(self.feed.url):
            there = urlsplit(answer.url)
            return Refused(
                f"{self.name} sends us on to {place(answer.url)}, where our sign-in is not sent; "
                f'set url = "{there.scheme}://{there.netloc}"'
            )
        return Refused(
            f"{self.name} did not take the application password of {self.feed.user}; make one on the site "
            "under Users, Profile, Application Passwords: the password of the sign-in page is another"
        )

    async def _introduced(self) -> Me:
        params = {"context": "edit", "_fields": "id,name,username,slug,capabilities"}
        answer = await self.ask("GET", "users/me", params)
        if _is_elsewhere(answer):
            self.root = await self._root()
            other = await self.ask("GET", "users/me", params)
            if _is_elsewhere(other):
                self.root = ""
            else:
                answer = other
        if answer.status >= 400:
            raise self.refusal(answer)
        me = answer.json(Me)
        if not number(me.id):
            raise Unreadable(f"{self.name} did not say who we are there")
        return me

    async def _root(self) -> str:
        """Where else the interface may be: where the site says, or where it is without fine addresses."""
        page = await self.http.request("GET", f"{self.home}/", accept="text/html", also=TOLD)
        named = _ROOT.search(page.headers.get("link", ""))
        if named is None:
            return f"{self.home}/?rest_route="
        root = named[1].rstrip("/")
        if _origin(root) != _origin(self.feed.url):
            raise Unreachable(
                f"the REST interface of {self.name} is at {place(root)}; set url to the address of that site"
            )
        return root

    def _signs(self) -> dict[str, str]:
        if not (self.feed.user and self.feed.token):
            return {}
        pair = f"{self.feed.user}:{self.feed.token.reveal()}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}


def _portions(ids: Iterable[int]) -> list[list[int]]:
    """Ids in lists that one request can name."""
    wanted = sorted(ids)
    return [wanted[start : start + PER] for start in range(0, len(wanted), PER)]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def why(said: Problem, answer: Answer) -> str:
    """The site's own reason in a sentence of ours."""
    return said.words or f"it gave no reason ({answer.status})"


def is_last(answer: Answer, page: int, count: int) -> bool:
    """Whether no page follows this one, by whatever of its signs got through."""
    pages = answer.headers.get("x-wp-totalpages", "")
    if pages.isdecimal():
        return page >= int(pages[:9])
    return count < PER and 'rel="next"' not in answer.headers.get("link", "")


def total(answer: Answer) -> int | None:
    """How many comments there are in all."""
    counted = answer.headers.get("x-wp-total", "")
    return int(counted[:18]) if counted.isdecimal() else None


def _is_elsewhere(answer: Answer) -> bool:
    """Whether an answer is some page of the site, not its REST interface."""
    if answer.status == 404:
        return not problem(answer).code
    return answer.status == 200 and answer.body.lstrip()[:1] == b"<"


def _judged(answer: Answer, site: Site) -> FeedError:
    """What a status means where the body does not say it."""
    try:
        judge(answer.status, answer.headers, site.name, (), site.http.clock(), urlsplit(answer.url).hostname)
    except FeedError as meant:
        return meant
    return Unreadable(f"{site.name} gave no reason ({answer.status})")
