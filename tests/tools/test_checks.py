"""Each check finds a planted fault, and leaves what is right alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import (
    check,
    finding,
    hidden_imports,
    install_size,
    lock,
    locked,
    long_files,
    machine_words,
    reasons,
    unmarked_text,
)

HERE = Path("here")


def texts(found: list[finding.Finding]) -> list[str]:
    """What a check said, without the places."""
    return [one.text for one in found]


# --- Words for people --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("<p>\n  Welcome back</p>", 2),
        ('<img alt="A tear">', 1),
        ('<button aria-label="Close">{% translate "x" %}</button>', 1),
        ('<input type="submit" value="Keep it">', 1),
        ('<input placeholder="Your words">', 1),
        ("{% translate 'One' %} and another", 1),
        ("<svg><title>Course</title><desc/></svg>", 1),
        ("<pre>left alone</pre><p>not left alone</p>", 1),
    ],
)
def test_unmarked_words_in_a_template_are_found_at_their_line(template: str, line: int) -> None:
    found = unmarked_text.in_template(template, HERE / "page.html")
    assert [one.line for one in found] == [line]


@pytest.mark.parametrize(
    "template",
    [
        '<p>{% translate "Welcome back" %}</p>',
        "<p>{% blocktranslate trimmed %}\n Welcome <b>back</b> {% endblocktranslate %}</p>",
        "<p>{# a remark #}{% comment %}another{% endcomment %}{{ client.code }} · 12, 3</p>",
        '<img alt="{% translate "A tear" %}"><input type="hidden" value="session">',
        "<script>const words = 1;</script><style>p { color: red }</style>",
        '<span class="mark">Lacrima</span><span translate="no">PHQ-9</span>',
        "{% block body_class %}closed{% endblock %}",
        '<option value="yes" {% if here %}selected{% endif %}>{{ label }}</option>',
    ],
)
def test_marked_words_and_code_in_a_template_are_left_alone(template: str) -> None:
    assert unmarked_text.in_template(template, HERE / "page.html") == []


def test_a_plain_text_template_is_read_too() -> None:
    found = unmarked_text.in_template("{{ name }}\nGoodbye", HERE / "mail.txt")
    assert [one.line for one in found] == [2]


@pytest.mark.parametrize(
    "code",
    [
        'CharField(label="Name")',
        'CharField(label=f"Name of {x}")',
        'CharField(help_text="What you call it")',
        'ChoiceField(choices=[("yes", "Yes")])',
        'CharField(error_messages={"required": "Please say"})',
        'raise ValidationError("Not like this")',
        'form.add_error("name", "Not like this")',
        'messages.info(request, "Kept")',
        'TextInput(attrs={"aria-label": "Name"})',
        'gettext(f"Hello {name}")',
        "ngettext('one', other, count)",
    ],
)
def test_unmarked_words_in_the_code_of_pages_are_found(code: str) -> None:
    assert len(list(unmarked_text.in_code(code, HERE))) == 1


@pytest.mark.parametrize(
    "code",
    [
        'CharField(label=_("Name"))',
        'ChoiceField(choices=[("yes", _("Yes")), ("no", "–")])',
        'raise ValidationError(_("Not like this"), code="no")',
        'form.add_error("name", _("Not like this"))',
        'TextInput(attrs={"class": "wide"})',
        'ngettext("%d day", "%d days", count)',
        'CharField(label="")',
    ],
)
def test_marked_words_in_the_code_of_pages_are_left_alone(code: str) -> None:
    assert list(unmarked_text.in_code(code, HERE)) == []


# --- Imports, lengths, traces --------------------------------------------------------------------


def test_an_import_in_a_function_is_found_but_not_in_the_table_of_verbs(tmp_path: Path) -> None:
    hiding = "def late():\n    import json\n    from . import x\n    import_module('lacrima.y')\n"
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "main.py").write_text(hiding)
    (tmp_path / "room.py").write_text("import os\n" + hiding)
    found = hidden_imports.check(tmp_path)
    assert [one.line for one in found] == [3, 4, 5]


def test_a_library_of_one_system_may_be_asked_for_by_name(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text("def late():\n    import_module('resource')\n")
    assert hidden_imports.check(tmp_path) == []


def test_an_import_for_types_only_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text("if TYPE_CHECKING:\n    import os\n")
    assert hidden_imports.check(tmp_path) == []


def test_a_file_that_is_no_python_is_named_and_the_others_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def half(:\n")
    (tmp_path / "b.py").write_text("def late():\n    import json\n")
    assert [(one.path.name, one.line) for one in hidden_imports.check(tmp_path)] == [
        ("a.py", 1),
        ("b.py", 2),
    ]
    assert texts(list(unmarked_text.in_code("def half(:", HERE))) == ["cannot be read as Python"]


def test_a_long_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 401)
    (tmp_path / "short.py").write_text("x = 1\n" * 400)
    assert [one.path.name for one in long_files.check(tmp_path)] == ["long.py"]


@pytest.mark.parametrize("folder", ["work", "root", "tmp", "opt/wheels", "home/ana", "Users/ana"])
def test_a_path_of_one_machine_is_found(folder: str) -> None:
    line = "see /" + folder + "/notes.txt"
    assert texts(list(machine_words.traces_in(line, HERE)))
    assert not list(machine_words.traces_in(line + "  # machine-words: meant", HERE))


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/work/more",
        "src/work/x",
        "~/work/x",
        "{root}/tmp/x",
        "the user agent of the browser",
        "/usr/lib/postgresql/15/bin",
    ],
)
def test_a_path_of_every_machine_is_left_alone(line: str) -> None:
    assert not list(machine_words.traces_in(line, HERE))


def test_a_word_without_a_place_is_found_in_a_file_that_git_tracks(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("made/\n")
    (tmp_path / "made").mkdir()
    for name in ("notes.md", "made/notes.md"):
        (tmp_path / name).write_text("fine\nCo-" + "Authored-By: somebody\n")
    found = machine_words.check(tmp_path)
    assert [(one.path.name, one.line) for one in found] == [("notes.md", 2)]
    assert found[0].path.parent == tmp_path


# --- Dependencies --------------------------------------------------------------------------------

PROJECT = """
[build-system]
requires = ["hatchling"]  # builds
[project]
dependencies = [
    "django>=5",  # pages
    "numpy[x]>=2, <3",
]
[dependency-groups]
dev = ["ruff"]  # style
"""

LOCK = """
[[package]]
name = "lacrima"
source = { editable = "." }
dependencies = [{ name = "django" }, { name = "numpy", extra = ["x"] }]
[package.optional-dependencies]
clinic = [{ name = "psycopg" }]
[package.metadata]
requires-dist = [
    { name = "django", specifier = ">=5" },
    { name = "numpy", extras = ["x"], specifier = ">=2,<3" },
]
[package.metadata.requires-dev]
dev = [{ name = "ruff" }]
[[package]]
name = "django"
dependencies = [{ name = "asgiref" }]
[[package]]
name = "asgiref"
[[package]]
name = "numpy"
[package.optional-dependencies]
x = [{ name = "extra-of-numpy" }]
[[package]]
name = "extra-of-numpy"
[[package]]
name = "psycopg"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one dependency that has no reason, and its lock."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "uv.lock").write_text(LOCK)
    return tmp_path


