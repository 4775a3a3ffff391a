"""A port belongs to one harness, also while the service that answers on it is dead."""

from __future__ import annotations

import multiprocessing
import socket
from contextlib import ExitStack
from itertools import count
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

import pytest

from benchmarks.proof.ports import answers, own_port


def test_whoever_was_given_the_port_listens_on_it_again_and_again() -> None:
    with own_port() as port:
        for _ in range(3):
            assert not answers(port)
            with socket.create_server(("127.0.0.1", port)):
                assert answers(port)


def test_nobody_else_is_given_the_port() -> None:
    with own_port() as port, socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))


def _take(start: int, met: Barrier, say: SimpleQueue[list[int]]) -> None:
    tried = count(start)
    with ExitStack() as held:
        mine = [held.enter_context(own_port(tried)) for _ in range(40)]
        met.wait(20)
        say.put(mine)


def test_harnesses_that_begin_at_one_number_have_ports_of_their_own() -> None:
    spawned = multiprocessing.get_context("spawn")
    met, said = spawned.Barrier(3), spawned.SimpleQueue()
    ends = [spawned.Process(target=_take, args=(7_000, met, said)) for _ in range(3)]
    for one in ends:
        one.start()
    taken = [port for _ in ends for port in said.get()]
    for one in ends:
        one.join()
    assert len(set(taken)) == len(taken) == 120
