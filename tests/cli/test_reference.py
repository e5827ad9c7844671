"""The generated reference is current, its examples run, and so does the how-to."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lacrima.cli.main import VERBS
from lacrima.vault import keeper_code, keeper_key, will_box
from lacrima.vault.folder import Folder
from tests.cli.conftest import PASSPHRASE, Answered, environment, lacrima, schema
from tests.cli.test_servers import running
from tools import docs

HOW_TOS = docs.ROOT / "docs" / "how-to"
HOW_TO = HOW_TOS / "bring-in-your-scores.md"
ON_PLAIN_FILES = (
    "score-a-file.md",
    "find-sudden-gains.md",
    "compare-two-phases.md",
    "fit-a-multilevel-model.md",
    "ask-what-came-after.md",
)
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
FILE = re.compile(
    r"(?:save|and) this as\s+`([\w.-]+)`:\s*```\w+\n(.*?)```", re.IGNORECASE | re.DOTALL
)
FILES = {
    "lacrima.truth/1",
    "lacrima.panel-truth/1",
    "lacrima.expectation/1",
}  # beside a result, not one
SERVERS = {"lacrima.serve/1", "lacrima.demo/1", "lacrima.relay/1"}
FOLDERS = {"demo", "my-practice", "my-relay"}


def files_of_the_how_to(how_to: Path = HOW_TO) -> dict[str, str]:
    """The files that a reader is told to save."""
    return dict(FILE.findall(how_to.read_text(encoding="utf-8")))


def commands_of_the_how_to(how_to: Path = HOW_TO) -> Iterator[str]:
    """What a reader is told to type, in its order."""
    for language, text in FENCE.findall(how_to.read_text(encoding="utf-8")):
        if language == "sh":
            yield from text.strip().splitlines()


ASK_A_RELAY = {"lacrima.invite/1", "lacrima.collect/1"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples need."""
    top = tmp_path_factory.mktemp("desk")
    (top / "passphrase.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    files = {
        name: text
        for how_to in (*(HOW_TOS / name for name in ON_PLAIN_FILES), HOW_TO)
        for name, text in files_of_the_how_to(how_to).items()
    }
    for name, text in files.items():
        (top / name).write_text(text, encoding="utf-8")
    (top / "code.txt").write_text("R 14\n", encoding="utf-8")
    empty = ("init", "--dir", "empty-practice", "--passphrase-file", "passphrase.txt")
    assert lacrima(*empty, cwd=top).code == 0
    _leave_a_will(top)
    return top


def _leave_a_will(top: Path) -> None:
    parts = will_box.fresh()
    said = {"therapist": "Ana Ruiz", "practice": "P.", "written_at": "2026-03-10T12:00+00:00"}
    said |= {"colleague": "B.", "second": "N.", "crisis_contacts": ""}
    plain = json.dumps({**said, "cover": None, "care": []}).encode()
    will_box.write(Folder(top / "empty-practice"), "ab" * 16, parts.public, plain)
    (top / "will-parts.txt").write_text(f"{parts.one}\n{parts.two}\n", encoding="utf-8")


