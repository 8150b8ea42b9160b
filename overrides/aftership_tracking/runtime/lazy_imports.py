"""Imports on first use, in programs that fork.

While a thread imports a module, Python holds a lock for that module. A child that is forked meanwhile
inherits the lock but not the thread, and waits for ever at its own import. So lazy imports happen under one
lock, and a fork waits for it.
"""

from __future__ import annotations

import _thread
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any, Generic, TypeVar, overload

__all__ = ["ForkLock", "lazy_property", "load", "loading"]

T = TypeVar("T")

LONGEST_WAIT = 60.0
"""Seconds that a fork waits for a lock of another thread. It is far more than any import takes, and only
prevents that two locks of a program wait for each other for ever."""


class ForkLock(_thread.RLock):  # type: ignore[misc] # Its stub says final; it is not.
    """A lock that a fork waits for, and that is free in the child. A thread may take it several times.

    `with` takes and releases it in one step of C each, so Ctrl-C leaves it either taken or free. Methods of
    ours would be several steps, and Ctrl-C could arrive between them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._forking: set[int] = set()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._before_fork,
                after_in_parent=self._after_fork,
                after_in_child=self._after_fork_in_child,
            )

    def _before_fork(self) -> None:
        thread = threading.get_ident()
        # Noted first: if Ctrl-C arrives here, the lock may or may not have been taken.
        self._forking.add(thread)
        if not self.acquire(timeout=LONGEST_WAIT):
            self._forking.discard(thread)

    def _after_fork(self) -> None:
        # If the lock was made during the fork, only this half is called, and there is nothing to release.
        thread = threading.get_ident()
        if thread in self._forking:
            self._forking.discard(thread)
            # A thread can only release what it owns.
            with suppress(RuntimeError):
                self.release()

    def _after_fork_in_child(self) -> None:
        if threading.get_ident() in self._forking:
            self._after_fork()
        else:
            # The thread that holds it is not in this process. This is what the locks of the standard library
            # do in a child.
            self._at_fork_reinit()  # type: ignore[attr-defined]
        self._forking.clear()


loading = ForkLock()
"""`with loading:` around an import statement that may be the first one."""

_loaded: dict[str, ModuleType] = {}


def load(name: str) -> ModuleType:
    """Import a module by its dotted name, and return it."""
    module = _loaded.get(name)
    if module is None:
        with loading:
            module = _loaded[name] = import_module(name)
    return module


class lazy_property(Generic[T]):  # noqa: N801 - used as a decorator, like `property`
    """A property that is computed once, under the lock of imports: its function imports what it returns.

    `functools.cached_property` would do without the imports. In Python 3.11 it holds a lock of its own, which
    a forked child could not release.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> lazy_property[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> lazy_property[T] | T:
        if instance is None:
            return self
        with loading:
            value = self._compute(instance)
        # The next access finds it there, and does not come here.
        return vars(instance).setdefault(self._name, value)  # type: ignore[no-any-return]
