"""Asks whether holes are known in the parts that come from others: `make audit`.

It needs the network: uv sends the names and versions in the lock, and nothing else, to the public
database of known holes (OSV). So it is no part of `make check`, which asks nobody.
"""

from __future__ import annotations

import subprocess
import sys

from tools.finding import ROOT
from tools.uv_here import find_uv

SAID = "Asks a public database over the network; names and versions of packages are sent."


def main(arguments: list[str]) -> int:
    """Ask, and say what was said. 0: no hole is known."""
    print(SAID, flush=True)
    command = [str(find_uv()), "audit", "--frozen", "--preview-features", "audit", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
