"""The text tower of an ear: what its table says, what it is given, and files that are none."""

import dataclasses
import os

import numpy as np
import pytest
from ear_twins import SPECIAL, text_twin, write_tokenizer, write_tower

from songatlas.errors import ModelError
from songatlas.extraction.words import hear_words
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.text_tower import TextTower, embed_words, tokens
from songatlas.machine import FileLimits

TEXT = """
[text]
file = "text_model.onnx"
tokenizer = "tokenizer.json"
output = "text_embeds"
"""
MEANINGS = {"calm": np.array([3.0, 0.0]), "piano": np.array([0.0, 6.0])}


@pytest.fixture
def towered(plugged_in, tmp_path):
    """Write an ear with a text tower, some lines of its table replaced."""
    write_tower(tmp_path, MEANINGS)

    def write(*changes, more=""):
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = plugged_in()
        path.write_text(path.read_text() + text + more)
        return path

    return write


def tower_of(path) -> TextTower:
    tower = read_description(path).text
    assert tower is not None
    return tower


def refused(act, match):
    with pytest.raises(ModelError, match=match) as caught:
        act()
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 600
    assert "Traceback" not in said


def test_words_become_the_mean_of_their_tokens(towered):
    tower = tower_of(towered())
    np.testing.assert_allclose(embed_words(tower, "calm PIANO"), [0.75, 1.5])
    np.testing.assert_allclose(embed_words(tower, "zither"), [0.0, 0.0])


def test_a_text_tower_changes_no_fingerprint(towered, plugged_in):
    with_text = read_description(towered())
    without = read_description(plugged_in())
    assert without.text is None
    assert with_text.fingerprint == without.fingerprint
    other = read_description(towered(('output = "text_embeds"', 'output = "other"')))
    assert other.fingerprint == without.fingerprint


def test_the_fingerprint_is_that_of_before_there_were_text_towers(plugged_in):
    """It is part of the key of every embedding in everybody's cache."""
    description = dataclasses.replace(read_description(plugged_in()), sha256="0" * 64)
    assert description.fingerprint == "35ea4f757096420e"


def test_tokens_are_cut_and_filled_up(towered):
    tower = tower_of(towered(more="max_length = 5\npad_id = 2\n"))
    ids, mask = tokens(tower, "calm")
    calm = len(SPECIAL)
    assert ids.tolist() == [0, calm, 1, 2, 2]
    assert mask.tolist() == [1, 1, 1, 0, 0]
    ids, mask = tokens(tower, "calm " * 2000)
    assert ids.tolist() == [0, calm, calm, calm, 1]
    assert mask.all()
    plain = tower_of(towered())
    assert len(tokens(plain, "calm " * 2000)[0]) == 77
    assert len(tokens(plain, "calm")[0]) == 3


def test_what_fills_up_is_not_heard(towered, tmp_path):
    """The pad token means something here, so that a mask of ones would show."""
    write_tokenizer(tmp_path / "tokenizer.json", ["calm"])
    table = np.zeros((5, 2))
    table[2], table[4] = 100.0, (3.0, 0.0)
    (tmp_path / "text_model.onnx").write_bytes(
        text_twin(table, inputs=("input_ids", "attention_mask"))
    )
    tower = tower_of(towered(more="max_length = 9\npad_id = 2\n"))
    np.testing.assert_allclose(embed_words(tower, "calm"), [1.0, 0.0])


def test_inputs_may_have_other_names_and_no_mask(towered, tmp_path):
    table = np.arange(12.0).reshape(6, 2)
    (tmp_path / "text_model.onnx").write_bytes(text_twin(table, "words", ("tokens", "")))
    tower = tower_of(
        towered(
            ("text_embeds", "words"),
            more='input_ids = "tokens"\nattention_mask = ""\n',
        )
    )
    np.testing.assert_allclose(embed_words(tower, "calm"), table[[0, 4, 1]].mean(0))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tokenizer =", "tokeniser =", r"'text\.tokeniser' is not a setting.*'tokenizer'"),
        ('output = "text_embeds"', "", r"'text\.output' is required and missing"),
        ('"text_model.onnx"', '"no.onnx"', r"'text\.file', .*no\.onnx, cannot be read"),
        ('"tokenizer.json"', '"no.json"', r"'text\.tokenizer', .*no\.json, cannot be read"),
        ('"tokenizer.json"', "3", r"'text\.tokenizer' must be of type str"),
        ('"tokenizer.json"', '"a\\u0000b"', "cannot be read"),
        ("[text]", "[[text]]", "'text' must be a table"),
        ("[text]", "[txet]", "'txet' is not a setting. Did you mean 'text'"),
    ],
)
def test_a_mistake_in_the_table_is_named(old, new, message, towered):
    refused(lambda: read_description(towered((old, new))), r"loudness\.toml.*" + message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("max_length = 0\n", r"'text\.max_length' must be at least 1"),
        ("pad_id = -2\n", r"'text\.pad_id' must be at least -1"),
        ('output_axes = ["word"]\n', "'output_axes' must be of patch, layer"),
    ],
)
def test_numbers_and_axes_are_checked(more, message, towered):
    refused(lambda: read_description(towered(more=more)), message)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(towered, tmp_path):
    (tmp_path / "tokenizer.json").unlink()
    os.mkfifo(tmp_path / "tokenizer.json")
    refused(lambda: read_description(towered()), "this is a named pipe")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff" * 99,
        b"{}",
        b"[1, 2]",
        b'{"model": {"type": "WordLevel", "vocab": 3}}',
        b'{"version": "1.0", "model": ' + b"[" * 100_000,
    ],
    ids=["empty", "bytes", "object", "list", "vocabulary", "deep"],
)
def test_what_is_no_tokenizer(data, towered, tmp_path):
    tower = tower_of(towered())
    (tmp_path / "tokenizer.json").write_bytes(data)
    refused(lambda: embed_words(tower, "calm"), r"must be a tokenizer\.json .* It is none")


