"""How docstrings are taken apart."""

from __future__ import annotations

from generator.site.python_api.docstrings import Docstring, read_docstring

WRITTEN = """Receive deliveries.

Of one URL.

Args:
    store: remembers them. None: for this process
        only.
    *rest: more.
    header, prefix: how a token is sent.

Returns:
    The number
    of them.

Raises:
    UsageError: `lease` is not positive.
    OSError: no file.
"""
GENERATED = """Get a tracking. Document: `get-tracking-by-id`.

Args:
    id: The id. Not empty.
Returns: The tracking.
Raises: NotFoundError (404, 4004), ValidationError (400, 4015),
    ServerError (500).
"""


def test_the_sections_of_code_that_people_write() -> None:
    found = read_docstring(WRITTEN)
    assert found == Docstring(
        summary="Receive deliveries.",
        body="Of one URL.",
        arguments={
            "store": "remembers them. None: for this process only.",
            "rest": "more.",
            "header": "how a token is sent.",
            "prefix": "how a token is sent.",
        },
        returns="The number of them.",
        raises=(("UsageError", "`lease` is not positive."), ("OSError", "no file.")),
    )


def test_the_sections_of_generated_code() -> None:
    found = read_docstring(GENERATED)
    assert found.summary == "Get a tracking."
    assert found.operation == "get-tracking-by-id"
    assert found.arguments == {"id": "The id. Not empty."}
    assert found.returns == "The tracking."
    assert found.codes == (
        ("NotFoundError", "404, 4004"),
        ("ValidationError", "400, 4015"),
        ("ServerError", "500"),
    )
    assert found.raises == ()


def test_arguments_in_the_prose() -> None:
    text = "Open it.\n\n`path`: the file, which\nmay be new.\n`size`, `rest`: numbers.\n\n`other`: stays."
    found = read_docstring(text, ["path", "size", "rest"])
    assert found.arguments == {"path": "the file, which may be new.", "size": "numbers.", "rest": "numbers."}
    assert found.body.split() == ["`other`:", "stays."]
    assert read_docstring(text).arguments == {}


def test_errors_without_names_stay_words() -> None:
    assert read_docstring("Do it.\n\nRaises: UsageError, without the number.").raises == (
        ("", "UsageError, without the number."),
    )


def test_prose_after_a_section_is_not_lost() -> None:
    found = read_docstring("Do it.\n\nArgs:\n    a: one.\n\nNothing is sent.")
    assert found.arguments == {"a": "one."}
    assert found.body.strip() == "Nothing is sent."
