"""The table of verbs, and the way in and out of each: one exit code, one shape of error.

A verb is a module that is loaded when it is called, so that `lacrima --help` answers at once.
This is the one file in which imports may stand elsewhere than at the top.
"""

from __future__ import annotations

import difflib
import errno
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from lacrima.cli.said import report
from lacrima.errors import FullDisk, LacrimaError, OurFault, UsageError

INTERRUPTED = 130


@dataclass(frozen=True)
class Verb:
    """One verb: the module that does it, and what it does in one sentence."""

    module: str
    does: str


VERBS = {
    "demo": Verb("lacrima.cli.demo", "Open a simulated practice in the browser."),
    "init": Verb("lacrima.cli.init", "Make a new, encrypted practice in an empty folder."),
    "serve": Verb("lacrima.cli.serve", "Open a practice in the browser."),
    "backup": Verb("lacrima.cli.backup", "Copy a practice to another place, and look it over."),
    "restore": Verb("lacrima.cli.restore", "Put a backup into an empty folder."),
    "import": Verb("lacrima.cli.import_scores", "Bring scores from a CSV file into a practice."),
    "export client": Verb("lacrima.cli.export_client", "A copy of one course of care."),
    "export practice": Verb("lacrima.cli.export_practice", "The whole practice, to take along."),
    "export rows": Verb("lacrima.cli.export_rows", "Rows without names, for questions of many."),
    "export instrument": Verb("lacrima.cli.export_instrument", "A questionnaire for REDCap."),
    "drop-box": Verb("lacrima.cli.drop_box", "Name the relay by which phones answer, or stop."),
    "invite": Verb("lacrima.cli.invite", "A link for a client's phone, through the relay."),
    "collect": Verb("lacrima.cli.collect", "Fetch, open and keep what clients sent."),
    "score": Verb("lacrima.cli.score", "What do these filled questionnaires say?"),
    "questionnaire": Verb("lacrima.cli.questionnaire", "An instrument as a FHIR Questionnaire."),
    "change": Verb("lacrima.cli.change", "Who changed by more than chance would explain?"),
    "gains": Verb("lacrima.cli.gains", "Who suddenly got much better, or much worse?"),
    "course": Verb("lacrima.cli.course", "Where are scores expected, and was that right?"),
    "effects": Verb("lacrima.cli.effects", "How does an outcome go with something?"),
    "came-after": Verb("lacrima.cli.came_after", "How did things go after such a moment?"),
    "singlecase": Verb("lacrima.cli.singlecase", "Do one person's two phases lie apart?"),
    "evidence list": Verb("lacrima.cli.evidence_list", "What is known, and how well?"),
    "evidence check": Verb("lacrima.cli.evidence_check", "Do the evidence files fit together?"),
    "audit verify": Verb("lacrima.cli.audit_verify", "Does the audit log fit together?"),
    "doctor": Verb("lacrima.cli.doctor", "Look whether all is well here, without client data."),
    "will open": Verb("lacrima.cli.will_open", "Open a clinical will with both of its parts."),
    "keeper new": Verb("lacrima.cli.keeper_new", "Make a key for what clients tell outside."),
    "keeper hand-over": Verb("lacrima.cli.keeper_hand_over", "Hand a keeper what was sealed."),
    "keeper open": Verb("lacrima.cli.keeper_open", "Open what a practice handed to a keeper."),
    "clinic init": Verb("lacrima.cli.clinic_init", "Begin a clinic on this server."),
    "clinic migrate": Verb("lacrima.cli.clinic_migrate", "Let a clinic's tables follow Lacrima."),
    "clinic check": Verb("lacrima.cli.clinic_check", "Look whether a clinic's server is well."),
    "clinic backup": Verb("lacrima.cli.clinic_backup", "Copy a clinic to another place, sealed."),
    "clinic restore": Verb("lacrima.cli.clinic_restore", "Put a clinic's backup in its place."),
    "clinic tidy": Verb("lacrima.cli.clinic_tidy", "Let what was erased leave the database."),
    "relay": Verb("lacrima.cli.relay_serve", "Keep sealed letters until they are fetched."),
    "relay mailbox": Verb("lacrima.cli.relay_mailbox", "Make a mailbox at a relay."),
    "relay mailboxes": Verb("lacrima.cli.relay_mailboxes", "How full are a relay's mailboxes?"),
    "relay close": Verb("lacrima.cli.relay_close", "Delete a mailbox and all in it."),
    "relay page": Verb("lacrima.cli.relay_page", "The page of the sealed drop-box, as one file."),
    "simulate practice": Verb("lacrima.cli.simulate_practice", "Make a practice of known truth."),
    "simulate panel": Verb("lacrima.cli.simulate_panel", "Make a large table of known truth."),
}


