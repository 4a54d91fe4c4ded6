"""From the words of the command line to a call. Options for all commands may stand anywhere."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn, Protocol, cast

from cxtui.cli.call import Call, Options
from cxtui.cli.commands import BY_NAME, COMMANDS, Command
from cxtui.errors import UsageError


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks in our errors."""

    def error(self, message: str) -> NoReturn:
        """Raises: UsageError."""
        raise UsageError(f"{self.prog.removeprefix('cxtui ')}: {message}; see {self.prog} --help")


class Family(Protocol):
    """A module of commands."""

    def arguments(self, command: str, parser: Parser) -> None:
        """Tell the parser what the command takes besides the options for all."""
        ...

    def run(self, call: Call) -> int:
        """Do it; gives the exit code. Raises: CxtuiError."""
        ...


def understood(words: Sequence[str], env: Mapping[str, str]) -> tuple[Call | None, Callable[[Call], int]]:
    """The call that the words ask for, and what does it. None when help or the version was printed.

    Raises: UsageError.
    """
    end = words.index("--") if "--" in words else len(words)
    found, rest = _for_all().parse_known_args([_shielded(word) for word in words[:end]])
    command, given = _command(rest)
    if found.version:
        sys.stdout.write(_version())
        return None, _nothing
    if found.help and (about := _help() if not rest else _family_help(rest[0]) if command is None else ""):
        sys.stdout.write(about)
        return None, _nothing
    if command is None:
        raise UsageError(_unknown([_bared(word) for word in rest]))
    family = cast("Family", import_module(command.module))
    parser = _parser(command)
    family.arguments(command.name, parser)
    if found.help:
        sys.stdout.write(parser.format_help() + _members(command.name))
        return None, _nothing
    filters = "filter" in {action.dest for action in parser._actions}  # noqa: SLF001 - nothing else tells
    given = given if filters else [_bared(word) for word in given]
    spoken, more = parser.parse_known_args([*given, *words[end:]])
    if more:
        raise UsageError(_stray(command, more[0], parser.format_help()))
    if filters:
        spoken.filter = [_bared(word) for word in spoken.filter]
        _refuse_options(command, spoken.filter, parser)
    return Call(command, _options(found), spoken, env), family.run


_SHIELD = "\0"


def _shielded(word: str) -> str:
    """A word such as ``-tag:spam`` as a word of a filter: no option is one letter that goes on."""
    return f"{_SHIELD}{word}" if re.match(r"-[^-\s]\S", word) else word


def _bared(word: str) -> str:
    return word.removeprefix(_SHIELD)


def _refuse_options(command: Command, words: Sequence[str], parser: Parser) -> None:
    """Raise UsageError for ``-json``: who wrote it did not mean rows without that word."""
    stray = [word for word in words if re.fullmatch(r"-[a-z][a-z-]*", word)]
    known = _options_of(parser.format_help()) if stray else []
    for word in stray:
        if f"-{word}" in known:
            raise UsageError(_stray(command, word, parser.format_help()))


def one_of(known: Sequence[str]) -> Callable[[str], str]:
    """An argument type: one of some words; the error names the nearest."""

    def read(word: str) -> str:
        if word not in known:
            raise argparse.ArgumentTypeError(f"unknown word {word!r}{meant(word, known)}")
        return word

    return read


def at_least(least: int) -> Callable[[str], int]:
    """An argument type: a whole number."""

    def read(word: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", word, re.ASCII) or int(word) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least}, is {word!r}")
        return int(word)

    return read


def meant(word: str, known: Sequence[str]) -> str:
    """What a word may have been meant for, or all there is."""
    near = get_close_matches(word, known, n=1)
    return f", did you mean {near[0]!r}?" if near else f"; it is one of: {', '.join(known)}"