def _name_a_keeper(top: Path) -> None:
    """The practice of the examples takes in the code of the key that they made."""
    code = keeper_code.code_of(keeper_key.read(top / "keeper-key.json").public)
    named = f"by=people.owner(), keeper_name='A study', keeper_code={code!r}"
    script = (
        "from pathlib import Path; from lacrima.cli.opening import opened\n"
        "with opened(Path('my-practice'), 'passphrase.txt'):\n"
        "    from lacrima.practice import door_house, people\n"
        f"    door_house.change_house({named})\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=top, env=environment(), check=True)


@contextmanager
def _a_relay(desk: Path) -> Iterator[None]:
    """While this lasts the practice of the examples has a relay that it can ask."""
    with running("relay", "--dir", str(desk / "its-relay"), "--port", "0") as server:
        address = str(server.said()["address"])
        code = f"lacrima relay mailbox --dir its-relay --address {address} --out its-code.txt"
        named = "lacrima drop-box --dir my-practice --relay-code-file its-code.txt"
        named += " --page http://localhost:8300 --passphrase-file passphrase.txt"
        for line in (code, named):
            assert run(line, desk).code == 0, line
        yield
        assert server.stop() == 0


def run(line: str, desk: Path, batch: str = "", mailbox: str = "") -> Answered:
    """Type one line into that folder."""
    named = {"BATCH": batch, "MAILBOX": mailbox}
    words = [named.get(word, word) for word in shlex.split(line)]
    return lacrima(*words[1:], cwd=desk)


def test_the_generated_reference_is_current() -> None:
    assert list(docs.stale_pages()) == []


def test_every_verb_has_a_schema_and_an_example() -> None:
    for name in VERBS:
        for told in docs.schemas_of(name):
            if told["$id"] not in FILES:
                assert told["x-example"].startswith(f"lacrima {name}")
    named = {told["$id"] for name in VERBS for told in docs.schemas_of(name)} | {"lacrima.error/1"}
    there = {schema(path.stem)["$id"] for path in docs.SCHEMAS.glob("*.json")}
    assert named == there


def test_every_option_of_every_schema_has_a_sentence() -> None:
    for path in docs.SCHEMAS.glob("*.json"):
        for key, kind, text in docs.keys_of(schema(path.stem)):
            assert text, f"{path.name}: {key}"
            assert kind, f"{path.name}: {key}"


def in_an_order_that_works() -> list[dict[str, object]]:
    """`init` first, the undo last: each example finds what it needs.

    Those of a clinic run where there is one (test_clinic).
    """
    verbs = [name for name in VERBS if not name.startswith("clinic ")]
    all_of_them = [told for name in verbs for told in docs.schemas_of(name) if "x-example" in told]
    names = ("init", "import", "backup", "export-practice", "simulate-panel")
    first = tuple(f"lacrima.{name}/1" for name in names)
    return sorted(
        all_of_them,
        key=lambda told: (
            told["$id"] == "lacrima.import-undo/1",
            first.index(told["$id"]) if told["$id"] in first else len(first),
        ),
    )


@pytest.mark.timeout(600)  # one after the other, each a process of its own
def test_each_example_of_the_reference_runs(desk: Path) -> None:
    with ExitStack() as asked:
        _run_each(desk, asked)


def _run_each(desk: Path, asked: ExitStack) -> None:
    batch, mailbox = "", ""
    for told in in_an_order_that_works():
        line = str(told["x-example"])
        if told["$id"] in SERVERS:
            words = [word for word in shlex.split(line)[1:] if word != "--no-browser"]
            words = [str(desk / word) if word in FOLDERS else word for word in words]
            words[0] = shlex.split(line)[1]
            with running(*words) as server:
                assert server.said()["schema"] == told["$id"]
                assert server.stop() == 0
            continue
        if told["$id"] == "lacrima.keeper-hand-over/1":
            _name_a_keeper(desk)
        if told["$id"] in ASK_A_RELAY and not (desk / "its-code.txt").exists():
            asked.enter_context(_a_relay(desk))
        answered = run(f"{line} --json", desk, batch, mailbox)
        assert answered.code == 0, f"{line}\n{answered.out}{answered.err}"
        assert answered.json["schema"] == told["$id"]
        batch = answered.json.get("batch") or batch
        mailbox = answered.json.get("mailbox") or mailbox


def test_the_how_to_runs_as_it_is_written(desk: Path, tmp_path: Path) -> None:
    for name in ("passphrase.txt", *files_of_the_how_to()):
        (tmp_path / name).write_text((desk / name).read_text(encoding="utf-8"), encoding="utf-8")
    batch, told = "", []
    for line in commands_of_the_how_to():
        answered = run(line, tmp_path, batch)
        assert answered.code == 0, f"{line}\n{answered.out}{answered.err}"
        told.append(answered.out)
        found = re.search(r"--undo (\w+)", answered.out)
        batch = found[1] if found else batch
    said = re.findall(r"It says `(.*?)`", HOW_TO.read_text(encoding="utf-8"))
    assert said
    for sentence in said:
        assert any(sentence in out for out in told)
    assert "17 scores are taken back" in told[-1]


def test_the_how_to_on_sessions_and_moments_runs_as_it_is_written(tmp_path: Path) -> None:
    how_to = HOW_TOS / "bring-in-sessions-and-moments.md"
    (tmp_path / "passphrase.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    for name, text in files_of_the_how_to(how_to).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        if name.endswith(".toml"):
            assert (HOW_TOS / "maps" / name).read_text(encoding="utf-8").endswith(text)
    batch, told = "", ""
    for line in commands_of_the_how_to(how_to):
        answered = run(line, tmp_path, batch)
        assert answered.code == 0, f"{line}\n{answered.out}{answered.err}"
        told += answered.out
        found = re.search(r"--undo (\w+)", answered.out)
        batch = found[1] if found else batch
    said = re.findall(r"It says `(.*?)`", how_to.read_text(encoding="utf-8"))
    assert len(said) == 3
    assert all(sentence in told for sentence in said)


@pytest.mark.parametrize("name", ON_PLAIN_FILES)
def test_a_how_to_on_plain_files_runs_as_it_is_written(name: str, tmp_path: Path) -> None:
    how_to = HOW_TOS / name
    for file_name, text in files_of_the_how_to(how_to).items():
        (tmp_path / file_name).write_text(text, encoding="utf-8")
    told = ""
    for line in commands_of_the_how_to(how_to):
        answered = run(line, tmp_path)
        assert answered.code == 0, f"{line}\n{answered.out}{answered.err}"
        told += answered.out
    said = re.findall(r"it says\s+`(.*?)`", how_to.read_text(encoding="utf-8"), re.IGNORECASE)
    assert len(said) >= 3
    assert all(sentence in told for sentence in said)
    assert (tmp_path / "forms-fhir.json").exists() == (name == "score-a-file.md")
