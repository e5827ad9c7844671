"""`lacrima export instrument`: a questionnaire for REDCap. Needs no practice."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lacrima.cli.export_file import To, hand_over, refuse_existing
from lacrima.cli.options import AsJson, verb
from lacrima.errors import BadInput
from lacrima.formats import redcap
from lacrima.instruments.catalogue import shipped

app = verb()

Slug = Annotated[
    str, typer.Option("--instrument", metavar="SLUG", help="Its short name, such as phq-9.")
]


@app.command()
def instrument(slug: Slug, to: To, as_json: AsJson = False) -> int:
    """Write a questionnaire as an instrument zip for REDCap: its data dictionary of 18 columns.

    Of a skeleton only numbers and ranges go along: its words are not ours to give.
    """
    refuse_existing(to)
    known = shipped().get(slug)
    if known is None:
        raise BadInput("no such questionnaire", where="--instrument", expected=", ".join(shipped()))
    form = redcap.form_of(known)
    data = redcap.instrument_zip(form)
    lost = redcap.losses_of_form(known)
    told: dict[str, Any] = {
        "bytes": len(data),
        "instrument": known.slug,
        "fields": len(form.fields),
        "is_skeleton": known.is_skeleton,
        "losses": [{"what": one.what, "why": one.why, "count": one.count} for one in lost],
    }
    return hand_over("export-instrument", data, told, to, as_json=as_json)
