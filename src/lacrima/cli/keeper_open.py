"""`lacrima keeper open`: what a practice handed over, opened with the keeper's own key.

Stand-alone: no practice is needed, and none is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from lacrima.cli.options import AsJson, PassphraseFile, verb
from lacrima.cli.passphrase import passphrase_from
from lacrima.cli.said import say
from lacrima.errors import BadInput, LacrimaError
from lacrima.vault import keeper_box, keeper_file, keeper_key
from lacrima.vault.keeper_file import KeeperFile

app = verb()

Handed = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file that a practice handed over.")
]
Key = Annotated[
    Path, typer.Option("--key", metavar="KEYFILE", help="The key file of `lacrima keeper new`.")
]


@dataclass
class Opened:
    """What was in a file: what opened, and the numbers of what did not."""

    results: list[dict[str, Any]] = field(default_factory=list)
    not_for_this_key: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    fillings: int = 0


@app.command()
def keeper_open(
    handed: Handed, key: Key, passphrase_file: PassphraseFile = "", as_json: AsJson = False
) -> int:
    """Open what clients of a practice told a keeper.

    It does not say who told it, and anybody who has the code could have sealed it. Pieces that
    only fill the file are counted and left out.
    """
    file, key_file = _read(handed), keeper_key.read(key)
    private = keeper_key.private_of(key_file, passphrase_from(passphrase_file))
    opened = _opened(file, keeper_box.key_id(key_file.public), private)
    told = {
        "key_id": file.key_id.hex(),
        "results": opened.results,
        "not_for_this_key": opened.not_for_this_key,
        "damaged": opened.damaged,
        "fillings": opened.fillings,
    }
    say("keeper-open", told, as_json=as_json, text="\n".join(_lines(opened)))
    return 0


def _read(path: Path) -> KeeperFile:
    try:
        with path.open("rb") as file:
            return keeper_file.read(file.read(keeper_file.MOST_BYTES))
    except OSError as error:
        raise BadInput(
            "this file cannot be read",
            where=str(path),
            expected=f"a file that ends in {keeper_file.ENDING}",
        ) from error


def _opened(file: KeeperFile, key_id: bytes, private: EllipticCurvePrivateKey) -> Opened:
    found = Opened()
    for number, sealed in enumerate(file.items, start=1):
        try:
            if keeper_box.key_id_of(sealed) != key_id:
                found.not_for_this_key.append(number)
                continue
            told = keeper_box.unseal(sealed, keeper=private)
        except LacrimaError:
            found.damaged.append(number)
            continue
        if told.is_filling:
            found.fillings += 1
            continue
        plain = {"step": told.step, "at": told.at, "values": dict(told.values)}
        found.results.append({"sealed_number": number, **plain})
    return found


def _lines(opened: Opened) -> Iterator[str]:
    for one in opened.results:
        yield f"{one['sealed_number']}. {_shown(one['step'])}, {_shown(one['at'])}"
        for name, value in one["values"].items():
            yield f"  {_shown(name)}: {_shown(value)}"
    yield f"{len(opened.results)} answers opened."
    for words, numbers in (
        ("Not for this key", opened.not_for_this_key),
        ("Altered or damaged", opened.damaged),
    ):
        if numbers:
            yield f"{words}: {', '.join(map(str, numbers))}"


def _shown(value: Any) -> str:
    """On a terminal; what would steer it is left out, since anybody can have sealed this."""
    return "".join(sign for sign in str(value) if sign.isprintable() or sign == "\n")
