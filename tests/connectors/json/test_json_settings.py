"""What a feed may say about an API, and what is said of it where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cxtui.connectors.json import connect
from cxtui.connectors.json.settings import described
from cxtui.core.feed import Feed, Secret
from cxtui.errors import ConfigError
from cxtui.http import Client
from tests.servers.pretended_json import OPTIONS

URL = "https://desk.example/api/comments"
WAYS = 'auth: must be "bearer", "basic", "none", or with a name "header:X-Api-Key" or "query:key"'
KNOWN = "{id}, {thread}, {text}, {visibility}, {key}, {user}, {token}"
ASKED = "{id}, {thread}, {user}, {token}"
TWICE = "a brace is written twice"
LEAST = {"map": {"id": "id", "text": "body"}}


def feed(options: Mapping[str, object], *, signs_in: bool = True, user: str | None = "desk") -> Feed:
    token = Secret(lambda: "t") if signs_in else None
    return Feed("desk", "json", URL, token=token, user=user, options={**LEAST, **options})


def problems(**options: object) -> list[str]:
    with pytest.raises(ConfigError) as error:
        described(feed(options))
    return [problem.removeprefix("feed 'desk', ") for problem in error.value.problems]


def test_a_whole_description_is_taken() -> None:
    told = described(Feed("desk", "json", URL, token=Secret(lambda: "t"), options=OPTIONS))
    assert told.way == "bearer"
    assert told.reply is not None
    assert told.reply.idempotency == "Idempotency-Key"
    assert told.fields["author.handle"].text == "user.login"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"items": "a.["}, "items: is no JMESPath at character 4: 'a.['"),
        ({"items": ""}, "items: is empty"),
        ({"map": {"id": "id", "text": "body ||"}}, "map.text: is no JMESPath at character 8: 'body ||'"),
        ({"map": {"id": "id", "text": "first(body)"}},
         "map.text: calls 'first' at character 1, which is no function of JMESPath"),
        ({"map": {"id": "id", "author": {"name": "a[?b==`x]"}}},
         "map.author.name: is no JMESPath at character 7: 'a[?b==`x]'"),
        ({"map": {"id": 7}}, 'map.id: must be a JMESPath such as "author.name", is a number'),
        ({"map": {"id": "id", "txt": "body"}}, "map.txt: unknown key, did you mean 'text'?"),
        ({"map": {"text": "body"}}, 'map: needs id, for instance map = { id = "id", text = "body" }'),
        ({"next": "links.'next"}, "next: is no JMESPath at character 7: \"links.'next\""),
        ({"auth": "digest"},
         f"{WAYS}, is 'digest'"),
        ({"auth": "header"},
         f"{WAYS}, is 'header'"),
        ({"auth": "bearr"}, f"{WAYS}, is 'bearr', did you mean 'bearer'?"),
        ({"auth": "header:X Key"}, "auth: 'X Key' is no name of a header"),
        ({"headers": {"X-A\nB": "1"}}, "headers: 'X-A\\nB' is no name of a header"),
        ({"headers": {"X-A": ["1"]}}, "headers.X-A: must be a text, is a list"),
        ({"headers": {"X-A": "{id}"}},
         "headers.X-A: {id} means nothing there; known: {user}, {token}; a brace is written twice"),
        ({"reply": {"json": {"body": "{text}"}}}, 'reply.url: is missing, for instance "comments/{id}"'),
        ({"reply": {"url": "x/{id}", "json": {"body": "hello"}}},
         "reply: {text} stands nowhere in it, so nothing would be said"),
        ({"reply": {"url": "https://evil.example/{id}", "json": {"body": "{text}"}}},
         f"reply.url: must be on the feed's own server, that of {URL}"),
        ({"reply": {"url": "//evil.example/{id}", "json": {"body": "{text}"}}},
         f"reply.url: must be on the feed's own server, that of {URL}"),
        ({"reply": {"url": "https://{id}.desk.example/", "json": {"body": "{text}"}}},
         f"reply.url: must be on the feed's own server, that of {URL}"),
        ({"reply": {"url": "http://desk.example/", "json": {"body": "{text}"}}},
         f"reply.url: must be on the feed's own server, that of {URL}"),
        ({"reply": {"url": "x", "json": {"body": "{text} {oops}"}}},
         f"reply.json: {{oops}} means nothing there; known: {KNOWN}; {TWICE}"),
        ({"reply": {"url": "x", "json": {"body": "{text} {"}}},
         f"reply.json: a brace means nothing there; known: {KNOWN}; {TWICE}"),
        ({"reply": {"url": "x", "json": {"a": "{text}"}, "form": {"a": "1"}}},
         "reply: has both json and form; a request has one body"),
        ({"reply": {"url": "x", "json": {"a": "{text}"}, "method": "DELETE"}},
         "reply.method: must be one of GET, POST, PUT, PATCH, is 'DELETE'"),
        ({"reply": {"url": "x", "json": {"a": "{text}"}, "idempotency": "a b"}},
         'reply.idempotency: must be the name of a header such as "Idempotency-Key"'),
        ({"reply": {"url": "x", "json": {"a": "{text}"}, "limit": 0}},
         "reply.limit: must be a number of characters"),
        ({"reply": {"url": "x", "json": {"a": "{text}"}, "headers": {"X": "{text}"}}},
         f"reply.headers.X: {{text}} means nothing there; known: {KNOWN.replace('{text}, ', '')}; {TWICE}"),
        ({"reply": {"url": "x", "json": {"a": "{text}"}, "idd": "id"}},
         "reply.idd: unknown key, did you mean 'id'?"),
        ({"thread": {"url": "t/{text}"}},
         f"thread.url: {{text}} means nothing there; known: {ASKED}; {TWICE}"),
        ({"thread": "t/{id}"}, "thread: must be a table, is a text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_key_and_position(options: dict[str, object], said: str) -> None:
    assert said in problems(**options)


def test_every_problem_is_named_at_once() -> None:
    found = problems(items="a.[", map={"id": "(", "txt": "x"}, reply={"url": "x", "json": {"b": "{oops}"}})
    assert [problem.partition(":")[0] for problem in found] == [
        "items", "map.txt", "map.id", "reply.json", "reply",
    ]  # fmt: skip


def test_a_token_that_is_used_must_be_there() -> None:
    with pytest.raises(ConfigError, match="auth: needs a token"):
        described(feed({"auth": "basic"}, signs_in=False))
    with pytest.raises(ConfigError, match=r"headers\.X: \{token\} needs a token"):
        described(feed({"headers": {"X": "{token}"}}, signs_in=False))
    with pytest.raises(ConfigError, match=r"params\.u: \{user\} needs a user"):
        described(feed({"params": {"u": "{user}"}}, user=None))


@pytest.mark.parametrize(
    ("signs_in", "options", "way"),
    [
        (True, {}, "bearer"),
        (False, {}, "none"),
        (True, {"headers": {"X-Key": "{token}"}}, "none"),
        (True, {"params": {"key": "{token}"}}, "none"),
        (True, {"auth": "basic"}, "basic"),
        (True, {"auth": "query:key"}, "query"),
    ],
)
def test_a_token_is_a_bearer_token_unless_it_is_said_or_shown_otherwise(
    options: dict[str, object], way: str, *, signs_in: bool
) -> None:
    assert described(feed(options, signs_in=signs_in)).way == way


def test_what_can_be_done_follows_from_what_is_described() -> None:
    def can(**options: object) -> tuple[bool, bool, bool]:
        one = feed(options)
        capabilities = connect(one, Client(one, agent="cxtui/1")).capabilities
        assert bool(capabilities.why_not) != capabilities.reply
        return capabilities.reply, capabilities.thread, capabilities.retry is not None

    reply = {"url": "x/{id}", "json": {"body": "{text}"}}
    assert can() == (False, False, False)
    assert can(thread={"url": "t/{id}"}) == (False, True, False)
    assert can(reply=reply) == (True, False, False)
    assert can(reply={**reply, "idempotency": "Idempotency-Key"}) == (True, False, True)
