"""Every command: its name, one line about it, and the module that is imported when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``changes`` is refused under --readonly.

    ``frozen`` says what CXTUI_NOW means to it. ``bare`` ones need no configuration where
    --data names a store.
    """

    name: str
    words: str
    module: str
    changes: bool = False
    frozen: Literal["obeys", "refuses", "ignores"] = "ignores"
    bare: bool = False


def _reads(name: str, words: str, module: str) -> Command:
    return Command(name, words, module, frozen="obeys", bare=True)


def _acts(name: str, words: str) -> Command:
    return Command(name, words, "cxtui.cli.acts", changes=True, frozen="refuses", bare=True)


def _leaves(name: str, words: str) -> Command:
    return Command(name, words, "cxtui.cli.deeds", changes=True, frozen="refuses")


def _promises(name: str, words: str) -> Command:
    return Command(name, words, "cxtui.cli.promises", changes=True, frozen="refuses", bare=True)


COMMANDS = (
    Command("screen", "the live queue; the same as no command", "cxtui.cli.screen", frozen="refuses"),
    Command("demo", "the screen on a made-up world, nothing kept, nothing sent", "cxtui.cli.screen"),
    Command("init", "a first configuration, from your site's address", "cxtui.cli.starting", changes=True),
    Command("poll", "ask the feeds, for ever or --once", "cxtui.cli.polling", changes=True, frozen="refuses"),
    _reads("list", "who waits, the most urgent first", "cxtui.cli.reading"),
    _reads("find", "rows of every state in which something is said", "cxtui.cli.finding"),
    _reads("show", "a whole thread", "cxtui.cli.reading"),
    _reads("explain", "why a row is due when it is", "cxtui.cli.reading"),
    Command("reply", "answer a customer", "cxtui.cli.replying", changes=True, frozen="refuses"),
    _reads("guard", "what to look at in a draft before it is sent", "cxtui.cli.guarding"),
    _leaves("like", "thank for praise by a like, where the network has likes"),
    _leaves("approve", "let a message through that waits for a moderator"),
    _leaves("spam", "tell the network that a row is spam, and close it"),
    Command("outbox", "replies on their way", "cxtui.cli.outbox", bare=True),
    _acts("snooze", "hide a row until a time; its clock runs on"),
    _acts("wake", "bring a snoozed or closed row back"),
    _acts("done", "close a row with a reason"),
    _acts("confirm", "say whether a probable answer is one"),
    _acts("claim", "say who takes care of a row"),
    _acts("release", "give a claimed row back"),
    _acts("tag", "put tags on a row, take -TAGS off"),
    _acts("note", "write a note that only we see"),
    _acts("priority", "low, normal, high or urgent"),
    _acts("mute", "what this customer writes from now on needs no answer"),
    _acts("unmute", "let what a muted customer writes from now on wait again"),
    _acts("tone", "say what it is: complaint, question, praise or none"),
    _reads("promises", "what is promised to whom, and what was broken", "cxtui.cli.promises"),
    _reads("advocates", "who speaks for us, who against us, and why", "cxtui.cli.advocates"),
    _promises("promise", "promise something until a time"),
    _promises("promise move", "give a promise another time; tell the customer"),
    _promises("promise release", "end a promise with a reason"),
    _acts("undo", "take your last act back"),
    _reads("stats", "every number", "cxtui.cli.numbers"),
    _reads("rules", "what is done by itself about messages that come", "cxtui.cli.ruling"),
    _reads("rules test", "what the rules would have done about earlier ones", "cxtui.cli.ruling"),
    Command("feeds", "how the feeds are", "cxtui.cli.feeds"),
    Command("feeds pause", "ask feeds no more", "cxtui.cli.tending", changes=True, frozen="refuses"),
    Command("feeds resume", "ask them again", "cxtui.cli.tending", changes=True, frozen="refuses"),
    Command("feeds who", "sign in to the feeds: who are we there?", "cxtui.cli.signing"),
    Command("feeds log", "how the last polls of a feed went", "cxtui.cli.tending"),
    Command("feeds networks", "what each connector can do", "cxtui.cli.networks"),
    Command("feeds import", "[[feeds]] from an OPML file; --yes adds them", "cxtui.cli.outlines"),
    Command("feeds export", "the configured feeds as OPML 2.0", "cxtui.cli.outlines"),
    Command("feeds check", "what cxtui makes of an address or file", "cxtui.cli.checking", bare=True),
    Command("export", "everything in the store as JSON lines", "cxtui.cli.porting", bare=True),
    Command("import", "take JSON lines into the store", "cxtui.cli.porting", changes=True, bare=True),
    Command("backup", "a whole copy of the store, now", "cxtui.cli.backup", frozen="refuses", bare=True),
    Command("doctor", "is the store whole? mends it when you agree", "cxtui.cli.doctor", bare=True),
    Command(
        "forget",
        "erase what somebody wrote and who it was; every number stays",
        "cxtui.cli.forget",
        changes=True,
        frozen="refuses",
        bare=True,
    ),
    Command("config path", "where the configuration is", "cxtui.cli.configuring"),
    Command("config show", "what it says, secrets left out", "cxtui.cli.configuring"),
    Command("config check", "everything that is wrong with it", "cxtui.cli.configuring"),
    Command("config example", "a configuration to begin with", "cxtui.cli.configuring"),
)

BY_NAME = {command.name: command for command in COMMANDS}