def test_a_dependency_without_its_reason_is_found(project: Path) -> None:
    found = reasons.check(project / "pyproject.toml")
    assert [(one.line, one.text.partition(":")[0]) for one in found] == [(7, "numpy[x]>=2, <3")]


def test_a_lock_that_fits_is_left_alone(project: Path) -> None:
    assert lock.check(project) == []


def test_a_lock_that_no_longer_fits_is_found_both_ways(project: Path) -> None:
    changed = PROJECT.replace("django>=5", "django>=6").replace('"ruff"', '"ruff", "mypy"')
    (project / "pyproject.toml").write_text(changed)
    said = " ".join(texts(lock.check(project)))
    assert "does not know django >=6" in said
    assert "still holds django >=5" in said
    assert "does not know mypy" in said


def test_the_lock_says_what_an_install_brings(project: Path) -> None:
    brings = locked.runtime_names(project / "uv.lock", with_extras=False)
    assert brings == {"django", "asgiref", "numpy", "extra-of-numpy"}
    with_extras = locked.runtime_names(project / "uv.lock", with_extras=True)
    assert with_extras == brings | {"psycopg"}


def test_an_install_that_has_grown_too_large_is_found_with_its_largest_parts() -> None:
    found = install_size.check({"numpy": 60.0, "tensors": 500.0}, limit_mb=550)
    assert "560 MB" in found[0].text
    assert "largest: tensors 500 MB" in found[0].text
    assert install_size.check({"numpy": 60.0}, limit_mb=550) == []


def test_what_a_plain_install_brings_here_is_measured() -> None:
    sizes = install_size.sizes_mb()
    assert sizes["django"] > 10
    assert sizes["numpy"] > 10
    assert "pytest" not in sizes


# --- All of them ---------------------------------------------------------------------------------


def test_all_parts_run_even_when_one_finds_something(capsys: pytest.CaptureFixture[str]) -> None:
    parts = [
        check.Part("first", check.module("this")),
        check.Part("broken", check.module("no_such_module")),
        check.Part("last", check.module("this")),
    ]
    assert check.main(parts) == 1
    said = capsys.readouterr().out
    assert "last" in said
    assert "No module named no_such_module" in said
    assert said.rstrip().endswith("To put right: broken")


def test_a_finding_names_its_place_so_that_an_editor_can_jump_there() -> None:
    found = finding.Finding(finding.ROOT / "src" / "x.py", 3, "what")
    assert str(found) == "src/x.py:3: what"