def test_a_tokenizer_that_makes_nothing(towered, tmp_path):
    from tokenizers import Tokenizer, models

    tower = tower_of(towered())
    Tokenizer(models.BPE()).save(str(tmp_path / "tokenizer.json"))
    refused(lambda: embed_words(tower, "calm"), "must make at least one token of 'calm'")


def test_a_vocabulary_larger_than_the_network(towered, tmp_path):
    tower = tower_of(towered())
    write_tokenizer(tmp_path / "tokenizer.json", [f"word{n}" for n in range(99)])
    refused(lambda: embed_words(tower, "word98"), r"text_model\.onnx failed on input")


def test_what_is_no_text_network(towered, tmp_path):
    path = towered()
    whole = (tmp_path / "text_model.onnx").read_bytes()
    for data in (b"", b"not a network", whole[:60]):
        (tmp_path / "text_model.onnx").write_bytes(data)
        refused(lambda: embed_words(tower_of(path), "calm"), "cannot be loaded as an ONNX network")


def test_a_network_that_does_not_fit_the_table(towered, tmp_path):
    tower = tower_of(towered(('"text_embeds"', '"embeds"')))
    refused(lambda: embed_words(tower, "calm"), "has no output 'embeds'. It has text_embeds")
    tower = tower_of(towered(more='attention_mask = "mask"\n'))
    refused(lambda: embed_words(tower, "calm"), "has no input 'mask'")
    tower = tower_of(towered(more='attention_mask = ""\n'))
    refused(
        lambda: embed_words(tower, "calm"), "also takes 'attention_mask', for which there is no"
    )
    graph = OnnxGraph("fixed", "input_ids", (1, 9))
    graph.add("Identity", "input_ids", output="text_embeds")
    (tmp_path / "text_model.onnx").write_bytes(graph.serialize({"text_embeds": (1, 9)}))
    tower = tower_of(towered(more='attention_mask = ""\n'))
    refused(lambda: embed_words(tower, "calm"), r"Got \(1, 3\): the tokens must fit")


def test_infinite_words_are_refused(towered, tmp_path):
    (tmp_path / "text_model.onnx").write_bytes(
        text_twin(np.full((6, 2), np.inf), inputs=("input_ids", "attention_mask"))
    )
    refused(lambda: embed_words(tower_of(towered()), "calm"), "must be finite numbers")


def test_without_the_package_there_is_one_sentence(towered, monkeypatch):
    monkeypatch.setattr("songatlas.features.embedding.text_tower.find_spec", lambda name: None)
    remedy = r"tokenizers, which is not installed: python -m pip install 'songatlas\[search\]'"
    path = towered()
    refused(lambda: embed_words(tower_of(path), "calm"), remedy)
    refused(lambda: hear_words(path, "calm"), remedy)


def test_words_are_heard_in_a_process_of_its_own(towered, tmp_path):
    path = towered()
    np.testing.assert_allclose(hear_words(path, "calm piano"), [0.75, 1.5])
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    refused(lambda: hear_words(path, "calm"), "must be a tokenizer")


def test_a_network_that_takes_all_memory_costs_its_process_alone(towered, tmp_path):
    graph = OnnxGraph("hungry", "input_ids", ("n", "tokens"))
    shape = graph.constant(np.array([1, 2**33]))
    graph.add("Expand", graph.constant(np.ones((1, 1), "f4")), shape, output="text_embeds")
    (tmp_path / "text_model.onnx").write_bytes(graph.serialize({"text_embeds": (1, 2**33)}))
    path = towered(more='attention_mask = ""\n')
    refused(
        lambda: hear_words(path, "calm", FileLimits(megabytes=1024)), "more memory than allowed"
    )
