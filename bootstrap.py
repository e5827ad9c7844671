#!/usr/bin/env python3
"""Set Lacrima up and run one of its chores: `python bootstrap.py demo`.

Needs nothing but Python 3.11 or newer. The first run makes a private environment in `.venv`
from the committed lock; later runs see the marker file in it and start at once. The ways to
make it, each tried when the one before does not work:

1. uv, where it is installed;
2. uv of our own, in `.bootstrap` (by venv and pip, or by pip alone where venv is missing):
   nothing is put into the system's Python, so an externally managed one is no obstacle;
3. plain venv and pip, with the versions of the lock.

`make` calls this script, and on Windows `py bootstrap.py demo` does without make.
The file must be readable by older Pythons, so that they can say that they are too old.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")
ENVIRONMENT = ROOT / ".venv"
OWN_TOOLS = ROOT / ".bootstrap"
MARKER = ENVIRONMENT / "lacrima-ready.json"
PATIENCE_S = 1.5
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""
PYTHON = ENVIRONMENT / SCRIPTS / f"python{EXE}"
NEW_ENOUGH = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"


@dataclass(frozen=True)
class Verb:
    """One chore: what it does, what is started, and whether the developers' tools are needed."""

    does: str
    module: tuple[str, ...]
    is_for_developers: bool = True


VERBS = {
    "demo": Verb("opens a simulated practice in the browser", ("lacrima", "demo"), False),
    "test": Verb("runs the tests, on both databases where PostgreSQL is there", ("tools.tests",)),
    "check": Verb("looks for mistakes in style, types, walls, words, licences", ("tools.check",)),
    "fix": Verb("puts right what a program can put right", ("tools.fix",)),
    "bench": Verb("measures speed and size against the promised figures", ("benchmarks",)),
    "drill": Verb("kills, fills and damages, and looks whether anything was lost", ("drills",)),
    "docs": Verb("writes the generated reference anew", ("tools.docs",)),
    "screens": Verb("takes a picture of every page", ("tools.screens",)),
    "sbom": Verb("writes the list of all parts that come from others", ("tools.sbom",)),
    "audit": Verb("asks over the network whether holes are known in them", ("tools.audit",)),
    "lock-check": Verb("says whether the lock still fits pyproject.toml", ("tools.lock",)),
    "sync": Verb("only sets up the environment", ()),
}


class CannotPrepare(Exception):
    """No way to an environment worked; the text says which were tried and what to do."""


def say(text: str) -> None:
    """Tell the person, beside the chore's own output."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Prepare the environment and run the verb; the exit code is the verb's own."""
    if sys.version_info < OLDEST_PYTHON:
        return with_newer_python(arguments)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    verb = VERBS.get(arguments[0])
    if verb is None:
        say(f"There is no chore named {arguments[0]!r}.\n\n{overview()}")
        return 2
    try:
        prepare(is_for_developers=verb.is_for_developers)
    except CannotPrepare as trouble:
        say(str(trouble))
        return 1
    return run(verb, arguments[1:])


def overview() -> str:
    """The verbs with one line each."""
    lines = [f"  {name:<11} {verb.does}" for name, verb in VERBS.items()]
    return "\n".join(["python bootstrap.py VERB [options], or make VERB [ARGS=...]", "", *lines])


def run(verb: Verb, rest: Sequence[str]) -> int:
    """Start the verb in the prepared environment and become it, so that signals reach it."""
    if not verb.module:
        say("Everything is set up.")
        return 0
    if verb.is_for_developers:
        os.chdir(ROOT)  # tools, benchmarks and drills are found from here
    command = [str(PYTHON), "-m", *verb.module, *rest]
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, surroundings())  # noqa: S606 (no shell is meant)
    with subprocess.Popen(command, env=surroundings()) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the child got it too, and ends in its own way
                continue


def surroundings() -> dict[str, str]:
    """The environment variables for what we start: another active environment is left."""
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    kept.pop("PYTHONHOME", None)
    return kept


# --- Is everything here already? -----------------------------------------------------------