def run() -> NoReturn:
    """The entry point: answer what stands on the command line, then leave with its exit code."""
    sys.exit(answer(sys.argv[1:]))


def answer(arguments: Sequence[str]) -> int:
    """Do what is asked; the exit code. Whatever goes wrong is said, never shown as a traceback."""
    try:
        return _do(list(arguments))
    except LacrimaError as error:
        return report(error, arguments=arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        return report(_of_the_machine(error), arguments=arguments, cause=error)
    except Exception as error:  # noqa: BLE001  the last door: nobody shall read a traceback
        return report(_our_fault(), arguments=arguments, cause=error)


def _do(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"--help", "-h", "help"}:
        return _show(_overview())
    if arguments[0] == "--version":
        return _show(f"lacrima {_version()}")
    name = _verb_in(arguments)
    rest = arguments[len(name.split()) :]
    if name not in VERBS:
        if rest[:1] in ([], ["--help"], ["-h"]):
            return _show(_overview(of=name))
        raise _unknown(arguments)
    return _call(name, rest)


def _verb_in(arguments: list[str]) -> str:
    two_words = " ".join(arguments[:2])
    if two_words in VERBS:
        return two_words
    is_first_word = any(name.startswith(f"{arguments[0]} ") for name in VERBS)
    if arguments[0] not in VERBS and not is_first_word:
        raise _unknown(arguments)
    return arguments[0]


def _call(name: str, rest: list[str]) -> int:
    import typer

    module = importlib.import_module(VERBS[name].module)
    command = typer.main.get_command(module.app)
    try:
        code = command.main(args=rest, prog_name=f"lacrima {name}", standalone_mode=False)
    except typer.TyperException as error:
        raise UsageError(
            _without_stop(error.format_message()),
            where=f"lacrima {name}",
            next_step=f"See: lacrima {name} --help",
        ) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    return code if isinstance(code, int) else 0


def _without_stop(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else "the options do not fit together"
    return first.rstrip(".")


def _unknown(arguments: list[str]) -> UsageError:
    near = difflib.get_close_matches(" ".join(arguments[:2]), VERBS, n=1, cutoff=0.5)
    return UsageError(
        "there is no such verb",
        where=f"lacrima {arguments[0]}",
        expected=f"for example: lacrima {near[0]}" if near else "one of the verbs",
        next_step="See: lacrima --help",
    )


def _overview(of: str = "") -> str:
    shown = {name: verb for name, verb in VERBS.items() if name.startswith(of)}
    width = max(map(len, shown)) + 2
    lines = [f"  {name:<{width}}{verb.does}" for name, verb in shown.items()]
    return "\n".join(
        [
            "Usage: lacrima VERB [OPTIONS]",
            "",
            "Lacrima keeps an encrypted practice on this computer, and asks questions of scores.",
            "",
            *lines,
            "",
            "Each verb explains itself: lacrima VERB --help",
            "For programs: --json puts one JSON object on standard output.",
            "Options here: --help, --version",
        ]
    )


def _version() -> str:
    from importlib.metadata import version

    return version("lacrima")


def _show(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _of_the_machine(error: OSError) -> LacrimaError:
    if error.errno == errno.ENOSPC:
        return FullDisk(
            "there is no room left on the disk",
            expected="some free space",
            next_step="Make room, and try again.",
        )
    return _our_fault()


def _our_fault() -> OurFault:
    return OurFault(
        "something went wrong inside Lacrima; it was nothing that you did",
        next_step="Try again; if it comes back, please tell us.",
    )