def _for_all() -> Parser:
    parser = Parser(prog="cxtui", add_help=False, allow_abbrev=False)
    group = parser.add_argument_group("for all commands, before or after them")
    group.add_argument("--config", metavar="FILE", help="the configuration")
    group.add_argument("--data", metavar="DIR", help="store and state under this directory")
    group.add_argument("--json", action="store_true", help="one JSON object a line")
    group.add_argument("--no-input", action="store_true", help="never ask")
    group.add_argument("--yes", action="store_true", help="yes to whatever would be asked")
    group.add_argument("--readonly", action="store_true", help="refuse every act")
    group.add_argument("--no-color", action="store_true", help="no colour (NO_COLOR, CXTUI_NO_COLOR)")
    group.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    group.add_argument("-h", "--help", action="store_true", help="this text")
    group.add_argument("--version", action="store_true", help="the version")
    return parser


def _parser(command: Command) -> Parser:
    # tags may begin with a dash: they are words there, and options come only from those for all
    prefix = "\0" if command.name == "tag" else "-"
    return Parser(
        prog=f"cxtui {command.name}", description=command.words, add_help=False, allow_abbrev=False,
        prefix_chars=prefix, epilog="The options for all commands: cxtui --help",
    )  # fmt: skip


def _command(rest: list[str]) -> tuple[Command | None, list[str]]:
    if not rest:
        return BY_NAME["screen"], []
    for length in (2, 1):
        command = BY_NAME.get(" ".join(rest[:length]))
        if command and len(rest) >= length:
            return command, rest[length:]
    return None, rest


def _options(found: argparse.Namespace) -> Options:
    return Options(
        config=Path(found.config) if found.config else None,
        data=Path(found.data).expanduser().absolute() if found.data else None,
        json=found.json,
        no_input=found.no_input,
        yes=found.yes,
        readonly=found.readonly,
        no_color=found.no_color,
        no_mouse=found.no_mouse,
    )


def _unknown(rest: list[str]) -> str:
    word = rest[0]
    under = [name.partition(" ")[2] for name in BY_NAME if name.startswith(f"{word} ")]
    if under:
        return f"{word} needs one of: {', '.join(under)}"
    if word.startswith("-"):
        return _stray(None, word, _help())
    near = get_close_matches(word, list(dict.fromkeys(name.split()[0] for name in BY_NAME)), n=1)
    hint = f", did you mean {near[0]!r}?" if near else "; see cxtui --help"
    return f"there is no command {word!r}{hint}"


def _stray(command: Command | None, word: str, text: str) -> str:
    name = f"{command.name}: " if command else ""
    see = f"see cxtui {command.name} --help" if command else "see cxtui --help"
    if not word.startswith("-"):
        return f"{name}one word too many: {word!r}; {see}"
    known = _options_of(text)
    near = get_close_matches(word.partition("=")[0], known, n=1)
    hint = f", did you mean {near[0]}?" if near else f"; {see}"
    return f"{name}unknown option {word.partition('=')[0]!r}{hint}"


def _options_of(text: str) -> list[str]:
    """The options that a help names, and those for all."""
    return sorted(set(re.findall(r"--[a-z][a-z-]*", text + _for_all().format_help())))


def _help() -> str:
    lines = ["usage: cxtui [COMMAND] [options]", "", "The queue of customers who wait for an answer.", ""]
    lines += [f"  {command.name:16}{command.words}" for command in COMMANDS]
    options = _for_all().format_help().partition("\n\n")[2]
    codes = (
        "exit codes: 0 ok, 1 other, 2 usage, 3 configuration, 4 secret or sign-in refused, 5 a feed failed,\n"
        "  6 store, 7 somebody is late (list --fail-late), 130 interrupted"
    )
    return "\n".join([*lines, "", options, codes, ""])


def _members(word: str) -> str:
    """What there is below a command, a line each with a blank one before them; empty where nothing is."""
    lines = [f"  cxtui {name:16}{one.words}" for name, one in BY_NAME.items() if name.startswith(f"{word} ")]
    return "\n".join(["", *lines, ""]) if lines else ""


def _family_help(word: str) -> str:
    """The help of a word that is a command only with another; empty where there is none of them."""
    members = _members(word)
    last = "The options for all commands: cxtui --help\n"
    return f"usage: cxtui {word} COMMAND\n{members}\n{last}" if members else ""


def _version() -> str:
    from cxtui import __version__

    return f"cxtui {__version__}\n"


def _nothing(_call: Call) -> int:
    return 0
