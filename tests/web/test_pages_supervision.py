"""Supervision in the browser: what is looked at is what is seen, and every refusal is a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from lacrima.formats import share_file
from lacrima.practice import colleagues, moments, people, supervision
from lacrima.records.models import Colleague, Member, ReceivedShare, Share, ShareNote
from lacrima.vault import share_box, share_code
from lacrima.vault.process import VAULT
from lacrima.web import housekeeping
from tests.support.cast import NOON
from tests.support.form_keys import form_key
from tests.support.reading_grade import FEWEST_WORDS, HIGHEST_GRADE, check_guidance
from tests.support.things import WORDS, Things

EyesOf = Callable[[Member], Client]
OUTSIDE = X25519PrivateKey.generate()
OUTSIDE_PUBLIC = OUTSIDE.public_key().public_bytes_raw()
_SHOWN = re.compile(r'<article class="sheet stack shown".*?</article>', re.DOTALL)


def article_of(answer: HttpResponse) -> str:
    """What is shown, as the page holds it."""
    found = _SHOWN.search(answer.content.decode())
    assert found is not None
    return found.group()


def said_of(answer: HttpResponse) -> str:
    """The words of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def filled(things: Things, **others: Any) -> dict[str, Any]:
    """The form of showing Ana's moment to Hanna."""
    return {
        "key": form_key(),
        "do": "look",
        "parts": ["when", "showed"],
        "called": "code",
        "question": "",
        "readers": f"member:{things.cast.hanna.pk.hex}",
        "purpose": "learning",
        "expires_on": "2026-04-01",
        **others,
    }


def address_of(things: Things) -> str:
    """Where the moment is shown from."""
    return f"/moments/{things.moment.pk}/show"


def shown(window: Client, things: Things, **others: Any) -> tuple[HttpResponse, HttpResponse]:
    """Looked at, then sent; both answers."""
    look = window.post(address_of(things), filled(things, **others))
    assert look.status_code == 200, said_of(look)
    mark = re.search(r'name="seen" value="([0-9a-f]+)"', look.content.decode())
    assert mark is not None
    again = filled(things, **{**others, "do": "send", "seen": mark.group(1)})
    return look, window.post(address_of(things), again)


def test_what_was_looked_at_is_exactly_what_is_seen(
    things: Things, anas: Client, eyes_of: EyesOf
) -> None:
    look, sent = shown(anas, things, question="What do you see?")
    assert sent.status_code == 303
    hannas = eyes_of(things.cast.hanna)
    seen = hannas.get(sent["Location"])
    simulated = "<p><strong>Simulated: nobody here exists</strong></p>"
    assert article_of(seen).replace(simulated, "").split() == article_of(look).split()
    assert WORDS not in seen.content.decode()
    assert "M 01" in said_of(seen)
    assert "/moments/" not in seen.content.decode()


def test_each_part_stands_on_the_form_as_it_will_be_read(things: Things, anas: Client) -> None:
    page = anas.get(address_of(things))
    text = said_of(page)
    assert WORDS in text
    boxes = re.findall(r'<input type="checkbox" name="parts" value="([^"]+)"([^>]*)>',
                       page.content.decode())  # fmt: skip
    ticked = {name for name, rest in boxes if "checked" in rest}
    assert ticked == {"when", "showed", "course"}
    assert any(name.startswith("answers-") for name, _rest in boxes)


def test_nothing_is_shown_by_looking(things: Things, anas: Client) -> None:
    assert anas.post(address_of(things), filled(things)).status_code == 200
    assert not Share.objects.exists()


def test_what_must_be_said_before_it_is_shown_is_said(things: Things, anas: Client) -> None:
    look = anas.post(address_of(things), filled(things))
    assert "You can withdraw it at any time" in said_of(look)
    row = keep_outside(things.cast.ana)
    look = anas.post(address_of(things), filled(things, readers=f"colleague:{row.pk.hex}"))
    text = said_of(look)
    assert "Once it is sent, nobody can call it back" in text
    assert "Lacrima deletes what came in it after 1 April 2026" in text


