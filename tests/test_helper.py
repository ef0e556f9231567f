"""A process that answers: nothing gets between its answers, and its end is an error here."""

import io

import numpy as np
import pytest

from songatlas.helper import Helper, read_array

SUMS = """
import numpy as np
from songatlas.helper import serve

def begin(said, arrays):
    def answer(power):
        print("said by a library")
        total = (arrays["values"] ** power).sum() + said["more"]
        return {"sum": np.array(total), "power": np.array(power)}

    return answer

serve(begin)
"""


def test_answers_are_those_of_the_questions_whatever_is_printed():
    helper = Helper("-c", SUMS)
    helper.tell({"more": 0}, {"values": np.array([1.0, 2.0, 3.0, 9.0])[:3]})
    found = [helper.ask(power) for power in (1, 2, 3)]
    assert [(float(x["sum"]), int(x["power"])) for x in found] == [(6, 1), (14, 2), (36, 3)]
    helper.close()
    assert helper.process.returncode is not None


def test_what_fails_there_is_an_error_here_with_its_last_line():
    helper = Helper("-c", SUMS)
    helper.tell({"more": 0}, {"values": np.ones(1)})
    with pytest.raises((OSError, ValueError)):
        helper.ask("no power")
    assert helper.process.wait(30) == 1
    assert "Error" in helper.last_line()
    helper.close()


def test_an_array_that_breaks_off_is_an_error():
    sent = np.arange(6, dtype="<f8").reshape(2, 3)
    whole = read_array(io.BytesIO(sent.tobytes()), "<f8", (2, 3))
    assert whole.tolist() == sent.tolist()
    assert read_array(io.BytesIO(b""), "<f8", (0, 3)).shape == (0, 3)
    with pytest.raises(EOFError):
        read_array(io.BytesIO(sent.tobytes()[:-1]), "<f8", (2, 3))


def test_it_ends_with_its_input():
    helper = Helper("-c", SUMS)
    helper.tell({"more": 0}, {"values": np.empty(0)})
    helper.process.stdin.close()
    assert helper.process.wait(30) == 1
    helper.process.stdin = None
    helper.close()
