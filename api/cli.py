"""The command `wuzao`.

Exit 0: all mandatory work placed, every hard rule and the two-hour promise kept · 3: not so, with reasons · 2: bad
input, every fault named.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from getpass import getpass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from api import cli_words as words
from api.cli_parser import parser
from api.cli_progress import counted_line, progress_line
from api.commands import check_plan, mended, plan_squad, replan_squad
from api.errors import ApiError, BackupError
from api.interrupt import until_ctrl_c
from api.move_command import move_squad, moved_in_words
from api.outputs import require_ours, write_plan
from api.planned import Planned, check_to_dict
from api.records_command import (
    back_up,
    code_of_first_visit,
    import_files,
    make_user,
    proven_in_words,
    verdict_in_words,
    verify_audit,
)
from api.repair_files import require_empty, write_repairs
from api.security.roles import Role
from api.settings import cache_folder, from_environment
from api.simulate_command import Asked, simulate_plan, simulated_in_words, simulated_to_dict
from api.slots_command import Question, answer_slots, slots_in_words, slots_to_dict, take_slot
from api.storage.backup import restore_backup
from api.summary import summary, verdict
from api.whatif_command import WhatIf, answer_whatif, whatif_in_words, whatif_to_dict
from casework.calendar import SHANGHAI
from geo.errors import Fault, InputError
from geo.text import Language, Text
from planner.errors import PlanFileError
from planner.simulation.weeks import Load
from planner.week import Week
from planner.whatif import Search

KEPT, BAD_INPUT, NOT_KEPT = 0, 2, 3
GIVEN_UP = 130
"""As shells report a command that Ctrl-C ended."""
T = TypeVar("T")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EXAMPLE, EXAMPLE_WEEK = "jiading", "2026-W48"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `wuzao` and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _never_stop_at_a_sign()
    options = parser(_language(given)).parse_args(given)
    try:
        return COMMANDS[options.command](options)
    except (InputError, PlanFileError) as error:
        _print_faults(error.faults, options.lang)
    except ApiError as error:
        _complain(error.message, options.lang)
    except KeyboardInterrupt:
        sys.stderr.write("\n" + words.GIVEN_UP.say(options.lang) + "\n")
        return GIVEN_UP
    return BAD_INPUT


def _plan(options: Namespace) -> int:
    week = _week(options)
    if week is None:
        return BAD_INPUT
    return _plan_into(options, Path(options.squad), week, Path(options.out))


def _demo(options: Namespace) -> int:
    with as_file(files("examples") / EXAMPLE) as squad:
        code = _plan_into(options, squad, Week.parse(EXAMPLE_WEEK), Path(options.out))
    out = Path(options.out)
    for name, what in words.WHERE_TO_LOOK.items():
        print(f"  {out / name}  {what.say(options.lang)}")
    return code


def _plan_into(options: Namespace, squad: Path, week: Week, out: Path) -> int:
    require_ours(out)
    limits = {"seed": options.seed, "time_limit": options.time_limit}
    with progress_line(sys.stderr, options.lang) as tell:
        planned = _until_ctrl_c(
            lambda stop: plan_squad(
                squad, week, **limits, cache=_cache(), progress=tell, stop=stop, priced=options.price_of_promise
            ),
            options.lang,
        )
    return _written(planned, out, options.lang)


def _replan(options: Namespace) -> int:
    out = Path(options.out)
    require_ours(out)
    squad, plan, event = Path(options.squad), Path(options.plan), Path(options.event)
    limits = {"seed": options.seed, "time_limit": options.time_limit}
    with progress_line(sys.stderr, options.lang) as tell:
        planned = _until_ctrl_c(
            lambda stop: replan_squad(squad, plan, event, **limits, cache=_cache(), progress=tell, stop=stop),
            options.lang,
        )
    return _written(planned, out, options.lang)


def _until_ctrl_c(work: Callable[[Callable[[], bool]], T], language: Language) -> T:
    """Return what `work` makes, or the best it has when Ctrl-C is pressed."""
    return until_ctrl_c(work, lambda: _say_stopping(language))


def _say_stopping(language: Language) -> None:
    sys.stderr.write("\n" + words.STOPPING.say(language) + "\n")


def _written(planned: Planned, out: Path, language: Language) -> int:
    _print_warnings(planned, language)
    write_plan(planned, out, language)
    _print(summary(planned), language)
    print(words.WRITTEN_TO.say(language).format(out=out))
    return KEPT if planned.kept else NOT_KEPT


def _check(options: Namespace) -> int:
    if options.out is not None:
        require_empty(Path(options.out))
    planned = check_plan(Path(options.squad), Path(options.plan), cache=_cache(), scenes=options.scene)
    if options.repairs or options.out is not None:
        planned = mended(planned, seed=options.seed, time_limit=options.time_limit)
    if options.out is not None:
        write_repairs(planned, Path(options.out))
    _print_warnings(planned, options.lang)
    if options.json:
        print(json.dumps(check_to_dict(planned), indent=1, allow_nan=False))
    else:
        _print(verdict(planned), options.lang)
    return KEPT if planned.kept else NOT_KEPT


def _slots(options: Namespace) -> int:
    if (options.take is None) != (options.out is None):
        _complain(words.TAKE_WANTS_OUT, options.lang)
        return BAD_INPUT
    if options.out is not None:
        require_ours(Path(options.out))
    partners = None if options.partner is None else tuple(options.partner)
    question = Question(
        options.community,
        options.kind,
        options.minutes,
        tuple(options.day),
        partners,
        max(options.most, options.take or 1),
    )
    answer = answer_slots(Path(options.squad), Path(options.plan), question, cache=_cache())
    if options.take is not None:
        return _written(take_slot(answer, options.take), Path(options.out), options.lang)
    if options.json:
        print(json.dumps(slots_to_dict(answer), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(tuple(slots_in_words(answer)), options.lang)
    return KEPT if answer.fits else NOT_KEPT


def _whatif(options: Namespace) -> int:
    week = _week(options)
    if week is None:
        return BAD_INPUT
    asked = WhatIf(
        without_officer=tuple(options.without_officer),
        add_officer=tuple(options.add_officer),
        without_community=tuple(options.without_community),
        without_vehicle=tuple(options.without_vehicle),
        add_band=tuple(options.add_band),
        without_band=tuple(options.without_band),
        more_peak=options.more_peak,
        each_officer=options.each_officer,
        break_even=options.break_even,
    )
    with progress_line(sys.stderr, options.lang) as tell:
        answered = _until_ctrl_c(
            lambda stop: answer_whatif(
                Path(options.squad), week, asked, Search(options.seed, options.time_limit, tell, stop), cache=_cache()
            ),
            options.lang,
        )
    if options.json:
        print(json.dumps(whatif_to_dict(answered), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(tuple(whatif_in_words(answered)), options.lang)
    return KEPT if answered.kept else NOT_KEPT


def _simulate(options: Namespace) -> int:
    asked = Asked(
        options.weeks,
        options.seed,
        Load(options.rate_factor, options.handling_factor),
        options.workers,
        None if options.against is None else Path(options.against),
    )
    total = options.weeks * (1 if asked.against is None else 2)
    with counted_line(sys.stderr, options.lang, total) as tell:
        simulated = until_ctrl_c(
            lambda stop: simulate_plan(
                Path(options.squad), Path(options.plan), asked, cache=_cache(), progress=tell, stop=stop
            ),
            lambda: print(f"\n{words.ENOUGH_WEEKS.say(options.lang)}", file=sys.stderr),
        )
    if options.json:
        print(json.dumps(simulated_to_dict(simulated), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(tuple(simulated_in_words(simulated)), options.lang)
    return KEPT


def _import(options: Namespace) -> int:
    loaded = import_files(from_environment(), Path(options.squad), _now())
    for fault in loaded.warnings:
        sys.stderr.write(f"{words.LEVELS['warning'].say(options.lang)}: {fault.say(options.lang)}\n")
    print(words.IMPORTED.say(options.lang).format(name=loaded.squad.name, id=loaded.squad.id))
    return KEPT


def _user(options: Namespace) -> int:
    password = (
        getpass(words.NEW_PASSWORD.say(options.lang)) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    )
    role = Role(options.role)
    make_user(from_environment(), options.name, password, role, options.of, options.subject, _now())
    print(words.USER_MADE.say(options.lang).format(name=options.name))
    return KEPT


def _backup(options: Namespace) -> int:
    proven = back_up(from_environment(), Path(options.file))
    _print((proven_in_words(proven),), options.lang)
    print(words.WRITTEN_TO.say(options.lang).format(out=options.file))
    return KEPT


def _restore(options: Namespace) -> int:
    settings = from_environment()
    if settings.database is not None:
        raise BackupError(words.ONLY_INTO_A_FILE)
    proven, before = restore_backup(Path(options.file), settings.data)
    _print((proven_in_words(proven),), options.lang)
    print(words.RESTORED.say(options.lang).format(data=settings.data))
    if before is not None:
        print(words.PUT_ASIDE.say(options.lang).format(before=before))
    return KEPT


def _move(options: Namespace) -> int:
    sums = move_squad(from_environment(), options.squad_id, options.to, _now())
    _print(moved_in_words(sums), options.lang)
    return KEPT


def _audit(options: Namespace) -> int:
    verdict = verify_audit(from_environment())
    _print((verdict_in_words(verdict),), options.lang)
    return KEPT if verdict.broken_at is None else NOT_KEPT


def _serve(options: Namespace) -> int:
    # Starting the web server's libraries takes a second that the other commands need not wait.
    from api import serve_command  # noqa: PLC0415 - as above

    settings = serve_command.settings_for(options.host, options.processes)
    address = f"http://{options.host}:{options.port}/"
    print(words.SERVING.say(options.lang).format(address=address), flush=True)
    if (code := code_of_first_visit(settings)) is not None:
        print(words.FIRST_VISIT.say(options.lang).format(address=f"{address}first?code={code}"), flush=True)
    if not settings.makes_plans:
        print(words.WORKERS_ELSEWHERE.say(options.lang), flush=True)
    serve_command.serve(settings, options.host, options.port, options.processes)
    return KEPT


def _worker(options: Namespace) -> int:
    from api import worker_command  # noqa: PLC0415 - as above

    settings = worker_command.required(from_environment())
    print(words.WORKING.say(options.lang), flush=True)
    worker_command.work(settings, options.patience)
    return KEPT


def _jobs(options: Namespace) -> int:
    from api import worker_command  # noqa: PLC0415 - as above

    settings = worker_command.required(from_environment())
    if options.again is None:
        _print(worker_command.failed_in_words(settings), options.lang)
    else:
        _print([worker_command.made_again(settings, options.again)], options.lang)
    return KEPT


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
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
    "restore": _restore,
    "move": _move,
    "audit": _audit,
    "serve": _serve,
    "worker": _worker,
    "jobs": _jobs,
}


def _week(options: Namespace) -> Week | None:
    try:
        return Week.parse(options.week)
    except ValueError:
        sys.stderr.write(words.NOT_A_WEEK.say(options.lang).format(given=options.week) + "\n")
        return None


def _language(arguments: Sequence[str]) -> Language:
    """Find the language before the arguments are parsed: help and complaints are said in it too."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        if option == "--lang=en" or (option == "--lang" and value == "en"):
            return "en"
    return "zh"


def _now() -> datetime:
    return datetime.now(SHANGHAI)


def _cache() -> Path:
    return cache_folder(os.environ)


def _print(lines: Sequence[Text], language: Language) -> None:
    for line in lines:
        print(line.say(language))


def _print_faults(faults: Sequence[Fault], language: Language) -> None:
    for fault in faults:
        level = words.LEVELS[fault.level].say(language)
        sys.stderr.write(f"{level}: {fault.say(language)}\n")
    count = sum(fault.level == "error" for fault in faults)
    sys.stderr.write(words.NOTHING_WRITTEN.say(language).format(count=count) + "\n")


def _print_warnings(planned: Planned, language: Language) -> None:
    for fault in planned.prepared.warnings:
        sys.stderr.write(f"{words.LEVELS['warning'].say(language)}: {fault.say(language)}\n")


def _complain(message: Text, language: Language) -> None:
    sys.stderr.write(f"{words.LEVELS['error'].say(language)}: {message.say(language)}\n")


def _never_stop_at_a_sign() -> None:
    """Print a question mark where the terminal's encoding (GBK on Windows) lacks a sign, rather than break down."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
