"""The switches of what goes wrong: profiles, and rules of one's own."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.console import fault_words
from aftership_tracking.mock.console.form_fields import (
    listed_accounts,
    read_key,
    read_needed,
    read_number,
    read_pairs,
    read_text,
    read_whole,
    without_none,
)
from aftership_tracking.mock.console.page import ACTION, Page, PageRequest, Redirect
from aftership_tracking.mock.control import actions, fault_reader
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.fault_effect import BODY_KINDS

DROPS = (
    ("before", "before: nothing is done"),
    ("during", "during: half of the response comes"),
    ("after", "after: it is done, no response comes"),
)
OWN_BODY = "text"
"""The choice of a body that is written by hand."""


def show(mock: Sandbox, _: PageRequest) -> Page:
    """Show the profiles, the rules, and the form of a new one."""
    states = mock.faults.rules
    accounts = {each.key: each for each in mock.parcels.accounts()}
    values = {
        "rules": [
            {
                "state": state,
                "which": fault_words.which(state.rule),
                "often": fault_words.how_often(state.rule),
                "what": fault_words.what(state.rule),
                "account": accounts.get(state.rule.key or ""),
                "has_key": state.rule.key is not None,
            }
            for state in states
        ],
        "profiles": [
            {
                "name": name,
                "what": profile["what"],
                "is_on": any(state.rule.profile == name for state in states),
            }
            for name, profile in fault_reader.read_profiles().items()
        ],
        "accounts": listed_accounts(mock),
        "operations": mock.operations,
        "kinds": BODY_KINDS,
        "drops": DROPS,
    }
    return Page(template="console/faults.html", values=values)


def act(mock: Sandbox, request: PageRequest) -> Redirect:
    """Switch a profile or a rule, add a rule, or remove some."""
    form = request.form
    action = form.get(ACTION, "")
    if action == "profile":
        note = _switch_profile(mock, read_needed(form, "name"), on=form.get("on") == "1")
    elif action == "switch":
        on = form.get("on") == "1"
        actions.switch_fault(mock, read_needed(form, "number"), {"on": on})
        note = f"The rule is {'on' if on else 'off'}."
    elif action == "remove":
        mock.faults.remove(actions.find_fault(mock, read_needed(form, "number")).rule.id)
        note = "The rule is gone."
    elif action == "clear":
        for state in mock.faults.rules:
            mock.faults.remove(state.rule.id)
        note = "All rules are gone."
    else:
        actions.add_faults(mock, _read_rule(mock, request))
        note = "The rule is planned."
    return Redirect(to=request.path, note=note)


def _switch_profile(mock: Sandbox, name: str, *, on: bool) -> str:
    fault_reader.find_profile(name)
    for state in mock.faults.rules:
        if state.rule.profile == name:
            mock.faults.remove(state.rule.id)
    if on:
        actions.add_faults(mock, {"profile": name})
    return f"{name} is {'on' if on else 'off'}."


def _read_rule(mock: Sandbox, request: PageRequest) -> dict[str, Any]:
    """The form as a body of the control API."""
    form = request.form
    kind = read_text(form, "body")
    body: Any = None
    if kind == OWN_BODY:
        body = form.get("body_text", "")
    elif kind is not None:
        body = without_none(kind=kind, at=read_text(form, "at"))
    found = without_none(
        operation=read_text(form, "operation"),
        path=read_text(form, "path"),
        query=read_pairs(form, "query", "=") or None,
        key=read_key(mock, form),
        nth=read_whole(form, "nth"),
        chance=read_number(form, "chance"),
        status=read_whole(form, "status"),
        code=read_whole(form, "code"),
        headers=read_pairs(form, "headers", ":") or None,
        body=body,
        delay=read_text(form, "delay"),
        drop=read_text(form, "drop"),
    )
    if form.get("always"):
        found["times"] = None
    elif (times := read_whole(form, "times")) is not None:
        found["times"] = times
    return found
