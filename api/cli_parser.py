"""The arguments of `wuzao`, explained in the language asked for."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError, HelpFormatter
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from api import cli_words as words
from api.commands import DEFAULT_TIME_LIMIT, REPAIRS_TIME_LIMIT, REPLAN_TIME_LIMIT, WHATIF_TIME_LIMIT
from api.move_command import DATABASE, FILE
from api.release import release
from api.scenes import Scene
from api.security.roles import Role
from geo.text import LANGUAGES, Language

BAD_INPUT = 2


def parser(language: Language) -> ArgumentParser:
    """Return the parser of the whole command."""
    top = (ChineseParser if language == "zh" else EnglishParser)(
        prog="wuzao", description=words.WHAT_IT_IS.say(language), epilog=words.EXITS.say(language)
    )
    top.add_argument(
        "--version", action="version", version=f"wuzao {release()}", help=words.HELP["version"].say(language)
    )
    made = top.add_subparsers(
        dest="command",
        required=True,
        metavar="COMMAND",
        title=words.COMMAND_LIST.say(language),
    )
    for name, describe in COMMANDS.items():
        said = words.COMMANDS[name].say(language)
        describe(made.add_parser(name, help=said, description=said))
    return top


class Parser(ArgumentParser):
    """An `ArgumentParser` whose class says its language, since argparse makes those of the commands itself."""

    language: Language = "zh"

    def __init__(self, **rest: Any) -> None:  # noqa: ANN401 - handed on to argparse as it came
        language = self.language
        super().__init__(add_help=False, formatter_class=_formatter(language), allow_abbrev=False, **rest)
        self.asked = self.add_argument_group(words.ARGUMENTS.say(language))
        self.chosen = self.add_argument_group(words.OPTIONS.say(language))
        self.chosen.add_argument("-h", "--help", action="help", help=words.HELP["help"].say(language))
        self.chosen.add_argument("--lang", choices=LANGUAGES, default=language, help=words.HELP["lang"].say(language))

    def must(self, name: str, **rest: Any) -> None:  # noqa: ANN401 - as above
        """Add an argument or option that has to be given."""
        self.asked.add_argument(name, help=self._help(name), **rest)

    def may(self, name: str, **rest: Any) -> None:  # noqa: ANN401 - as above
        """Add an option."""
        self.chosen.add_argument(name, help=self._help(name), **rest)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command, and stop."""
        self.exit(BAD_INPUT, words.WRONG.say(self.language).format(message=message, program=self.prog) + "\n")

    def positive(self, given: str) -> float:
        """Read seconds."""
        try:
            number = float(given)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number > 0):
            raise ArgumentTypeError(words.NOT_POSITIVE.say(self.language).format(given=given))
        return number

    def small_whole(self, given: str) -> int:
        """Read a seed, which CP-SAT wants within 31 bits."""
        if not (given.isascii() and given.isdigit() and int(given) < 2**31):
            raise ArgumentTypeError(words.NOT_A_SEED.say(self.language).format(given=given))
        return int(given)

    def counted(self, given: str) -> int:
        """Read how many, at least one."""
        if not (given.isascii() and given.isdigit() and 0 < int(given) < 2**31):
            raise ArgumentTypeError(words.NOT_A_COUNT.say(self.language).format(given=given))
        return int(given)

    def scene(self, given: str) -> Scene:
        """Read a known scene, ``C1:121.25,31.38``."""
        try:
            return Scene.parse(given)
        except ValueError:
            raise ArgumentTypeError(words.NOT_A_SCENE.say(self.language).format(given=given)) from None

    def _help(self, name: str) -> str:
        return words.HELP[name.lstrip("-").replace("-", "_").lower()].say(self.language)


class ChineseParser(Parser):
    """Speaks Chinese."""


class EnglishParser(Parser):
    """Speaks English."""

    language = "en"


