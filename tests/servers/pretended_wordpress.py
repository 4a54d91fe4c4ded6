"""What WordPress answers, as far as cxtui asks: for tests that need no real one.

Its orders, numbers and refusals are the real server's; tests/connectors/test_wordpress_server.py
holds some of them against each other.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any, TypedDict

from tests.servers.scripted import Asked, Scripted, Step, answer, json_answer

SITE = "https://blog.example"
API = "/wp-json/wp/v2"
USER, PASSWORD, ME = "desk", "abcd EFGH 1234 ijkl", 2
POST = 4
TITLE = "Our new lamp &amp; its light"
_LISTED = {"all": ("approved", "hold"), "approve": ("approved",), "hold": ("hold",)}
_POST = re.compile(rf"{API}/posts/(\d+)")
_COMMENT = re.compile(rf"{API}/comments/(\d+)")

Said = tuple[int, dict[str, str], Any]


class Comment(TypedDict):
    """One row of its table, as far as it shows."""

    id: int
    post: int
    parent: int
    author: int
    author_name: str
    date_gmt: str
    raw: str
    status: str
    trace: str


class Refusal(Exception):
    """A refusal of its own: status, code, and words for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.answer: Said = (status, {}, {"code": code, "message": message, "data": {"status": status}})


@dataclass
class PretendedWordPress:
    """Comments in memory. ``now`` is its clock; ``moderates`` and ``writes`` are what our role may do.

    Without ``plain`` its interface has a fine address, ``named`` in the head of each page. Where it
    is not ``counted``, something drops the headers that tell of pages.
    """

    now: datetime = datetime(2026, 11, 22, 9, tzinfo=UTC)
    comments: dict[int, Comment] = field(default_factory=dict[int, Comment])
    posts: dict[int, str] = field(default_factory=lambda: {POST: TITLE})
    moderates: bool = True
    writes: bool = True
    holds: bool = False
    refuses: tuple[int, str, str] | None = None
    plain: bool = False
    named: bool = True
    counted: bool = True
    site: str = SITE
    asked: list[str] = field(default_factory=list[str])
    _ids: int = 0

    def write(
        self,
        text: str,
        *,
        parent: int = 0,
        name: str = "Mai",
        author: int = 0,
        status: str = "approved",
        post: int = POST,
    ) -> Comment:
        """A comment as it is stored: HTML."""
        self._ids += 1
        made = Comment(
            id=self._ids, post=post, parent=parent, author=author, author_name=name, raw=text, status=status,
            trace="198.51.100.7", date_gmt=self.now.strftime("%Y-%m-%dT%H:%M:%S"),
        )  # fmt: skip
        self.comments[made["id"]] = made
        return made

    def delete(self, native: int) -> None:
        """For good: what hung on it hangs on what it hung on."""
        gone = self.comments.pop(native)
        for one in self.comments.values():
            if one["parent"] == native:
                one["parent"] = gone["parent"]

    def skip(self, count: int) -> None:
        """Numbers that were spent on something that is not shown."""
        self._ids += count

    def mount(self, server: Scripted) -> None:
        """Answer on a web server, also for comments that are written later."""
        self.site = server.url

        def asked(request: Asked) -> Iterable[Step]:
            signed = request.headers.get("authorization", "")
            status, headers, said = self.respond(
                request.method, request.path, request.query, request.body, signed
            )
            if isinstance(said, str):
                return answer(status, said, headers, "text/html")
            return json_answer(json.dumps(said), headers, status)

        ids = range(1, 20)
        for path in ("users/me", "comments", "posts", *(f"comments/{one}" for one in ids)):
            server.on(f"{API}/{path}", asked)

    def respond(
        self, method: str, path: str, query: Mapping[str, str], body: bytes = b"", signed: str = ""
    ) -> Said:
        """Status, headers, and data or a page."""
        self.asked.append(f"{method} {path}")
        if path == "/" and "rest_route" in query:
            path = f"/wp-json{query['rest_route']}"
        elif self.plain and path.startswith("/wp-json"):
            return 404, {}, "<h1>Not Found</h1>"
        if path == "/":
            root = f"{self.site}/?rest_route=/" if self.plain else f"{self.site}/wp-json/"
            head = {"Link": f'<{root}>; rel="https://api.w.org/"'} if self.named else {}
            return 200, head, "<title>LampCo</title>"
        try:
            return self._routed(method, path, query, json.loads(body or b"{}"), us=self._is_us(signed))
        except Refusal as refusal:
            return refusal.answer

    def _routed(  # noqa: PLR0911 - one answer for each route
        self, method: str, path: str, query: Mapping[str, str], said: Any, *, us: bool
    ) -> Said:
        one, post = _COMMENT.fullmatch(path), _POST.fullmatch(path)
        if method == "POST" and self.refuses:
            raise Refusal(*self.refuses)
        match method, path:
            case "GET", "/wp-json/wp/v2/users/me":
                return 200, {}, self._me(us=us)
            case "GET", "/wp-json/wp/v2/comments":
                return self._list(query, us=us)
            case "POST", "/wp-json/wp/v2/comments":
                return 201, {}, self._created(said, us=us)
            case "GET", "/wp-json/wp/v2/posts":
                told = [self._post(post, title) for post, title in sorted(self.posts.items(), reverse=True)]
                return 200, {}, told
            case "GET", _ if post:
                said = self._post(int(post[1]), self.posts.get(int(post[1])))
                return 200 if "id" in said else 404, {}, said
            case "GET", _ if one:
                return 200, {}, self._one(int(one[1]), query, us=us)
            case "POST", _ if one:
                return 200, {}, self._moderated(int(one[1]), said, us=us)
            case "DELETE", _ if one:
                return 200, {}, self._trashed(int(one[1]), us=us)
            case _:
                raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _trashed(self, native: int, *, us: bool) -> dict[str, Any]:
        if native not in self.comments:
            raise Refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
        if not (us and self.moderates):
            raise Refusal(403, "rest_cannot_delete", "Sorry, you are not allowed to delete this comment.")
        if self.comments[native]["status"] == "trash":
            raise Refusal(410, "rest_already_trashed", "The comment has already been trashed.")
        self.comments[native]["status"] = "trash"
        return self._shown(self.comments[native], {})

    def _me(self, *, us: bool) -> dict[str, Any]:
        if not us:
            raise Refusal(401, "rest_not_logged_in", "You are not currently logged in.")
        may = {"read": True, "moderate_comments": self.moderates, "edit_posts": self.writes}
        names = {"name": "LampCo Support", "username": USER, "slug": USER}
        return {"id": ME, **names, "capabilities": {name: True for name, given in may.items() if given}}

    def _list(self, query: Mapping[str, str], *, us: bool) -> Said:
        self._permit(query, us=us)
        per, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        if per > 100:
            raise Refusal(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        shown = [one for one in self.comments.values() if self._matches(one, query)]
        shown.sort(key=lambda one: one["id"], reverse=query.get("order", "desc") == "desc")
        pages = -(-len(shown) // per)
        headers = {"X-WP-Total": str(len(shown)), "X-WP-TotalPages": str(pages)}
        if page < pages:
            headers["Link"] = f'<{self.site}{API}/comments?page={page + 1}>; rel="next"'
        here = shown[per * (page - 1) : per * page]
        told = [self._shown(one, query) for one in here if self._readable(one, us=us)]
        return 200, headers if self.counted else {}, told

    def _permit(self, query: Mapping[str, str], *, us: bool) -> None:
        if query.get("context") == "edit" and not (us and self.moderates):
            raise Refusal(403 if us else 401, "rest_forbidden_context", "Sorry, you may not edit comments.")
        given = [name for name in ("author", "status") if query.get(name, "approve") != "approve"]
        if given and not (us and self.writes):
            raise Refusal(
                403 if us else 401, "rest_forbidden_param", f"Query parameter not permitted: {given}"
            )

    @staticmethod
    def _matches(one: Comment, query: Mapping[str, str]) -> bool:
        listed = _LISTED.get(query.get("status", "approve"))
        include, parent = query.get("include"), query.get("parent")
        return (
            (listed is None or one["status"] in listed)
            and (include is None or str(one["id"]) in include.split(","))
            and (parent is None or str(one["parent"]) in parent.split(","))
        )

    def _readable(self, one: Comment, *, us: bool) -> bool:
        return one["status"] == "approved" or (us and (self.moderates or one["author"] == ME))

    def _one(self, native: int, query: Mapping[str, str], *, us: bool) -> dict[str, Any]:
        found = self.comments.get(native)
        if found is None:
            raise Refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
        if not self._readable(found, us=us):
            status = 403 if us else 401
            raise Refusal(status, "rest_cannot_read", "Sorry, you are not allowed to read this comment.")
        return self._shown(found, query)

    def _created(self, said: dict[str, Any], *, us: bool) -> dict[str, Any]:
        if not us:
            raise Refusal(401, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
        if said["post"] not in self.posts:
            words = "Sorry, you are not allowed to create this comment without a post."
            raise Refusal(403, "rest_comment_invalid_post_id", words)
        text = str(said["content"]).strip()
        if not text:
            raise Refusal(400, "rest_comment_content_invalid", "Invalid comment content.")
        if len(text.encode()) > 65_525:
            words = "Comment field exceeds maximum length allowed."
            raise Refusal(400, "comment_content_column_length", words)
        for one in self.comments.values():
            same = (one["post"], one["parent"], one["author"]) == (said["post"], said["parent"], ME)
            # it strips backslashes of what is new, but stores them
            if same and one["status"] != "trash" and one["raw"] == text.replace("\\", ""):
                words = "Duplicate comment detected; it looks as though you&#8217;ve already said that!"
                raise Refusal(409, "comment_duplicate", words)
        status = "hold" if self.holds else "approved"
        made = self.write(
            text, parent=said["parent"], author=ME, name="LampCo Support", status=status, post=said["post"]
        )
        return self._shown(made, {"context": "edit" if self.moderates else "view"})

    def _moderated(self, native: int, said: dict[str, Any], *, us: bool) -> dict[str, Any]:
        found = self.comments.get(native)
        if found is None:
            raise Refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
        if not (us and self.moderates):
            raise Refusal(403, "rest_cannot_edit", "Sorry, you are not allowed to edit this comment.")
        found["status"] = said["status"]
        # where nothing is said of it, who moderates is noted as who wrote
        found["trace"] = said.get("author_ip", "203.0.113.99")
        return self._shown(found, {"context": "edit"})

    def _shown(self, one: Comment, query: Mapping[str, str]) -> dict[str, Any]:
        raw = one["raw"]
        shown: dict[str, Any] = {
            **one,
            "content": {"rendered": f"<p>{raw.replace(chr(39), '&#8217;')}</p>\n"},
            "link": f"{self.site}/our-new-lamp/#comment-{one['id']}",
            "author_email": "mai@customer.example",
            "type": "comment",
        }
        del shown["raw"], shown["trace"]
        if query.get("context") == "edit":
            shown["content"]["raw"] = raw
            shown["author_ip"] = one["trace"]
        fields = {name.partition(".")[0] for name in query.get("_fields", ",".join(shown)).split(",")}
        if "_links" in fields:
            shown["_links"] = {"up": [{"href": f"{self.site}{API}/posts/{one['post']}"}]}
            if "_embed" in query:
                shown["_embedded"] = {"up": [self._post(one["post"], self.posts.get(one["post"]))]}
        return {name: told for name, told in shown.items() if name in fields}

    def _post(self, post: int, title: str | None) -> dict[str, Any]:
        if title is None:
            return {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}
        return {
            "id": post,
            "date_gmt": "2026-11-22T08:00:00",
            "link": f"{self.site}/our-new-lamp/",
            "title": {"rendered": title},
            "excerpt": {"rendered": f"<p>About {escape(str(post))}</p>\n", "protected": False},
        }

    @staticmethod
    def _is_us(signed: str) -> bool:
        kind, _, pair = signed.partition(" ")
        return kind == "Basic" and b64decode(pair).decode() == f"{USER}:{PASSWORD}"
