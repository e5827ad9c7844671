"""`python -m lacrima.relay`: the relay where only Lacrima and waitress are installed.

python -m lacrima.relay --dir FOLDER                    serve
python -m lacrima.relay mailbox --dir FOLDER --address https://relay.example --out FILE
python -m lacrima.relay mailboxes --dir FOLDER
python -m lacrima.relay close --dir FOLDER --mailbox ID
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lacrima import errors
from lacrima.relay import managing, said, serving
from lacrima.relay.limits import MIB, Limits

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; the exit code, the same as the verbs of the command line have."""
    words = list(arguments)
    name = words.pop(0) if words[:1] and words[0] in VERBS else "serve"
    parser = argparse.ArgumentParser(
        prog=f"python -m lacrima.relay {name}".removesuffix(" serve"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--dir", type=Path, required=True, metavar="FOLDER", help=said.DIR)
    try:
        return VERBS[name](parser, words)
    except errors.LacrimaError as error:
        sys.stderr.write(f"{error.sentence()}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def _serve(parser: argparse.ArgumentParser, words: Sequence[str]) -> int:
    standard = Limits()
    parser.add_argument("--host", default=serving.STANDARD_HOST, help=said.HOST)
    parser.add_argument("--port", type=_between(0, 65535), default=serving.STANDARD_PORT)
    parser.add_argument("--page", type=Path, metavar="FILE", help=said.PAGE)
    parser.add_argument(
        "--keep-days", type=_between(1, said.MOST_KEEP_DAYS), default=standard.keep_days
    )
    parser.add_argument(
        "--most-mb",
        type=_between(said.LEAST_MB, said.MOST_MB),
        default=standard.most_bytes // MIB,
        help=said.MOST,
    )
    parser.add_argument("--behind-proxy", action="store_true", help=said.BEHIND_PROXY)
    asked = parser.parse_args(words)
    limits = Limits(keep_days=asked.keep_days, most_bytes=asked.most_mb * MIB)
    options = serving.Options(
        asked.dir, asked.host, asked.port, asked.page, asked.behind_proxy, limits
    )
    serving.log_to_standard_error()
    serving.serve(options, on_ready=lambda address: _say(said.ready(address)))
    return 0


def _mailbox(parser: argparse.ArgumentParser, words: Sequence[str]) -> int:
    parser.add_argument("--address", required=True, metavar="HTTPS", help=said.ADDRESS)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=said.OUT)
    asked = parser.parse_args(words)
    _say(said.made(managing.make_mailbox(asked.dir, address=asked.address, out=asked.out)))
    return 0


def _mailboxes(parser: argparse.ArgumentParser, words: Sequence[str]) -> int:
    _say(said.filled(managing.mailboxes(parser.parse_args(words).dir)))
    return 0


def _close(parser: argparse.ArgumentParser, words: Sequence[str]) -> int:
    parser.add_argument("--mailbox", required=True, metavar="ID", help=said.MAILBOX)
    asked = parser.parse_args(words)
    _say(said.closed(managing.close_mailbox(asked.dir, asked.mailbox)))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    return number


VERBS: dict[str, Callable[[argparse.ArgumentParser, Sequence[str]], int]] = {
    "serve": _serve,
    "mailbox": _mailbox,
    "mailboxes": _mailboxes,
    "close": _close,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