def wanted() -> str:
    """A fingerprint of what the environment is made from, and of where it stands."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def noted() -> dict[str, Any]:
    """What an earlier run noted about the environment it made; nothing where there was none."""
    try:
        note = json.loads(MARKER.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) and PYTHON.exists() else {}


def prepare(*, is_for_developers: bool) -> None:
    """Make the environment by the first way that works, and note that it is there."""
    before = noted()
    has_all = bool(before.get("for_developers"))
    if before.get("made_from") == wanted() and (has_all or not is_for_developers):
        return
    is_for_developers = is_for_developers or has_all  # what is there already stays up to date
    MARKER.unlink(missing_ok=True)
    tried: list[str] = []
    ways: tuple[Callable[[bool], str], ...] = (by_uv_on_path, by_uv_of_our_own, by_venv_and_pip)
    for way in ways:
        trouble = way(is_for_developers)
        if not trouble:
            note = {"made_from": wanted(), "for_developers": is_for_developers}
            MARKER.write_text(json.dumps(note) + "\n", encoding="utf-8")
            return
        tried.append(trouble)
    raise CannotPrepare(explanation(tried))


def explanation(tried: Sequence[str]) -> str:
    """What was tried, why it did not work, and the next step."""
    lines = ["Lacrima could not set up its own Python environment. What was tried:"]
    lines += [f"- {trouble}" for trouble in tried]
    if not has_module("ensurepip") or not has_module("venv"):
        lines.append(
            "This Python comes without venv. On Debian and Ubuntu this line adds it:\n"
            "    sudo apt install python3-venv"
        )
    else:
        lines.append("Is there a line to the internet? The first run needs one; later runs do not.")
    return "\n".join([*lines, "Then run the same command again."])


# --- The ways ------------------------------------------------------------------------------


def by_uv_on_path(is_for_developers: bool) -> str:
    """uv as the person has it. Returns the trouble, or nothing when it worked."""
    found = shutil.which("uv")
    if found is None:
        return "uv: it is not installed (it need not be)"
    return sync_with(Path(found), is_for_developers)


def by_uv_of_our_own(is_for_developers: bool) -> str:
    """uv in `.bootstrap`, fetched once. Returns the trouble, or nothing when it worked."""
    uv = own_uv()
    if uv is None:
        trouble = fetch_uv()
        uv = own_uv()
        if uv is None:
            return f"a uv of our own: {trouble}"
    return sync_with(uv, is_for_developers)


def own_uv() -> Path | None:
    """Where our own uv stands, when it was fetched before."""
    places = [
        OWN_TOOLS / kind / folder / f"uv{EXE}"
        for kind in ("venv", "alone")
        for folder in (SCRIPTS, "bin")
    ]
    return next((place for place in places if place.exists()), None)


def fetch_uv() -> str:
    """Install uv into `.bootstrap`; the system's Python is not touched. Returns the trouble."""
    saying = "Fetching uv, which sets up the rest (once) ..."
    environment = OWN_TOOLS / "venv"
    made = quietly([base_python(), "-m", "venv", "--clear", str(environment)], saying)
    if made.is_fine:
        pip = [str(environment / SCRIPTS / f"python{EXE}"), "-m", "pip"]
        return quietly([*pip, "install", "--quiet", "uv"], saying).trouble
    if not has_module("pip"):
        return made.trouble
    pip = [base_python(), "-m", "pip"]
    return quietly(
        [*pip, "install", "--quiet", "--target", str(OWN_TOOLS / "alone"), "uv"], saying
    ).trouble


def sync_with(uv: Path, is_for_developers: bool) -> str:
    """Let uv make the environment from the lock. Returns the trouble, or nothing."""
    size = ["--all-extras"] if is_for_developers else ["--no-dev", "--inexact"]
    python = [] if is_working() else ["--python", base_python()]
    command = [str(uv), "sync", "--frozen", "--quiet", *python, *size, "--project", str(ROOT)]
    outcome = quietly(command, "Setting up Lacrima (once) ...")
    return "" if outcome.is_fine else f"{uv}: {outcome.trouble}"


def by_venv_and_pip(is_for_developers: bool) -> str:
    """Plain venv and pip, held to the lock. Returns the trouble, or nothing when it worked."""
    pip, trouble = pip_for_environment()
    if trouble:
        return f"venv and pip: {trouble}"
    OWN_TOOLS.mkdir(exist_ok=True)
    held = OWN_TOOLS / "constraints.txt"
    held.write_text(constraints(ROOT / "uv.lock"), encoding="utf-8")
    what = ["--editable", str(ROOT)]
    if is_for_developers:
        project = read_toml(ROOT / "pyproject.toml")
        extras = ",".join(project["project"].get("optional-dependencies", {}))
        own = f"{ROOT}[{extras}]" if extras else str(ROOT)
        what = ["--editable", own, *project["dependency-groups"]["dev"]]
    command = [*pip, "install", "--quiet", "--constraint", str(held), *what]
    outcome = quietly(command, "Setting up Lacrima with pip (once; takes a minute) ...")
    return "" if outcome.is_fine else f"venv and pip: {outcome.trouble}"