def _formatter(language: Language) -> Callable[..., HelpFormatter]:
    class Formatter(HelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:  # noqa: ANN401 - argparse's own signature
            super().add_usage(usage, actions, groups, prefix or words.USAGE.say(language))

    return Formatter


def _plan(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")
    made.must("--week", required=True, metavar="WEEK")
    made.must("--out", required=True, metavar="DIR")
    made.may("--price-of-promise", action="store_true")
    _search(made)


def _check(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")
    made.must("plan", metavar="PLAN.json")
    made.may("--repairs", action="store_true")
    made.may("--scene", action="append", default=[], type=made.scene, metavar="ID:LON,LAT")
    made.may("--out", metavar="DIR")
    made.may("--json", action="store_true")
    _search(made, REPAIRS_TIME_LIMIT)


def _replan(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")
    made.must("plan", metavar="PLAN.json")
    made.must("--event", required=True, metavar="EVENT.json")
    made.must("--out", required=True, metavar="DIR")
    _search(made, REPLAN_TIME_LIMIT)


def _slots(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")
    made.must("plan", metavar="PLAN.json")
    made.must("--community", required=True, metavar="ID")
    made.may("--kind", default="joint", metavar="KIND")
    made.may("--minutes", type=made.small_whole, metavar="N")
    made.may("--day", action="append", default=[], metavar="2026-11-26")
    made.may("--partner", action="append", metavar="ID")
    made.may("--most", type=made.small_whole, default=10, metavar="N")
    made.may("--take", type=made.small_whole, metavar="N")
    made.may("--out", metavar="DIR")
    made.may("--json", action="store_true")


def _whatif(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")
    made.must("--week", required=True, metavar="WEEK")
    for name in ("--without-officer", "--add-officer", "--without-community", "--without-vehicle"):
        made.may(name, action="append", default=[], metavar="ID")
    for name in ("--add-band", "--without-band"):
        made.may(name, action="append", default=[], metavar="OFFICER:BAND")
    made.may("--more-peak", type=made.small_whole, default=0, metavar="N")
    made.may("--n-1", action="store_true", dest="each_officer")
    made.may("--break-even", choices=("peak", "officers"))
    made.may("--json", action="store_true")
    _search(made, WHATIF_TIME_LIMIT)


def _simulate(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")
    made.must("plan", metavar="PLAN.json")
    made.may("--weeks", type=made.counted, default=1000, metavar="N")
    made.may("--rate-factor", type=made.positive, default=1.0, metavar="X")
    made.may("--handling-factor", type=made.positive, default=1.0, metavar="X")
    made.may("--against", metavar="PLAN.json")
    made.may("--workers", type=made.counted, default=1, metavar="N")
    made.may("--seed", type=made.small_whole, default=0, metavar="N")
    made.may("--json", action="store_true")


def _demo(made: Parser) -> None:
    made.may("--out", default="out/jiading", metavar="DIR")
    made.may("--price-of-promise", action="store_true")
    _search(made)


def _import(made: Parser) -> None:
    made.must("squad", metavar="SQUAD")


def _user(made: Parser) -> None:
    made.must("name", metavar="NAME")
    made.must("--role", required=True, choices=[role.value for role in Role])
    made.may("--of", metavar="SQUAD_ID")
    made.may("--subject", metavar="ID")


def _backup(made: Parser) -> None:
    made.must("file", metavar="FILE.zip")


def _move(made: Parser) -> None:
    made.must("squad_id", metavar="SQUAD_ID")
    made.must("--to", required=True, choices=(DATABASE, FILE))


def _audit(made: Parser) -> None:
    made.must("what", choices=["verify"], metavar="verify")


def _serve(made: Parser) -> None:
    made.may("--host", default="127.0.0.1")
    made.may("--port", type=int, default=8000)
    made.may("--processes", type=made.counted, default=1, metavar="N")


def _worker(made: Parser) -> None:
    made.may("--patience", type=made.positive, default=60.0, metavar="S")


def _jobs(made: Parser) -> None:
    made.may("--again", metavar="PLAN")


def _search(made: Parser, time_limit: float = DEFAULT_TIME_LIMIT) -> None:
    made.may("--time-limit", type=made.positive, default=time_limit, metavar="S")
    made.may("--seed", type=made.small_whole, default=0, metavar="N")


COMMANDS: Mapping[str, Callable[[Parser], None]] = {
    "plan": _plan,
    "check": _check,
    "replan": _replan,
    "slots": _slots,
    "whatif": _whatif,
    "simulate": _simulate,
    "demo": _demo,
    "import": _import,
    "user": _user,
    "backup": _backup,
    "restore": _backup,
    "move": _move,
    "audit": _audit,
    "serve": _serve,
    "worker": _worker,
    "jobs": _jobs,
}
