"""Shown to several people of a practice: each reads it, and only those who were there then."""

from __future__ import annotations

import pytest

from lacrima.errors import BadInput, NotAllowed, NotFound
from lacrima.practice import (
    colleagues,
    pages_supervision,
    pages_today,
    people,
    share_making,
    supervision,
    supervision_groups,
)
from lacrima.practice.supervision import ShareState
from lacrima.records import access, clock
from lacrima.records.models import Member, Role, Share, ShareNote, SupervisionGroup
from lacrima.vault import share_code
from tests.support.cast import NOON
from tests.support.showing import shared
from tests.support.things import Things

OUTSIDE = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")


@pytest.fixture
def tuesdays(things: Things) -> SupervisionGroup:
    """Ana, Berta and Hanna."""
    cast = things.cast
    return supervision_groups.add_group(
        by=cast.ana, name="Tuesdays", people=[cast.ana, cast.berta, cast.hanna]
    )


def keys(*rows: Member | SupervisionGroup) -> frozenset[str]:
    return frozenset(
        f"{'group' if isinstance(row, SupervisionGroup) else 'member'}:{row.pk.hex}" for row in rows
    )


def may_read(who: Member, row: Share) -> bool:
    return access.visible(who, Share).filter(pk=row.pk).exists()


def test_several_people_read_it_and_each_others_comments(things: Things) -> None:
    cast = things.cast
    row = shared(things, readers=keys(cast.hanna, cast.berta))
    supervision.say_of_share(row, by=cast.hanna, kind="question", words="Who began?")
    for who in (cast.hanna, cast.berta):
        page = pages_supervision.share_page(who, row.pk)
        assert page.shown is not None
        assert [note.words for note in page.notes] == ["Who began?"]
    assert not may_read(cast.stella, row)
    assert access.visible(cast.ana, Share).count() == 1, "several readers are one share"
    assert pages_supervision.share_page(cast.ana, row.pk).whom == "Berta Sol and Hanna Weiss"


def test_a_withdrawal_ends_it_for_all_of_them_at_once(things: Things) -> None:
    cast = things.cast
    row = shared(things, readers=keys(cast.hanna, cast.berta))
    supervision.withdraw_share(row, by=cast.ana)
    for who in (cast.hanna, cast.berta):
        page = pages_supervision.share_page(who, row.pk)
        assert (page.state, page.shown) == (ShareState.WITHDRAWN, None)
    assert Share.objects.get().content == ""


def test_a_group_is_whoever_is_in_it_when_something_is_shown(
    things: Things, tuesdays: SupervisionGroup
) -> None:
    cast = things.cast
    before = shared(things, readers=keys(tuesdays))
    assert before.group == tuesdays
    supervision_groups.change_group(
        tuesdays, by=cast.ana, expected_version=1, name="Tuesdays",
        people=[cast.ana, cast.berta, cast.stella],
    )  # fmt: skip
    after = shared(things, readers=keys(tuesdays))
    assert [may_read(who, before) for who in (cast.berta, cast.hanna, cast.stella)] == [
        True, True, False,
    ]  # fmt: skip
    assert [may_read(who, after) for who in (cast.berta, cast.hanna, cast.stella)] == [
        True, False, True,
    ]  # fmt: skip
    assert not before.readers.filter(pk=cast.ana.pk).exists()


def test_what_was_shown_stays_with_its_readers_when_the_group_goes(
    things: Things, tuesdays: SupervisionGroup
) -> None:
    row = shared(things, readers=keys(tuesdays))
    supervision_groups.delete_group(tuesdays, by=things.cast.ana)
    assert may_read(things.cast.hanna, row)


def test_when_one_reader_leaves_the_others_go_on_reading(things: Things) -> None:
    cast = things.cast
    row = shared(things, readers=keys(cast.hanna, cast.berta))
    people.change_member(cast.hanna, by=cast.ana, left_on=NOON.date())
    assert pages_supervision.share_page(cast.berta, row.pk).shown is not None
    people.change_member(cast.berta, by=cast.ana, left_on=NOON.date())
    row.refresh_from_db()
    assert row.content == ""
    assert supervision.state_of(row) is ShareState.READER_LEFT


def test_a_sealed_file_has_one_reader(things: Things) -> None:
    cast = things.cast
    outside = colleagues.add_colleague(by=cast.ana, name="N. N.", code=share_code.code_of(OUTSIDE))
    with pytest.raises(BadInput, match="several readers"):
        shared(things, readers=keys(cast.hanna) | {f"colleague:{outside.pk.hex}"})
    assert not Share.objects.exists()


def test_a_group_is_seen_by_those_in_it_and_changed_by_whoever_made_it(
    things: Things, tuesdays: SupervisionGroup
) -> None:
    cast = things.cast
    assert [one.name for one in pages_supervision.group_lines(cast.hanna)] == ["Tuesdays"]
    assert pages_supervision.group_lines(cast.stella) == ()
    for who, refusal in ((cast.hanna, NotFound), (cast.stella, NotFound)):
        with pytest.raises(refusal):
            supervision_groups.delete_group(tuesdays, by=who)
        with pytest.raises(refusal):
            supervision_groups.change_group(
                tuesdays, by=who, expected_version=1, name="N.", people=[cast.ana, cast.hanna]
            )
    clerk = people.add_member(by=cast.ana, name="C. C.", role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        supervision_groups.add_group(by=clerk, name="N.", people=[cast.ana, cast.hanna])
    with pytest.raises(BadInput):
        supervision_groups.add_group(by=cast.ana, name="N.", people=[cast.ana, clerk])
    with pytest.raises(BadInput):
        supervision_groups.add_group(by=cast.ana, name="N.", people=[cast.ana])


def test_a_question_alone_is_not_sealed_with_a_key_that_only_its_writer_holds(
    things: Things,
) -> None:
    ana, subject = things.cast.ana, share_making.Subject()
    choice = share_making.Choice(
        readers=keys(things.cast.hanna), purpose="learning", question="How do you rest?",
        expires_on=share_making.usual_expiry(),
    )  # fmt: skip
    seen = share_making.mark_of(share_making.compose(ana, subject, choice))
    assert share_making.share(ana, subject, choice, seen=seen).sealing_key_id() == "practice"


def test_today_says_that_something_was_shown_and_nothing_of_what(things: Things) -> None:
    hanna = things.cast.hanna
    assert pages_today.today(hanna, now=clock.now()).cards == ()
    row = shared(things, "words", question="What would you listen for?")
    (card,) = pages_today.today(hanna, now=clock.now()).cards
    assert (card.kind, card.sentence) == ("share", "Ana Ruiz showed you something.")
    assert card.share_id == row.pk
    supervision.say_of_share(row, by=hanna, kind="comment", words="Her hands.")
    assert pages_today.today(hanna, now=clock.now()).cards == ()
    assert [one.by for one in ShareNote.objects.all()] == [hanna]
