"""Builds the wheel, installs it outside the checkout, and opens its demo there.

What only works inside a checkout (a forgotten template, a data file beside the package, a
script that is not declared) shows here. `python -m tools.wheel_check`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import bootstrap
from tools.finding import ROOT, tracked_files

ADDRESS = re.compile(r"http://localhost:\d+/\S*")
STYLESHEET = re.compile(r'href="([^"]+\.css(?:\?[^"]*)?)"')
READY_WITHIN_S = 90
STOPPED_WITHIN_S = 30
INSIDE = {
    "templates": r"lacrima/web/templates/.+\.html",
    "stylesheets": r"lacrima/web/static/.+\.css",
    "scripts": r"lacrima/web/static/.+\.js",
    "instruments": r"lacrima/instruments/data/.+\.toml",
    "migrations": r"lacrima/records/migrations/0001_.+\.py",
    "the command": r"lacrima-[^/]+\.dist-info/entry_points\.txt",
    "the licence": r"lacrima-[^/]+\.dist-info/licenses/LICENSE",
}
NEVER = re.compile(r"^(?!lacrima/|lacrima-[^/]+\.dist-info/)|__pycache__|(?:^|/)tests?/|\.db$")


class WheelTrouble(Exception):
    """Something about the wheel is not as promised; the text says what."""


@dataclass(frozen=True)
class Installed:
    """A fresh environment that holds the wheel and what it needs, and nothing of the checkout."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / bootstrap.SCRIPTS / f"python{bootstrap.EXE}"

    @property
    def lacrima(self) -> Path:
        """The command that the wheel installs."""
        return self.folder / bootstrap.SCRIPTS / f"lacrima{bootstrap.EXE}"


def do(command: Sequence[str | Path], *, where: Path) -> str:
    """Run a program and give back what it said. Raises WheelTrouble when it did not work."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=where,
        env=outside(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        shown = " ".join(str(part) for part in command[:4])
        raise WheelTrouble(f"{shown} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def outside() -> dict[str, str]:
    """Surroundings in which nothing points back to the checkout."""
    leave = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "DJANGO_SETTINGS_MODULE"}
    return {key: value for key, value in os.environ.items() if key not in leave}


# --- Build and look inside -------------------------------------------------------------------


def build(folder: Path) -> Path:
    """The wheel, built by the project's own build program, without a network."""
    do([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], where=ROOT)
    return next(folder.glob("lacrima-*.whl"))


def missing_in(names: Sequence[str]) -> list[str]:
    """The kinds of files that a wheel of these names lacks."""
    return [
        kind
        for kind, pattern in INSIDE.items()
        if not any(re.fullmatch(pattern, name) for name in names)
    ]


def strangers_in(names: Sequence[str]) -> list[str]:
    """Files that have no place in a wheel: tests, caches, databases, other folders."""
    return [name for name in names if NEVER.search(name)]


def forgotten_in(names: Sequence[str]) -> list[str]:
    """Files of the package in the checkout that the wheel does not hold."""
    source = ROOT / "src"
    ours = [path for path in tracked_files() if path.is_relative_to(source)]
    return sorted({path.relative_to(source).as_posix() for path in ours} - set(names))


def look_inside(wheel: Path) -> None:
    """Raises WheelTrouble when something is missing from the wheel, or too much in it."""
    names = zipfile.ZipFile(wheel).namelist()
    missing, strangers = [*missing_in(names), *forgotten_in(names)], strangers_in(names)
    if missing or strangers:
        raise WheelTrouble(f"{wheel.name} lacks {missing}, and should not hold {strangers[:5]}")


# --- Install ---------------------------------------------------------------------------------


