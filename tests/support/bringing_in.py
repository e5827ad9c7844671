"""Bringing in a table by the pages: choose a file, say what its columns are, look, bring it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lacrima.web import held_files
from tests.support.form_keys import form_key

LONG = "client,session,phq9\nX 1,1,12\nX 1,2,9\nX 2,1,15\n"
WIDE = "id,bdi_s0,bdi_s1,bdi_s2,bdi_fu1\n1,33,30,,12\n2,20,,18,9\n"
DIARY = """client;session;date;minutes;where;heavy;tears;whose;how much;then;feelings;note;room
Q 1;1;03.05.2024;50;in person;4;0;;;;;;2
Q 1;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;She spoke of her mother.;
Q 1;3;17.05.2024;50;in person;;1;both;1;went on;touched;;2
"""
BDI = {"name.bdi": "BDI", "minimum.bdi": "0", "maximum.bdi": "63", "direction.bdi": "worse"}


@pytest.fixture
def no_file_is_held() -> Iterator[None]:
    """Before and after."""
    held_files.forget_all()
    yield
    held_files.forget_all()


def choose(window: Client, content: str | bytes, name: str = "a name.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data, content_type="text/csv")
    return window.post("/bring-in", {"key": form_key(), "table": file})


def begin(window: Client, content: str | bytes) -> str:
    answer = choose(window, content)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


def as_it_stands(page: str) -> dict[str, str]:
    """What a browser would send of the long form: every field with what is chosen in it."""
    form = page[page.index('<h2 id="columns">') :]
    sent: dict[str, str] = {}
    for select in re.findall(r'<select name="([^"]+)".*?</select>', form, re.DOTALL):
        whole = re.search(rf'<select name="{re.escape(select)}".*?</select>', form, re.DOTALL)
        assert whole is not None
        chosen = re.search(r'value="([^"]*)" selected', whole[0])
        first = re.search(r'value="([^"]*)"', whole[0])
        sent[select] = (chosen or first)[1] if (chosen or first) else ""  # type: ignore[index]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        is_box = kind is not None and kind[1] in {"radio", "checkbox"}
        if name is not None and not (is_box and "checked" not in tag):
            sent[name[1]] = value[1] if value else "on" if is_box else ""
    return sent


def send(window: Client, address: str, step: str = "look", **fields: str) -> Any:
    page = window.get(address).content.decode()
    sent = {**as_it_stands(page), "key": form_key(), "step": step, **fields}
    return window.post(address, sent)


def look(window: Client, address: str, **fields: str) -> str:
    answer = send(window, address, **fields)
    assert answer.status_code == 303, answer.content.decode()
    assert answer["Location"] == f"{address}/check"
    return window.get(f"{address}/check").content.decode()


def bring_in(window: Client, address: str, **fields: str) -> Any:
    page = window.get(f"{address}/check").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None, page
    return window.post(f"{address}/check", {"key": form_key(), "seen": seen[1], **fields})


def until_done(address: str) -> None:
    [file] = held_files._held.values()
    assert address.endswith(str(file.file_id))
    assert file.work is not None
    assert file.work.wait(20)
