"""One word for one idea, and the field's word where it has one: words that misled readers do not come back.

Names count like prose: `_read_answer` and `AnswerReader` hold the word "answer".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.test_promises import tracked_files

ROOT = Path(__file__).resolve().parents[2]

MISLEADING = {
    "answer": ("answer(?:s|ed|ing)?", "response of HTTP; result of a step or a call"),
    "asked": ("asked", "requested"),
    "told": ("told", "configured, given, reported"),
    "kept": ("kept", "stored, preserved"),
    "stated": ("stated", "declared"),
    "colour": ("colou?rs?", "sync and async, variant"),
    "twin": ("twins?", "counterpart, async version"),
    "moment": ("moments?", "timestamp, instant"),
    "place": ("places?", "location, path, slot"),
    "cure": ("cures?|cured", "hint"),
    "seam": ("seams?", "transport interface"),
    "late": ("Late[:,]", "imported lazily"),
    "is no": ("(?<!there )(?:is|are|was|were) no(?! (?:longer|more|other)\\b)", "is not a ..."),
    "blocking client": ("(?:blocking|asynchronous) clients?", "sync client, async client"),
    "a text": ("(?:a|is|are|be) texts?", "string, where the type is meant"),
}

# (file, word) -> why the word is right there.
RIGHT: dict[tuple[str, str], str] = {
    ("overrides/aftership_tracking/cli/webhook/check.py", "cure"): "a key of the JSON that programs read",
    ("tests/webhooks/cli/test_check.py", "cure"): "the same key",
    ("tests/cli/test_doctor.py", "cure"): "the same key",
    ("overrides/aftership_tracking/cli/webhook/listen.py", "answer"): "the option --answer",
    ("tests/webhooks/cli/test_send_and_listen.py", "answer"): "the same option",
    ("tests/cli/snapshots/help-webhook.txt", "answer"): "the same option",
    ("tests/cli/test_tables.py", "colour"): "the variable NO_COLOR",
    ("tests/cli/conftest.py", "colour"): "the variable NO_COLOR",
    ("generator/site/sphinx_run.py", "colour"): "an option of Sphinx",
    ("tests/conftest.py", "colour"): "variables such as FORCE_COLOR",
    ("tests/project/test_child_processes.py", "colour"): "the variable FORCE_COLOR",
    ("overrides/aftership_tracking/recipes/bulk/journal.py", "place"): "a column of files that exist",
    **{
        (name, "colour"): "a colour that people see"
        for name in (
            "examples/merchant_backend/status_page.html",
            "docs/site/static/site.css",
            "examples/partner_app/pages.py",
            "overrides/aftership_tracking/mock/console/static/console.css",
            "overrides/aftership_tracking/mock/console/templates/base.html",
            "overrides/aftership_tracking/mock/explorer/static/explorer.css",
            "tests/mock/console/test_in_browser.py",
            "tests/mock/console/test_oauth_browser.py",
            "tests/mock/console/test_style.py",
            "tests/examples/test_merchant_backend.py",
            "tests/oauth/test_partner_app_browser.py",
            "tests/site/test_in_browser.py",
        )
    },
    ("overrides/aftership_tracking/contacts/mail_domains.py", "answer"): "an exception of dnspython",
    ("tests/support/contacts_support/name_server.py", "answer"): "a part of the messages of DNS",
    ("generator/diff/report/printing.py", "place"): "a key of the JSON that programs read",
    ("tests/diff/test_texts.py", "place"): "the same key",
    ("generator/output/version_changes.py", "place"): "the same key",
    ("overrides/aftership_tracking/cli/changes/comparison.py", "place"): "the same key",
    ("tests/cli/test_version_changes.py", "place"): "the same key",
}

OUTPUT_OF_OTHERS = ("package-lock.json", "benchmarks/results.json")


# Most texts hold none of them, which one search shows.
ANY_WORD = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(pattern for pattern, _ in MISLEADING.values())})(?![A-Za-z])", re.IGNORECASE
)


def find_words(text: str) -> Iterator[str]:
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).replace("_", " ")
    if not ANY_WORD.search(plain):
        return
    for word, (pattern, _) in MISLEADING.items():
        flags = re.NOFLAG if word == "late" else re.IGNORECASE
        if re.search(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])", plain, flags):
            yield word


def read_files() -> Iterator[tuple[str, str]]:
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        if path != Path(__file__) and name not in OUTPUT_OF_OTHERS:
            yield name, path.read_text("utf-8", errors="replace")


def test_misleading_words_do_not_come_back() -> None:
    found = [
        f"{name}: {word!r}; write: {MISLEADING[word][1]}"
        for name, text in read_files()
        for word in find_words(text)
        if (name, word) not in RIGHT
    ]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    texts = dict(read_files())
    assert [key for key in RIGHT if key[1] not in find_words(texts.get(key[0], ""))] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("def read_answer():", "answer"),
        ("class PlaceFinder:", "place"),
        ("KEPT_BYTES = 1", "kept"),
        ("this is no list", "is no"),
        ("must be a text", "a text"),
        ("# Late: it costs time", "late"),
    ],
)
def test_a_misleading_word_is_found_in_names_and_prose(text: str, word: str) -> None:
    assert list(find_words(text)) == [word]


@pytest.mark.parametrize("text", ["value.replace(old, new)", "there is no limit", "it is no longer there"])
def test_other_words_are_left_alone(text: str) -> None:
    assert list(find_words(text)) == []