def install(wheel: Path, folder: Path) -> Installed:
    """The wheel in a fresh environment, with the versions of the lock."""
    there = Installed(folder)
    held = folder.with_suffix(".constraints.txt")
    held.write_text(bootstrap.constraints(ROOT / "uv.lock"), encoding="utf-8")
    what: list[str | Path] = ["install", "--quiet", "--constraint", held, wheel]
    uv = shutil.which("uv") or bootstrap.own_uv()
    if uv is None:
        do([sys.executable, "-m", "venv", folder], where=folder.parent)
        do([there.python, "-m", "pip", *what], where=folder.parent)
        return there
    do([uv, "venv", "--quiet", "--python", sys.executable, folder], where=folder.parent)
    command: list[str | Path] = [uv, "pip", *what, "--python", there.python]
    try:
        do([*command, "--offline"], where=folder.parent)  # what `make` fetched is in uv's cache
    except WheelTrouble:
        do(command, where=folder.parent)
    return there


# --- Open the demo ---------------------------------------------------------------------------


@contextmanager
def demo(there: Installed, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running demo of the installed wheel, and the address that it said."""
    practice = folder / "practice"
    said = folder / "said.txt"
    command = [there.lacrima, "demo", "--no-browser", "--port", "0", "--dir", practice]
    with said.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=outside(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
    try:
        yield process, first_address(process, said)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def first_address(process: subprocess.Popen[str], said: Path) -> str:
    """The first address on standard output. Raises WheelTrouble when none comes in time."""
    lines: list[str] = []
    heard = threading.Event()

    def listen() -> None:
        for line in process.stdout or ():
            lines.append(line)
            if ADDRESS.search(line):
                heard.set()
        heard.set()

    threading.Thread(target=listen, daemon=True).start()
    heard.wait(READY_WITHIN_S)
    match = ADDRESS.search("".join(lines))
    if match is None:
        errors = said.read_text(encoding="utf-8")[-3000:]
        raise WheelTrouble(f"the demo said no address:\n{''.join(lines)}\n{errors}")
    return match.group()


def fetch(address: str) -> str:
    """A page, asked of this computer without any proxy. Raises WheelTrouble on a refusal."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=30) as answer:
        text: str = answer.read().decode("utf-8")
    return text


def look_at_page(address: str) -> None:
    """Raises WheelTrouble when the page, or its stylesheet, is not what a person should see."""
    page = fetch(urlsplit(address)._replace(fragment="").geturl())
    stylesheet = STYLESHEET.search(page)
    if "Lacrima" not in page or stylesheet is None:
        raise WheelTrouble(f"not a page of ours at {address}: {page[:500]}")
    if "{" not in fetch(urljoin(address, stylesheet.group(1))):
        raise WheelTrouble(f"no stylesheet at {stylesheet.group(1)}")


def stop(process: subprocess.Popen[str]) -> None:
    """Ask the demo to stop. Raises WheelTrouble when it does not end cleanly."""
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(timeout=STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired as late:
        raise WheelTrouble(f"still running {STOPPED_WITHIN_S} s after SIGTERM") from late
    if code != 0 and os.name != "nt":  # Windows has no SIGTERM: there it is ended from outside
        raise WheelTrouble(f"ended with {code} after SIGTERM, not with 0")


def open_demo(there: Installed, folder: Path) -> None:
    """The installed command answers, its demo shows a page, and it stops when asked."""
    if "demo" not in do([there.lacrima, "--help"], where=folder):
        raise WheelTrouble("lacrima --help does not name the demo")
    with demo(there, folder) as (process, address):
        look_at_page(address)
        stop(process)


def main() -> int:
    """All steps, each with its time."""
    with tempfile.TemporaryDirectory(prefix="lacrima-wheel-") as name:
        folder = Path(name)
        start = time.monotonic()
        try:
            wheel = build(folder)
            look_inside(wheel)
            there = install(wheel, folder / "environment")
            open_demo(there, folder)
        except (WheelTrouble, OSError) as trouble:
            print(f"The wheel is not as promised: {trouble}")
            return 1
        size_kb = wheel.stat().st_size / 1000
        took_s = time.monotonic() - start
    print(f"{wheel.name} ({size_kb:.0f} KB) works outside the checkout ({took_s:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
