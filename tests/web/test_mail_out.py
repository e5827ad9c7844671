"""Mail: only where a clinic named a server, neutral words alone, an address kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from lacrima.errors import NotReady, UsageError
from lacrima.practice import languages
from lacrima.records.models import AuditLine, Member, Participant
from lacrima.web import mail_out
from lacrima.web.views import errors
from tests.support.at_the_door import settled
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.things import all_rows

ADDRESS = "somebody@nowhere.example"
NAMED = {"LACRIMA_MAIL_HOST": "mail.example", "LACRIMA_MAIL_FROM": "hello@house.example"}


@pytest.fixture
def seat(cast: Cast) -> Participant:
    place = cast.place_of(cast.mia, cast.care_of_mia)
    settled(place)
    return place


@pytest.fixture
def page(seat: Participant) -> str:
    return f"/clients/{seat.episode_id}/door/reminders"


@pytest.fixture
def anas(cast: Cast, eyes_of: Callable[[Member], Client]) -> Client:
    return eyes_of(cast.ana)


def sent(anas: Client, page: str, to: str = ADDRESS) -> Any:
    return anas.post(f"{page}/mail", {"key": form_key(), "to": to})


def test_where_no_server_is_named_nothing_is_offered_and_nothing_is_sent(
    anas: Client, page: str, mailoutbox: list[EmailMessage]
) -> None:
    assert "own mail" not in anas.get(page).content.decode()
    assert sent(anas, page).status_code == 404
    assert mailoutbox == []


def test_the_neutral_words_go_out_once_and_the_address_is_kept_nowhere(
    anas: Client,
    page: str,
    settings: Any,
    mailoutbox: list[EmailMessage],
    seat: Participant,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.IS_MAIL_SET = True
    assert "own mail" in anas.get(page).content.decode()
    languages.choose_at_door(seat.pk, "de")
    with django_capture_on_commit_callbacks(execute=True):
        assert sent(anas, page).status_code == 303
        assert mailoutbox == [], "nothing goes out before its line is kept"
    (mail,) = mailoutbox
    assert mail.to == [ADDRESS]
    assert mail.subject == "Ein Moment für Sie"
    said = f"{mail.subject} {mail.body}".lower()
    for word in ("therap", "lacrima", "mia", "sitzung", "session", "tränen", "tears"):
        assert word not in said
    assert AuditLine.objects.filter(action="door.reminder_mailed").count() == 1
    assert ADDRESS not in repr(all_rows())


def test_without_an_agreement_and_for_somebody_elses_client_nothing_is_sent(
    cast: Cast, eyes_of: Callable[[Member], Client], settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.IS_MAIL_SET = True
    page = f"/clients/{cast.care_of_mia.pk}/door/reminders"
    assert sent(eyes_of(cast.ana), page).status_code == 403
    assert sent(eyes_of(cast.berta), page).status_code == 404
    assert mailoutbox == []


def test_a_server_that_does_not_take_it_is_said_and_its_address_is_in_no_log(
    anas: Client,
    page: str,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.IS_MAIL_SET = True

    def refuse(_mail: EmailMessage) -> None:
        raise ConnectionRefusedError(ADDRESS)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with (
        pytest.raises(NotReady, match="did not take it") as refused,
        django_capture_on_commit_callbacks(execute=True),
    ):
        sent(anas, page)
    assert errors.status_of(refused.value) == 503
    assert ADDRESS not in caplog.text + str(refused.value)


def test_what_is_no_address_is_said_and_nothing_is_sent(
    anas: Client, page: str, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.IS_MAIL_SET = True
    assert sent(anas, page, "no address")["Location"].startswith(page)
    assert mailoutbox == []


def test_the_settings_of_mail_are_over_tls_and_their_secret_is_in_a_file(tmp_path: Path) -> None:
    assert mail_out.values({})["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    told = mail_out.values(NAMED)
    assert (told["EMAIL_HOST"], told["EMAIL_PORT"]) == ("mail.example", 587)
    assert told["EMAIL_USE_TLS"]
    assert mail_out.values({**NAMED, "LACRIMA_MAIL_PORT": "465"})["EMAIL_USE_SSL"]
    secret = tmp_path / "mail-password"
    secret.write_text("word\n")
    secret.chmod(0o400)
    named = {**NAMED, "LACRIMA_MAIL_USER": "hello", "LACRIMA_MAIL_PASSWORD_FILE": str(secret)}
    assert mail_out.values(named)["EMAIL_HOST_PASSWORD"] == "word"


@pytest.mark.parametrize(
    "wrong",
    [
        {"LACRIMA_MAIL_HOST": "mail.example"},
        {**NAMED, "LACRIMA_MAIL_PORT": "many"},
        {**NAMED, "LACRIMA_MAIL_USER": "hello"},
    ],
)
def test_settings_of_mail_that_do_not_fit_are_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        mail_out.values(wrong)
