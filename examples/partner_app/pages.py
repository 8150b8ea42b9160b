"""The pages, as text. Whatever comes from elsewhere is escaped."""

from collections.abc import Iterable
from html import escape

from aftership_tracking import Tracking

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
:root { color-scheme: light dark; }
form { display: inline; }
button, input, .button { font: inherit; padding: .4em .9em; margin: .2em 0; }
.button { display: inline-block; border-radius: 4px; text-decoration: none; }
.button { color: #fff; background: #0b57d0; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; } th { text-align: left; }
td { overflow-wrap: anywhere; }
td, th { padding: .4em .6em .4em 0; border-bottom: 1px solid #8886; }
.note { border-left: 4px solid; padding-left: 1em; }
"""


def page(title: str, body: str) -> str:
    """A whole page. `body` is HTML, `title` is not."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


def button(action: str, text: str, **fields: str) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return f'<form method="post" action="{escape(action)}">{inputs}<button>{escape(text)}</button></form> '


def sign_in_page(users: Iterable[str]) -> str:
    buttons = "".join(button("/sign-in", f"I am {user}", user=user) for user in users)
    return page("Parcel Pages", f"<p>Who are you? A real app asks for more than a click.</p><p>{buttons}</p>")


def connect_page(user: str, note: str = "") -> str:
    return page(
        f"Parcels of {user}",
        f"{_note(note)}<p>Your AfterShip account is not connected.</p>"
        '<p><a class="button" href="/connect">Connect AfterShip</a></p>'
        f"<p>{button('/sign-out', 'Sign out')}</p>",
    )


def parcels_page(user: str, trackings: Iterable[Tracking], note: str = "") -> str:
    rows = "".join(
        f"<tr><td>{escape(each.tracking_number)}<td>{escape(each.slug)}<td>{escape(str(each.tag))}</tr>"
        for each in trackings
    )
    form = (
        '<form method="post" action="/parcels"><label>Number <input name="number" required></label> '
        "<button>Add</button></form>"
    )
    table = f"<table><tr><th>Number<th>Courier<th>Status</tr>{rows}</table>"
    return page(
        f"Parcels of {user}",
        f"{_note(note)}{table if rows else '<p>There are no parcels yet: add a number.</p>'}<p>{form}</p>"
        f"<p>{button('/uninstall', 'Disconnect AfterShip')}{button('/sign-out', 'Sign out')}</p>",
    )


def error_page(reason: str, hint: str | None) -> str:
    """`reason`: a message of the client, which is neither capitalized nor ended."""
    sentence = f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
    advice = f"<p>{escape(hint)}</p>" if hint else ""
    return page(
        "That did not work", f'<p>{escape(sentence)}</p>{advice}<p><a href="/">Back to the start</a></p>'
    )


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>' if text else ""
