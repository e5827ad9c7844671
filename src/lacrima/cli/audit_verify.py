"""`lacrima audit verify`: does the chain of changes fit together?"""

from __future__ import annotations

from dataclasses import asdict

from lacrima.cli import loading
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.said import say

app = verb()


@app.command()
def verify(
    where: PracticeDir, passphrase_file: PassphraseFile = "", as_json: AsJson = False
) -> int:
    """Look through the whole audit log: is a line changed, missing, moved, or cut off at the end?

    It finds what an editor of the database would leave behind; not somebody who may write the
    whole folder and knows the passphrase. Exit code 6 when something does not fit.
    """
    with opened(where, passphrase_file):
        owner = loading.practice("people").owner()
        found = asdict(loading.practice("vault_care").verify_audit(by=owner))
    text = f"The audit log fits together: {found['lines']} lines in {found['segments']} segments."
    say("audit-verify", found, as_json=as_json, text=text)
    return 0
