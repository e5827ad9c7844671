"""A small stand-in for the project, so that setting up takes a second and asks no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASE_PYTHON = str(getattr(sys, "_base_executable", sys.executable))

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "lacrima"
version = "0.1.0"
requires-python = ">=3.11"

[dependency-groups]
dev = []
"""

LOCK = """
version = 1
requires-python = ">=3.11"

[[package]]
name = "lacrima"
version = "0.1.0"
source = { editable = "." }

[package.metadata]

[package.metadata.requires-dev]
dev = []
"""

BACKEND = '''
"""The smallest build program: a wheel that points at the folder `src`."""
import base64, hashlib, pathlib, zipfile

INFO = "lacrima-0.1.0.dist-info"
FILES = {
    "lacrima.pth": str(pathlib.Path("src").resolve()),
    f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: lacrima\\nVersion: 0.1.0\\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "lacrima-0.1.0-py3-none-any.whl"
    record = ""
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            record += f"{path},sha256={digest.decode().rstrip('=')},{len(text)}\\n"
        wheel.writestr(f"{INFO}/RECORD", record + f"{INFO}/RECORD,,\\n")
    return name

build_wheel = build_editable
'''

SAYS_WHAT_IT_GOT = 'import sys; print(__package__, "got", *sys.argv[1:])\n'

WITHOUT = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Without())
"""


@dataclass(frozen=True)
class House:
    """A checkout in small: the real bootstrap script over a project that needs nothing."""

    root: Path
    path: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, python: str = BASE_PYTHON) -> subprocess.CompletedProcess[str]:
        """Run the bootstrap script where only what the test put there can be found."""
        return subprocess.run(
            [python, str(self.root / "bootstrap.py"), *arguments],
            env=self.surroundings(),
            cwd=self.root.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def surroundings(self) -> dict[str, str]:
        """Nothing of this computer's own settings, caches and programs; no package index."""
        home = str(self.root.parent)
        return {"PATH": str(self.path), "HOME": home, "PIP_NO_INDEX": "1", **self.settings}

    def offer(self, wheels: Path) -> None:
        """Let pip find packages in a folder."""
        self.settings["PIP_FIND_LINKS"] = str(wheels)

    def take_away(self, *modules: str) -> None:
        """Make a Python without some of its modules, as Debian's is without venv."""
        folder = self.root.parent / "without"
        folder.mkdir()
        text = WITHOUT.format(absent=set(modules))
        (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
        self.settings["PYTHONPATH"] = str(folder)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A fresh one, with an empty PATH."""
    root = tmp_path / "lacrima"
    for package in ("src/lacrima", "tools"):
        (root / package).mkdir(parents=True)
    (tmp_path / "programs").mkdir()
    shutil.copy(ROOT / "bootstrap.py", root)
    files = {
        "pyproject.toml": PYPROJECT,
        "uv.lock": LOCK,
        "backend.py": BACKEND,
        "src/lacrima/__init__.py": "",
        "src/lacrima/__main__.py": SAYS_WHAT_IT_GOT,
        "tools/check.py": SAYS_WHAT_IT_GOT,
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return House(root, tmp_path / "programs")


@pytest.fixture(scope="session")
def uv_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the real uv as a package, fetched once."""
    folder = tmp_path_factory.mktemp("wheels")
    environment = tmp_path_factory.mktemp("fetching")
    subprocess.run([BASE_PYTHON, "-m", "venv", environment], check=True, capture_output=True)
    pip = [environment / ("Scripts" if os.name == "nt" else "bin") / "python", "-m", "pip"]
    fetched = subprocess.run(
        [*pip, "download", "--quiet", "--no-deps", "--dest", folder, "uv"],
        capture_output=True,
        check=False,
    )
    if fetched.returncode != 0:
        pytest.skip("no package index can be reached, so uv cannot be fetched")
    return folder


@pytest.fixture(scope="session")
def uv_program(uv_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real uv as a program, alone in a folder."""
    folder = tmp_path_factory.mktemp("uv")
    with zipfile.ZipFile(next(uv_wheel.glob("uv-*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith("/scripts/uv"))
        (folder / "uv").write_bytes(wheel.read(name))
    (folder / "uv").chmod(0o755)
    return folder
