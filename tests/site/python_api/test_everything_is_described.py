"""Every public class, function and method says what it is, and every argument what it does.

An argument is described under its name, or its docstring speaks of it, or its type is a public class, which
is described itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import griffe
import pytest

from generator.site.python_api.docstrings import read_docstring
from generator.site.python_api.members import (
    describe_arguments,
    find_constructor,
    find_docstring,
    is_enum,
    is_error,
    read_class,
    read_member,
    read_members,
)
from generator.site.python_api.page_plan import COUNTERPARTS, GIVEN_TO_USERS
from generator.site.python_api.public_api import PublicApi
from generator.site.python_api.signatures import public_parameters
from generator.surface.homes import mentioned_paths

# What ASGI and WSGI say about their arguments is not repeated.
OF_OTHERS = {
    "webhooks.asgi.WebhookApplication.__call__",
    "webhooks.wsgi.WebhookApplication.__call__",
    "webhooks.wsgi.WebhookApplication.respond",
}


def find_without_summary(api: PublicApi) -> list[str]:
    missing = []
    for one in api.things:
        if not read_docstring(one.thing.docstring.value if one.thing.docstring is not None else "").summary:
            missing.append(one.names[0])
        if isinstance(one.thing, griffe.Class):
            for name, method in read_members(one.thing, api.public_classes).methods.items():
                if not read_docstring(find_docstring(method, one.thing)).summary:
                    missing.append(f"{one.names[0]}.{name}")
    return missing


def find_undescribed_arguments(api: PublicApi) -> list[str]:
    return [
        f"{name}({parameter.name})"
        for name, function, words, text in functions_of(api)
        if name not in OF_OTHERS
        for parameter, described in words
        if not described
        and not speaks_of(text, parameter.name)
        and not is_public_type(api, function, parameter)
    ]


Function = tuple[str, griffe.Function, Iterable[tuple[griffe.Parameter, str]], str]


def functions_of(api: PublicApi) -> Iterator[Function]:
    for one in api.things:
        thing, name = one.thing, one.names[0]
        if isinstance(thing, griffe.Function):
            text = "" if thing.docstring is None else thing.docstring.value
            found = read_docstring(text, [each.name for each in public_parameters(thing)]).arguments
            yield name, thing, describe_arguments(thing, found), text
        elif isinstance(thing, griffe.Class) and name not in COUNTERPARTS:
            constructor = find_constructor(thing)
            is_made = name not in GIVEN_TO_USERS and not is_error(thing) and not is_enum(thing)
            if constructor is not None and is_made:
                described = {**read_member(constructor, thing).arguments, **read_class(thing).arguments}
                own = "" if thing.docstring is None else thing.docstring.value
                words = describe_arguments(constructor, described, thing)
                yield name, constructor, words, f"{find_docstring(constructor, thing)} {own}"
            methods = read_members(thing, api.public_classes).methods
            for method_name, method in methods.items():
                # "The same, for an async program."
                if (
                    method_name.removesuffix("_async") != method_name
                    or method_name.removeprefix("a") in methods
                ):
                    continue
                found = read_member(method, thing).arguments
                text = find_docstring(method, thing)
                yield f"{name}.{method_name}", method, describe_arguments(method, found), text


def speaks_of(text: str, name: str) -> bool:
    return re.search(rf"\b{name.replace('_', '[ _]')}\b", text, re.IGNORECASE) is not None


def is_public_type(api: PublicApi, function: griffe.Function, parameter: griffe.Parameter) -> bool:
    if parameter.annotation is None:
        return False
    types = set(mentioned_paths(api.package, function, parameter.annotation))
    return bool(types & api.public_classes)


def test_everything_public_has_a_summary(api: PublicApi) -> None:
    assert len(api.things) > 300
    assert find_without_summary(api) == []


def test_every_argument_is_described(api: PublicApi) -> None:
    assert sum(1 for _ in functions_of(api)) > 200
    assert find_undescribed_arguments(api) == []


@pytest.mark.parametrize(
    ("name", "old", "found"),
    [
        ("retries.RetryPolicy", "longest_wait", "retries.RetryPolicy(longest_wait)"),
        ("explanation.explain", "", "explanation.explain"),
    ],
)
def test_what_says_nothing_is_found(
    api: PublicApi, monkeypatch: pytest.MonkeyPatch, name: str, old: str, found: str
) -> None:
    thing = next(one.thing for one in api.things if name in one.names)
    assert found not in [*find_without_summary(api), *find_undescribed_arguments(api)]
    for docstring in [
        thing.docstring,
        *(one.docstring for one in thing.all_members.values() if not one.is_alias),
    ]:
        if docstring is not None:
            monkeypatch.setattr(docstring, "value", docstring.value.replace(old, "x") if old else "")
    if old and old in thing.members:
        monkeypatch.setattr(thing.members[old], "docstring", None)
    assert found in [*find_without_summary(api), *find_undescribed_arguments(api)]
