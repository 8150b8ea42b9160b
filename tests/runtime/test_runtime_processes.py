"""Clients do not travel to other processes: each process makes one."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import registry
from spawn_support.worker import start, work

KEY = "asat_0123456789abcdef0123456789abcdef"
ID = "5b7658cec7c33c0e007de3c5"
NEWEST = registry.package(registry.versions()[-1])


def test_a_client_is_not_pickled() -> None:
    client = NEWEST.AfterShip(KEY)
    for act in (pickle.dumps, lambda one: pickle.dumps(one.trackings)):
        with pytest.raises(UsageError, match=r"cannot be pickled.*Make a client in each process") as caught:
            act(client)
        assert KEY not in str(caught.value)


def test_an_initializer_makes_a_client_in_each_spawned_process() -> None:
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=start, initargs=(KEY,)) as pool:
        assert list(pool.map(work, [ID])) == [ID]
