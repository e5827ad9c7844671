"""The whole demo runs in a network namespace that has nothing but its own loopback."""

from __future__ import annotations

import subprocess
import sys

from drills.house import ADDRESS, temporary_house
from drills.outcome import Asked, Outcome, run_as_program
from drills.visitor import Visitor

INSIDE = "--inside"
APART = ["unshare", "--net", "--map-root-user"]


def look_around(folder: str) -> int:
    """Inside the namespace: open the demo and a few pages; exit code 0 when all answer."""
    command = [sys.executable, "-m", "lacrima", "demo", "--no-browser", "--port", "0"]
    process = subprocess.Popen([*command, "--dir", folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = next((m for line in process.stdout if (m := ADDRESS.search(line))), None)
        if found is None:
            return 2
        visitor = Visitor(int(found.group(1)))
        opened = visitor.open(found.group())
        pages = [visitor.get(path).status for path in ("/", "/clients", "/vault", "/settings")]
        return 0 if opened.status == 303 and set(pages) == {200} else 3
    finally:
        process.terminate()
        process.wait(60)


def drill(asked: Asked) -> Outcome:
    """Run ourselves again where there is no network."""
    outcome = Outcome()
    probe = subprocess.run([*APART, "true"], capture_output=True)
    if probe.returncode != 0:
        outcome.left_out = "this machine does not allow network namespaces"
        return outcome
    with temporary_house() as house:
        inside = f"ip link set lo up 2>/dev/null || ifconfig lo up; exec '{sys.executable}' -m "
        inside += f"drills.no_network {INSIDE} '{house.root / 'demo'}'"
        done = subprocess.run([*APART, "sh", "-c", inside], stdout=subprocess.DEVNULL, timeout=120)
    outcome.expect(done.returncode == 0, f"the demo did not run: {done.returncode}")
    outcome.counts = {"pages": 4}
    return outcome


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == INSIDE:
        sys.exit(look_around(sys.argv[2]))
    run_as_program(drill)
