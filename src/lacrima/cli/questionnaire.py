"""`lacrima questionnaire`: an instrument as a FHIR R4 Questionnaire."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from lacrima.cli.instrument_named import InstrumentOption, instrument_named
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.formats.fhir.bundle import to_json
from lacrima.formats.fhir.questionnaire import losses_of_questionnaire, questionnaire_of
from lacrima.formats.fhir.xml_out import to_xml

app = verb()

AsXml = Annotated[bool, typer.Option("--xml", help="The Questionnaire in XML.")]


@app.command()
def questionnaire(
    instrument: InstrumentOption, as_xml: AsXml = False, as_json: AsJson = False
) -> int:
    """Give an instrument as a FHIR R4 Questionnaire, for programs that show forms.

    Without an option it is the FHIR JSON alone, ready for a file. With --json it stands in a
    result of ours, beside what FHIR could not keep. A skeleton carries no words.
    """
    if as_xml and as_json:
        raise UsageError("--xml together with --json", expected="one of the two")
    measured = instrument_named(instrument)
    form = questionnaire_of(measured)
    result = {
        "instrument": measured.slug,
        "version": measured.version,
        "losses": [asdict(loss) for loss in losses_of_questionnaire(measured)],
        "questionnaire": form,
    }
    text = "" if as_json else (to_xml(form) if as_xml else to_json(form)).decode().rstrip()
    say("questionnaire", result, as_json=as_json, text=text)
    return 0