def pip_for_environment() -> tuple[list[str], str]:
    """A working `.venv` and the pip that fills it, or the trouble."""
    saying = "Making a Python environment ..."
    pip_from_outside = [base_python(), "-m", "pip", "--python", str(PYTHON)]
    if is_working():
        own_pip = [str(PYTHON), "-m", "pip"]
        has_pip = quietly([*own_pip, "--version"], saying).is_fine
        return (own_pip if has_pip else pip_from_outside), ""
    make = [base_python(), "-m", "venv", "--clear"]
    made = quietly([*make, str(ENVIRONMENT)], saying)
    if made.is_fine:
        return [str(PYTHON), "-m", "pip"], ""
    bare = quietly([*make, "--without-pip", str(ENVIRONMENT)], saying)
    if bare.is_fine and has_module("pip"):  # Debian without python3-venv, but with python3-pip
        return pip_from_outside, ""
    return [], made.trouble


def is_working() -> bool:
    """Whether `.venv` holds a Python that is new enough: then it is kept, whoever asks."""
    return PYTHON.exists() and quietly([str(PYTHON), "-c", NEW_ENOUGH], "Looking ...").is_fine


# --- The lock, for pip -----------------------------------------------------------------------


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary."""
    import tomllib  # noqa: PLC0415 (here, so that an older Python gets as far as its message)

    return tomllib.loads(path.read_text(encoding="utf-8"))


def constraints(lock: Path) -> str:
    """The versions of the lock in the words of pip, one line a package and marker."""
    lines = []
    for package in read_toml(lock)["package"]:
        if "version" not in package or "registry" not in package["source"]:
            continue
        markers = package.get("resolution-markers") or [""]
        pin = f"{package['name']}=={package['version']}"
        lines += [f"{pin} ; {marker}" if marker else pin for marker in markers]
    return "\n".join(lines) + "\n"


# --- Starting other programs -------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """How a program ended, and what it said."""

    is_fine: bool
    output: str

    @property
    def trouble(self) -> str:
        """The lines of what it said that name an error, or else the last ones; empty when fine."""
        if self.is_fine:
            return ""
        lines = self.output.strip().splitlines()
        errors = [line for line in lines if "error" in line.lower()]
        return "\n  ".join((errors or lines)[-6:]) or "it ended without a word"


def quietly(command: Sequence[str], saying: str) -> Outcome:
    """Run a program without its noise; say what it does when it takes longer than a moment."""
    settings = {
        "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT),
        "UV_PYTHON_DOWNLOADS": "never",  # the Python that runs this is the one to use
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    try:
        process = subprocess.Popen(
            command,
            env={**surroundings(), **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as trouble:
        return Outcome(False, str(trouble))
    with process:
        try:
            output, _ = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            say(saying)
            output, _ = process.communicate()
    return Outcome(process.returncode == 0, output)


def base_python() -> str:
    """The Python to build on: the one that runs this, or the one its environment was made from."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def has_module(name: str) -> bool:
    """Whether the base Python can import this module."""
    return quietly([base_python(), "-c", f"import {name}"], "Looking around ...").is_fine


# --- Python is too old ---------------------------------------------------------------------------


def with_newer_python(arguments: Sequence[str]) -> int:
    """Go on with a newer Python where there is one; else say what is needed."""
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found and quietly([found, "-c", NEW_ENOUGH], "Looking for a newer Python ...").is_fine:
            return subprocess.call([found, str(Path(__file__).resolve()), *arguments])
    have = ".".join(str(part) for part in sys.version_info[:3])
    need = ".".join(str(part) for part in OLDEST_PYTHON)
    say(
        f"This is Python {have}; Lacrima needs Python {need} or newer, and found none here.\n"
        "Get it from https://www.python.org/downloads/ (or from your system's packages), then\n"
        f"run with it: python{need} bootstrap.py {' '.join(arguments) or 'demo'}"
    )
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
