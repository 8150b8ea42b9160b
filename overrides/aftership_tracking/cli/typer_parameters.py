"""Makes options and arguments of commands that no function declares.

The library makes them from the signature of a function; its own classes change from release to release (0.29
wants another argument). So a signature is made up here, and the rest is public.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

__all__ = ["make_argument", "make_option"]

_EMPTY = inspect.Parameter.empty


def make_option(
    *,
    param_decls: Sequence[str],
    type: Any = str,
    metavar: str | None = None,
    help: str | None = None,
    default: Any = None,
    required: bool = False,
    multiple: bool = False,
    is_flag: bool = False,
    expose_value: bool = True,
    callback: Callable[..., Any] | None = None,
    autocompletion: Callable[..., Any] | None = None,
) -> Any:
    """Return an option. `param_decls`: how it is written, and the name of its value.

    A flag is there or not; any other option of the type bool takes `true` or `false`. `multiple`: it may be
    repeated, and its value is a list, or None.
    """
    *written, name = param_decls
    is_worded = type is bool and not is_flag
    kind = str if is_worded else type
    info = typer.Option(
        *written,
        metavar=metavar,
        help=help,
        show_default=False,
        expose_value=expose_value,
        callback=callback,
        autocompletion=autocompletion,
        parser=_read_boolean if is_worded else None,
    )
    if is_flag:
        return _make(name, bool, info, False)
    annotation = list[kind] if multiple else kind  # type: ignore[valid-type]
    return _make(name, annotation if required else annotation | None, info, _EMPTY if required else default)


def make_argument(
    *,
    param_decls: Sequence[str],
    metavar: str | None = None,
    help: str | None = None,
    autocompletion: Callable[..., Any] | None = None,
) -> Any:
    """Return an argument, which is a string and needed. `param_decls`: the name of its value."""
    [name] = param_decls
    info = typer.Argument(metavar=metavar, help=help, autocompletion=autocompletion)
    return _make(name, str, info, _EMPTY)


def _make(name: str, annotation: Any, info: Any, default: Any) -> Any:
    """What the library makes of a function with one parameter."""

    def command(**_values: Any) -> None:
        """Never called."""

    declared = Annotated[annotation, info]
    parameter = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=declared)
    command.__annotations__ = {name: declared}
    command.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
    application = typer.Typer(add_completion=False)
    application.command()(command)
    return typer.main.get_command(application).params[0]


def _read_boolean(text: str) -> bool:
    known = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False}
    found = {**known, "off": False, "t": True, "y": True, "f": False, "n": False}.get(text.strip().lower())
    if found is None:
        raise typer.BadParameter(f"{text!r} is not a valid boolean.")
    return found
