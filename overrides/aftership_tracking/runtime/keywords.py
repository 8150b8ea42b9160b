"""Mistakes in the arguments of a call, refused in the words of the caller: the method or class, and the
name that was probably meant. Python itself would name a base class of ours, and suggest nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.options import CallOptions

__all__ = ["UnexpectedKeywordError", "guard_methods", "guarded", "nearest"]

F = TypeVar("F", bound="Callable[..., Any]")

_OPTION_NAMES = tuple(CallOptions.__annotations__)


class UnexpectedKeywordError(TypeError):
    """A method was given a keyword that is neither an argument of its operation nor an option of a call."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that was probably meant, or None."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(names), n=1)
    return found[0] if found else None


def guard_methods(cls: type) -> None:
    """Guard every public method that a class defines itself. It gets the docstring of a base class if it has
    none.
    """
    for name, value in list(vars(cls).items()):
        if isinstance(value, FunctionType) and not name.startswith("_"):
            if value.__doc__ is None:
                value.__doc__ = getattr(getattr(super(cls, cls), name, None), "__doc__", None)
            setattr(cls, name, guarded(value))


def guarded(function: F) -> F:
    """Return the function, which raises UsageError instead of TypeError if its arguments do not fit.

    An error from inside of the function is left alone.
    """
    plain = cast(FunctionType, function)
    if plain.__code__.co_flags & _IS_COROUTINE:

        @wraps(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            try:
                return await function(*args, **kwargs)
            except TypeError as error:
                mistake = _find_mistake(error, plain, args, kwargs)
                if mistake is None:
                    raise
            finally:
                # Error reports show the variables of functions, and a key may be among these.
                del args, kwargs
            # Raised out here so that it does not carry the error of Python.
            raise mistake

        return cast(F, call_async)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            mistake = _find_mistake(error, plain, args, kwargs)
            if mistake is None:
                raise
        finally:
            # Error reports show the variables of functions, and a key may be among these.
            del args, kwargs
        raise mistake

    return cast(F, call)


# Flags of code objects. The module `inspect` names them, and takes long to import.
_IS_COROUTINE, _HAS_VARARGS, _HAS_KEYWORDS = 0x80, 0x04, 0x08


def _find_mistake(
    error: TypeError, function: FunctionType, args: tuple[Any, ...], given: dict[str, Any]
) -> UsageError | None:
    """Return the error to raise instead; None if the arguments fit and the error comes from elsewhere."""
    trace = error.__traceback__
    if not isinstance(error, UnexpectedKeywordError) and (
        trace is None or trace.tb_next is not None or not args
    ):
        # The function was entered, so Python had accepted its arguments.
        return None
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positional = names[1 : code.co_argcount]
    where = _describe(args[0], function.__name__)
    options = _OPTION_NAMES if _takes_options(function) else ()
    unknown = next((name for name in given if name not in names and name not in options), None)
    if unknown is not None and (options or not code.co_flags & _HAS_KEYWORDS):
        meant = nearest(unknown, (*names[1:], *options))
        hint = f"Did you mean {meant}?" if meant else "Its help() lists what it takes."
        return UsageError(f"{where} has no argument {unknown}", hint=hint)
    if len(args) - 1 > len(positional):
        allowed = f"{', '.join(positional)} alone" if positional else "nothing"
        return UsageError(f"{where} takes {allowed} without a name", hint="Give the others as name=value.")
    twice = next((name for name in positional[: len(args) - 1] if name in given), None)
    if twice is not None:
        return UsageError(f"{where} was given {twice} twice")
    with_default = len(function.__defaults__ or ())
    needed = [*positional[len(args) - 1 : len(positional) - with_default]]
    needed += [name for name in names[code.co_argcount :] if name not in (function.__kwdefaults__ or {})]
    missing = [name for name in needed if name not in given]
    return UsageError(f"{where} needs {', '.join(missing)}") if missing else None


def _takes_options(function: FunctionType) -> bool:
    """Whether its `**` argument takes the options of a call, and nothing else."""
    code = function.__code__
    rest = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & _HAS_VARARGS)
    return bool(code.co_flags & _HAS_KEYWORDS) and code.co_varnames[rest] == "call"


def _describe(owner: object, method: str) -> str:
    """Return what the caller wrote, as far as it can be known: `AfterShip`, or `client.trackings.get`."""
    name = type(owner).__name__
    if method == "__init__":
        return name
    if not hasattr(owner, "_client"):
        return f"client.{method}"
    # The class of `last_checkpoints` is LastCheckpoints.
    words = (f"_{letter.lower()}" if letter.isupper() else letter for letter in name.removeprefix("Async"))
    return f"client.{''.join(words).lstrip('_')}.{method}"