def test_a_second_sending_shows_it_once(things: Things, anas: Client) -> None:
    key = form_key()
    _look, first = shown(anas, things, key=key)
    _look, second = shown(anas, things, key=key)
    assert first["Location"] == second["Location"]
    assert Share.objects.count() == 1


def test_what_changed_meanwhile_is_looked_at_once_more(things: Things, anas: Client) -> None:
    parts = ["words"]
    look = anas.post(address_of(things), filled(things, parts=parts))
    mark = re.search(r'name="seen" value="([0-9a-f]+)"', look.content.decode())
    assert mark is not None
    moments.say_more(things.own_voice, by=things.cast.ana, expected_version=2, words="other words")
    again = filled(things, parts=parts, do="send", seen=mark.group(1))
    answer = anas.post(address_of(things), again)
    assert answer.status_code == 409
    assert "has changed since you looked" in said_of(answer)
    assert "other words" in article_of(answer)
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"parts": [], "question": ""}, "Tick what is seen, or ask a question"),
        ({"readers": []}, "Choose at least one"),
        ({"purpose": ""}, "Choose one"),
        ({"expires_on": "2026-03-10"}, "A last day that does not fit"),
        ({"expires_on": "2031-03-10"}, "A last day that does not fit"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(
    things: Things, anas: Client, others: dict[str, Any], said: str
) -> None:
    typed = {"question": "why did I cry?", **others}
    answer = anas.post(address_of(things), filled(things, **typed))
    assert answer.status_code == 422
    assert said in said_of(answer)
    assert typed["question"] in said_of(answer)


def test_a_clients_words_need_a_day(things: Things, anas: Client) -> None:
    things.consent.delete()
    part = f"mind-{things.kept.pk.hex}"
    answer = anas.post(address_of(things), filled(things, parts=[part]))
    assert answer.status_code == 422
    assert "only when the client agreed" in said_of(answer)
    assert "<details open>" in answer.content.decode()
    answer = anas.post(address_of(things), filled(things, parts=[part], agreed_on="2026-03-09"))
    assert "The client agreed to this on 9 March 2026" in article_of(answer)


def test_a_withdrawn_share_is_a_page_that_says_so(
    things: Things, anas: Client, eyes_of: EyesOf
) -> None:
    _look, sent = shown(anas, things)
    address, hannas = sent["Location"], eyes_of(things.cast.hanna)
    assert hannas.get(address).status_code == 200
    answer = anas.post(f"{address}/withdraw", {"key": form_key()})
    assert answer.status_code == 303
    gone = hannas.get(address)
    assert gone.status_code == 410
    assert "This was withdrawn" in said_of(gone)
    assert "M 01" not in said_of(gone)
    late = hannas.post(address, {"key": form_key(), "kind": "comment", "words": "too late"})
    assert late.status_code == 400
    assert "withdrawn meanwhile" in said_of(late)
    assert "too late" in said_of(late), "what she typed is not lost"
    assert not ShareNote.objects.exists()
    assert "shares/" not in hannas.get("/supervision").content.decode()
    assert "withdrawn on 10 March 2026" in said_of(anas.get("/supervision")).lower().replace(
        "march", "March"
    )


def test_a_supervisor_says_what_she_thinks_and_takes_it_back(
    things: Things, anas: Client, eyes_of: EyesOf
) -> None:
    _look, sent = shown(anas, things)
    address, hannas = sent["Location"], eyes_of(things.cast.hanna)
    for kind, words in (("question", "and then?"), ("sign_off", "")):
        answer = hannas.post(address, {"key": form_key(), "kind": kind, "words": words})
        assert answer.status_code == 303
    empty = hannas.post(address, {"key": form_key(), "kind": "comment", "words": ""})
    assert empty.status_code == 422
    page = said_of(anas.get(address))
    assert "and then?" in page
    assert "not a qualified signature" in page
    note = ShareNote.objects.get(kind="question")
    assert anas.get(f"/supervision/notes/{note.pk}/delete").status_code == 404
    answer = hannas.post(f"/supervision/notes/{note.pk}/delete", {"key": form_key()})
    assert answer.status_code == 303
    assert not ShareNote.objects.filter(kind="question").exists()
    answer = anas.post(address, {"key": form_key(), "words": "then it was quiet"})
    assert answer.status_code == 303
    assert ShareNote.objects.filter(kind="comment", by=things.cast.ana).exists()


def test_the_moment_says_what_was_shown_of_it_and_that_it_goes_with_it(
    things: Things, anas: Client, eyes_of: EyesOf
) -> None:
    _look, sent = shown(anas, things)
    address = f"/moments/{things.moment.pk}"
    page = anas.get(address)
    assert sent["Location"] in page.content.decode()
    assert "Shown to Hanna Weiss, for learning" in said_of(page)
    going = said_of(anas.get(f"{address}/delete"))
    assert "What you showed of it for supervision goes too" in going
    assert anas.post(f"{address}/delete", {"key": form_key()}).status_code == 303
    assert eyes_of(things.cast.hanna).get(sent["Location"]).status_code == 404


def test_who_left_sees_nothing_and_the_list_says_why_it_ended(things: Things, anas: Client) -> None:
    shown(anas, things)
    people.change_member(things.cast.hanna, by=things.cast.ana, left_on=NOON.date())
    assert "Hanna Weiss does not work here any more" in said_of(anas.get("/supervision"))


def test_a_supervisor_has_her_page_and_no_way_to_clients(things: Things, eyes_of: EyesOf) -> None:
    hannas = eyes_of(things.cast.hanna)
    page = said_of(hannas.get("/supervision"))
    assert "Nothing is shown to you at this time" in page
    assert "Ask a question" not in page
    assert hannas.get(address_of(things)).status_code == 403


def test_a_question_alone_is_about_no_client(things: Things, anas: Client) -> None:
    assert "called" not in anas.get("/supervision/ask").content.decode()
    asked = filled(things, question="When do you speak of your own tears?")
    look = anas.post("/supervision/ask", asked)
    assert "A question" in article_of(look)
    empty = anas.post("/supervision/ask", filled(things))
    assert empty.status_code == 422


# ---- files --------------------------------------------------------------------------------------


def keep_outside(by: Member) -> Colleague:
    """The colleague outside whose private key the tests know."""
    return colleagues.add_colleague(
        by=by, name="Nora Outside", code=share_code.code_of(OUTSIDE_PUBLIC)
    )


def sealed_outside(kind: str, plain: bytes) -> bytes:
    """A file that she sends."""
    return share_box.seal(kind, plain, sender=OUTSIDE, reader=VAULT.public_key())


def a_share(**others: Any) -> bytes:
    """A share that she sends."""
    said: dict[str, Any] = {
        "file_id": "c" * 32,
        "sender_name": "Nora Outside",
        "purpose": share_file.Purpose.ASSESSMENT,
        "expires_on": date(2026, 4, 1),
        "shown": share_file.Shown(about="A question", question="What would you do?"),
    }
    return sealed_outside("share", share_file.Share(**(said | others)).to_bytes())


def open_file(window: Client, data: bytes) -> HttpResponse:
    """Upload it."""
    file = SimpleUploadedFile("anything.lacrima-share", data)
    answer: HttpResponse = window.post("/supervision/open", {"key": form_key(), "file": file})
    return answer


def test_a_code_is_kept_only_after_its_words_were_looked_at(cast: Any, anas: Client) -> None:
    code = share_code.code_of(OUTSIDE_PUBLIC)
    typed = {"name": "Nora Outside", "code": code.lower()}
    look = anas.post("/supervision/colleagues/new", {"key": form_key(), "do": "compare", **typed})
    for word in share_code.words_of(OUTSIDE_PUBLIC):
        assert word in said_of(look)
    assert not Colleague.objects.exists()
    kept = anas.post("/supervision/colleagues/new", {"key": form_key(), "do": "keep", **typed})
    assert kept.status_code == 303
    assert Colleague.objects.get().public_key == OUTSIDE_PUBLIC.hex()
    page = said_of(anas.get("/supervision/colleagues"))
    assert code in page
    assert colleagues.own_code(cast.ana).code in page


def test_a_wrong_code_is_refused_on_its_form(cast: Any, anas: Client) -> None:
    for code in ("ABCD", share_code.code_of(VAULT.public_key()), "0" * 56):
        typed = {"key": form_key(), "do": "compare", "name": "N", "code": code}
        answer = anas.post("/supervision/colleagues/new", typed)
        assert answer.status_code == 422
        assert "id_code" in answer.content.decode()


def test_a_sealed_file_goes_out_and_opens_for_its_reader_alone(
    things: Things, anas: Client
) -> None:
    row = keep_outside(things.cast.ana)
    look, sent = shown(anas, things, readers=f"colleague:{row.pk.hex}")
    file = anas.post(f"{sent['Location']}/file", {"key": form_key()})
    assert file["Content-Type"] == "application/octet-stream"
    assert re.search(
        r'filename="lacrima-share-2026-03-10\.lacrima-share"', file["Content-Disposition"]
    )
    assert file["Cache-Control"] == "no-store"
    told = share_file.read_share(share_box.unseal(share_box.read(file.content), reader=OUTSIDE))
    for part in told.shown.parts:
        assert part.name in article_of(look)
    assert "M 01" not in file.content.decode("latin-1")


def test_a_share_that_came_is_read_answered_and_deleted(cast: Any, anas: Client) -> None:
    keep_outside(cast.ana)
    opened = open_file(anas, a_share())
    assert opened.status_code == 303
    page = anas.get(opened["Location"])
    assert "From Nora Outside, for assessment" in said_of(page)
    assert "What would you do?" in article_of(page)
    said = {"key": form_key(), "kind": "comment", "words": "I would wait."}
    assert anas.post(opened["Location"], said).status_code == 303
    back = anas.post(f"{opened['Location']}/answer", {"key": form_key()})
    answer = share_file.read_answer(share_box.unseal(share_box.read(back.content), reader=OUTSIDE))
    assert [one.words for one in answer.said] == ["I would wait."]
    again = open_file(anas, a_share())
    assert again["Location"] == opened["Location"]
    assert "You opened this before" in said_of(anas.get(again["Location"]))
    gone = anas.post(f"{opened['Location']}/delete", {"key": form_key()})
    assert gone.status_code == 303
    assert not ReceivedShare.objects.exists()


def test_nothing_can_be_said_here_of_what_went_out_as_a_file(things: Things, anas: Client) -> None:
    row = keep_outside(things.cast.ana)
    _look, sent = shown(anas, things, readers=f"colleague:{row.pk.hex}")
    for words in ("", "to myself"):
        answer = anas.post(sent["Location"], {"key": form_key(), "words": words})
        assert answer.status_code == 400
        assert "went out as a file" in said_of(answer)
    assert not ShareNote.objects.exists()


def test_an_answer_stands_beside_what_was_shown(things: Things, anas: Client) -> None:
    row = keep_outside(things.cast.ana)
    _look, sent = shown(anas, things, readers=f"colleague:{row.pk.hex}")
    share = Share.objects.get()
    said = share_file.Said(
        note_id="d" * 32, kind=share_file.NoteKind.COMMENT, said_at=NOON, words="It was enough."
    )
    told = share_file.Answer(file_id=share.file_id, sender_name="Nora Outside", said=(said,))
    opened = open_file(anas, sealed_outside("answer", told.to_bytes()))
    assert opened["Location"] == sent["Location"]
    assert "It was enough." in said_of(anas.get(opened["Location"]))
    supervision.withdraw_share(share, by=things.cast.ana)
    refused = open_file(anas, sealed_outside("answer", told.to_bytes()))
    assert "a share that you have ended" in said_of(refused)


def test_every_bad_file_is_refused_on_the_form_with_its_own_reason(cast: Any, anas: Client) -> None:
    keep_outside(cast.ana)
    whole = a_share()
    altered = whole[:200] + bytes([whole[200] ^ 1]) + whole[201:]
    stranger = X25519PrivateKey.generate()
    reasons = {
        b"just a text": "not a share file",
        altered: "damaged on the way, or altered",
        whole[:-40]: "damaged on the way, or altered",
        share_box.seal("share", b"{}", sender=OUTSIDE, reader=OUTSIDE_PUBLIC): (
            "sealed for another practice"
        ),
        share_box.seal("share", b"{}", sender=stranger, reader=VAULT.public_key()): (
            "whose code you have not kept"
        ),
        a_share(expires_on=date(2026, 3, 9)): "last day of this share has gone by",
        sealed_outside("share", b'{"schema": "lacrima.share/9"}'): "newer Lacrima",
        sealed_outside("share", b"{}"): "not written as Lacrima writes it",
    }
    for data, reason in reasons.items():
        answer = open_file(anas, data)
        assert answer.status_code == 422, reason
        assert reason in said_of(answer).lower().replace("lacrima", "Lacrima"), reason
    assert not ReceivedShare.objects.exists()
    missing = anas.post("/supervision/open", {"key": form_key()})
    assert "Choose a file first" in said_of(missing)


def test_too_large_a_file_is_said_to_be_too_large(cast: Any, anas: Client) -> None:
    answer = open_file(anas, b"LSHA" + bytes(6 * 1024 * 1024))
    assert answer.status_code in {400, 422}
    assert "too large" in said_of(answer)


def test_every_page_of_it_is_easy_to_read(things: Things, anas: Client) -> None:
    row = keep_outside(things.cast.ana)
    _look, sent = shown(anas, things, readers=f"colleague:{row.pk.hex}", question="and then?")
    came = open_file(anas, a_share())["Location"]
    pages = [
        anas.get(address)
        for address in (
            "/supervision",
            "/supervision/ask",
            "/supervision/open",
            "/supervision/colleagues",
            "/supervision/colleagues/new",
            "/supervision/hours/new",
            address_of(things),
            sent["Location"],
            f"{sent['Location']}/withdraw",
            came,
        )
    ]
    outside = filled(things, readers=f"colleague:{row.pk.hex}")
    pages += [anas.post(address_of(things), outside), anas.post(address_of(things), filled(things))]
    graded = 0
    for page in pages:
        text = page.content.decode().replace("<form", "<div").replace("</form>", "</div>")
        words, grade = check_guidance(text, names=("Ana Ruiz", "Hanna Weiss", "Nora Outside"))
        graded += words >= FEWEST_WORDS
        assert words < FEWEST_WORDS or grade <= HIGHEST_GRADE, (page.request, words, grade)
    assert graded >= 1


def test_the_housekeeper_takes_away_what_is_past_its_day(
    things: Things, anas: Client, still_clock: Any
) -> None:
    shown(anas, things)
    still_clock.move(days=30)
    housekeeping.do_chores()
    assert not Share.objects.exclude(content=b"").exists()


# ---- hours --------------------------------------------------------------------------------------


def test_hours_are_noted_corrected_taken_along_and_deleted(cast: Any, anas: Client) -> None:
    hour = {"on": "2026-03-02", "minutes": "90", "is_group": "on", "topics": "tears"}
    kept = anas.post("/supervision/hours/new", {"key": form_key(), **hour})
    assert kept.status_code == 303
    page = anas.get("/supervision")
    assert "1 hour 30 minutes in 1 meeting since 2 March 2026" in said_of(page)
    address = re.search(r'href="(/supervision/hours/[0-9a-f-]{36})"', page.content.decode())
    assert address is not None
    changed = {"key": form_key(), "version": "1", **hour, "minutes": "50"}
    assert anas.post(address.group(1), changed).status_code == 303
    conflict = anas.post(address.group(1), {**changed, "key": form_key(), "minutes": "70"})
    assert conflict.status_code == 409
    table = anas.post("/supervision/hours/take-along", {"key": form_key()})
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.decode().splitlines()[1] == "2026-03-02,50,yes,,tears"
    assert anas.post(f"{address.group(1)}/delete", {"key": form_key()}).status_code == 303
    assert "50 minutes" not in said_of(anas.get("/supervision"))
    late = anas.post("/supervision/hours/new", {"key": form_key(), **hour, "on": "2026-03-11"})
    assert late.status_code == 422
