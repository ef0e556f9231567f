"""Several items at once: the same bytes, and nothing is limited or unlimited afterwards."""

import contextlib
import threading

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from songatlas.threads import allow_threads, each, single_thread


def product(seed: int) -> bytes:
    """Depends on the number of threads that multiply, in the last digits."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(700, 300)).astype(np.float32)
    return (X.T @ X).tobytes() + (torch.from_numpy(X).T @ torch.from_numpy(X)).numpy().tobytes()


def limits(_: object) -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info()} | {torch.get_num_threads()}


@pytest.mark.parametrize("n", [1, 2, 4, 9])
def test_results_are_those_of_one_thread_in_the_order_of_the_items(n: int) -> None:
    with single_thread():
        expected = [product(seed) for seed in range(8)]
    before = limits(None)
    with allow_threads(n):
        assert each(product, range(8)) == expected
        assert each(limits, range(8)) == [{1}] * 8
    assert limits(None) == before


def test_as_many_work_at_once_as_are_allowed() -> None:
    meeting = threading.Barrier(3, timeout=30)
    with allow_threads(3):
        each(lambda _: meeting.wait(), range(3))
    alone = threading.Barrier(2, timeout=0.2)
    with pytest.raises(threading.BrokenBarrierError):
        each(lambda _: alone.wait(), range(2))
    with allow_threads(100):
        names = each(lambda _: threading.current_thread().name, range(50))
    assert len(set(names)) <= 4


def test_a_small_collection_stays_on_one_thread() -> None:
    def threads_of(n_tracks: int) -> int:
        meeting = threading.Barrier(2, timeout=0.5)  # of one thread nobody else comes
        with allow_threads(2, n_tracks), contextlib.suppress(threading.BrokenBarrierError):
            each(lambda _: meeting.wait(), range(2))
        return 1 if meeting.broken else 2

    assert [threads_of(n) for n in (19_999, 20_000)] == [1, 2]


def test_an_item_has_no_threads_of_its_own() -> None:
    def within(_: int) -> int:
        return len(set(each(lambda _: threading.get_ident(), range(5))))

    with allow_threads(2):
        assert each(within, range(4)) == [1, 1, 1, 1]


def test_what_goes_wrong_is_raised() -> None:
    with allow_threads(2), pytest.raises(ZeroDivisionError):
        each(lambda x: 1 // x, [1, 0])
