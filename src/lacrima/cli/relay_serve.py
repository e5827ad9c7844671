"""`lacrima relay`: the relay of the drop-box. It opens no practice, and could not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lacrima.cli.options import AsJson, RelayDir, verb
from lacrima.cli.said import say
from lacrima.relay import said, serving
from lacrima.relay.limits import MIB, Limits

app = verb()

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help=said.HOST)]
RelayPort = Annotated[
    int,
    typer.Option("--port", min=0, max=65535, metavar="N", help="Its port; 0 takes a free one."),
]
Page = Annotated[Path | None, typer.Option("--page", metavar="FILE", help=said.PAGE)]
KeepDays = Annotated[
    int,
    typer.Option(
        "--keep-days", min=1, max=said.MOST_KEEP_DAYS, help="How long a letter waits at most."
    ),
]
MostMegabytes = Annotated[
    int, typer.Option("--most-mb", min=said.LEAST_MB, max=said.MOST_MB, help=said.MOST)
]
IsBehindProxy = Annotated[bool, typer.Option("--behind-proxy", help=said.BEHIND_PROXY)]


@app.command()
def relay(
    where: RelayDir,
    host: Host = serving.STANDARD_HOST,
    port: RelayPort = serving.STANDARD_PORT,
    page: Page = None,
    keep_days: KeepDays = Limits.keep_days,
    most_mb: MostMegabytes = Limits.most_bytes // MIB,
    is_behind_proxy: IsBehindProxy = False,
    as_json: AsJson = False,
) -> int:
    """Keep sealed letters and briefs until they are fetched, until Ctrl+C.

    The relay can open none of them: it holds no key and knows no practice. It speaks HTTP; let a
    proxy with TLS face the network. A letter is forgotten when the practice says so, or after its
    days. A second relay on one folder is refused.
    """
    limits = Limits(keep_days=keep_days, most_bytes=most_mb * MIB)
    options = serving.Options(where, host, port, page, is_behind_proxy, limits)

    def tell(address: str) -> None:
        result = {"address": address, "dir": str(where.absolute()), "hosts_page": page is not None}
        say("relay", result, as_json=as_json, text=said.ready(address))
        sys.stdout.flush()

    serving.log_to_standard_error()
    serving.serve(options, on_ready=tell)
    return 0
