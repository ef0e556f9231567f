"""Which modalities are made of frames, and how a model that knew fewer goes on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from songatlas.config import load_config
from songatlas.features.inputs import Extracted, apply_inputs, build_inputs
from songatlas.features.whitening import Whitening
from songatlas.types import Track
from songatlas.types.senses import FROM_FRAMES

WIDTHS = {"audio": slice(0, 293), "percussion": slice(293, 341), "harmony": slice(341, 376)}


@pytest.fixture
def extracted():
    rng = np.random.default_rng(0)
    tracks = tuple(
        Track(path=f"{i}.wav", source=Path(f"{i}.wav"), content_hash=str(i)) for i in range(12)
    )
    frames = [rng.normal(size=(4 + i % 3, 376)).astype(np.float32) for i in range(12)]
    return Extracted(tracks=tracks, frames=frames)


def test_each_is_whitened_alone(extracted):
    inputs = build_inputs(extracted, load_config())
    assert tuple(inputs.features.modalities) == tuple(inputs.state) == FROM_FRAMES
    for name, columns in WIDTHS.items():
        frames = [x[:, columns] for x in extracted.frames]
        expected = Whitening.fit(frames)
        np.testing.assert_array_equal(
            inputs.features.modalities[name].values, expected.transform(frames).values
        )
        np.testing.assert_array_equal(inputs.blocks[name], expected.flat(frames))
    again = apply_inputs(inputs.state, extracted, load_config())
    for name, observations in again.modalities.items():
        np.testing.assert_array_equal(observations.values, inputs.features.modalities[name].values)


def test_a_trained_layer_is_whitened_by_a_quarter(extracted):
    rng = np.random.default_rng(1)
    mixing = rng.normal(size=(5, 5))
    patches = [rng.normal(size=5) + rng.normal(size=(1 + i % 4, 5)) @ mixing for i in range(12)]
    heard = dataclasses.replace(extracted, embeddings=patches)
    inputs = build_inputs(heard, load_config())
    found, whitener = inputs.features.modalities["embedding"], inputs.state["embedding"]["whitener"]
    everything = np.concatenate(patches)
    standardised = (everything - everything.mean(axis=0)) / everything.std(axis=0)
    values = found.values[found.mask]
    np.testing.assert_allclose(values, standardised @ whitener, rtol=1e-5, atol=1e-6)
    inverse_root = Whitening.fit(patches).whitener
    np.testing.assert_allclose(np.linalg.matrix_power(whitener, 4), inverse_root, rtol=1e-6)


def test_a_model_that_knew_one_hears_one(extracted):
    state = build_inputs(extracted, load_config()).state
    heard = apply_inputs({"audio": state["audio"]}, extracted, load_config())
    assert {name: x.values.shape[2] for name, x in heard.modalities.items()} == {"audio": 293}


@pytest.mark.parametrize("left_out", ["percussion", "harmony"])
def test_what_is_switched_off_is_no_modality(extracted, left_out):
    config = load_config(overrides={"input": {left_out: False}})
    n_columns = 376 - {"percussion": 48, "harmony": 35}[left_out]
    fewer = Extracted(tracks=extracted.tracks, frames=[x[:, :n_columns] for x in extracted.frames])
    assert set(build_inputs(fewer, config).state) == {*FROM_FRAMES} - {left_out}


def test_the_original_sees_its_opening_alone(extracted):
    config = load_config(preset="original")
    opening = [np.ones((130, 39), np.float32) * i for i in range(12)]
    inputs = build_inputs(Extracted(tracks=extracted.tracks, frames=opening), config)
    assert {name: x.values.shape for name, x in inputs.features.modalities.items()} == {
        "audio": (12, 130, 39)
    }
