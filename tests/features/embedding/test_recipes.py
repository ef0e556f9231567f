"""Every recipe of the page on ears is fed to a small random network with exactly its signature."""

import re
from dataclasses import fields

import numpy as np
import pytest
import soundfile
from ear_twins import (
    FEATURES,
    PAGE,
    RECIPES,
    SIGNATURES,
    TEXT_SIGNATURES,
    file_of,
    ramp,
    twin,
    write_tower,
)

from songatlas.features.embedding.description import Description, Tags, read_description
from songatlas.features.embedding.extract import extract_embedding, open_session, try_out
from songatlas.features.embedding.front_end import MelFrontEnd, WaveformFrontEnd
from songatlas.features.embedding.protobuf import field
from songatlas.features.embedding.text_tower import TextTower, embed_words

BOOL = 9  # TensorProto.DataType


@pytest.fixture
def described(tmp_path):
    def write(name):
        given, shape, answer = SIGNATURES[name]
        path = tmp_path / f"{name}.toml"
        path.write_text(RECIPES[name], encoding="utf-8")
        output, file = (file_of(RECIPES[name], key) for key in ("output", "file"))
        network = twin(given, shape, answer, output)
        if name == "clap-fused":  # a field of the graph that follows is merged into it
            tensor = field(1, BOOL) + field(2, field(1, field(1, 1)) * 2)
            network += field(7, field(11, field(1, "is_longer") + field(2, field(1, tensor))))
        (tmp_path / file).write_bytes(network)
        if name in TEXT_SIGNATURES:
            inputs, shape = TEXT_SIGNATURES[name]
            text = RECIPES[name].partition("[text]")[2]
            means = np.random.default_rng(5).normal(size=(2, shape[-1]))
            given = dict(zip(("calm", "piano"), means, strict=True))
            write_tower(tmp_path, given, file=file_of(text), inputs=inputs)
        open_session.cache_clear()
        return path

    return write


def test_the_reference_has_every_key_and_no_other():
    text = (PAGE.parents[1] / "reference" / "ears.md").read_text("utf-8")
    keys = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", text, re.M)))
    kinds = (Description, WaveformFrontEnd, MelFrontEnd, Tags, TextTower)
    there = {"kind", *(each.name for kind in kinds for each in fields(kind))}
    assert set(keys) == there - {"sha256", "input", "constants", "tags", "text"}


def test_every_recipe_has_a_twin():
    assert RECIPES.keys() == SIGNATURES.keys()
    assert {name for name, text in RECIPES.items() if "[text]" in text} == TEXT_SIGNATURES.keys()


@pytest.mark.parametrize("name", TEXT_SIGNATURES)
def test_a_recipe_feeds_its_text_tower(name, described):
    """Words between <s> and </s>, which mean nothing, and with a mask that leaves none out."""
    tower = read_description(described(name)).text
    means = np.random.default_rng(5).normal(size=(2, 512))
    np.testing.assert_allclose(embed_words(tower, "Calm piano"), means.sum(0) / 4, rtol=1e-5)
    np.testing.assert_allclose(embed_words(tower, "piano"), means[1] / 3, rtol=1e-5)


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_recipe_feeds_its_network(name, described, tmp_path):
    path = described(name)
    description = read_description(path)
    n_features = SIGNATURES[name][2][-1]
    assert try_out(description) == n_features

    rng = np.random.default_rng(0)
    y = (0.1 * rng.normal(size=11 * description.sr)).astype("f4")  # no whole number of patches
    soundfile.write(tmp_path / "noise.wav", y, description.sr, subtype="FLOAT")
    rows = extract_embedding(tmp_path / "noise.wav", model=str(path), duration=0.0, max_patches=3)
    patches = description.input.patches(y, sr=description.sr, most=3)
    flat = patches.reshape(len(patches), -1).astype("f8")
    numbers = np.stack([flat.mean(1), (flat**2).mean(1), flat.max(1)], axis=1)
    factors = ramp(SIGNATURES[name][2])
    if "layer" in description.output_axes and description.layers:
        factors = factors[list(description.layers)]
    expected = numbers @ FEATURES[:, :n_features] * factors.mean()
    scale = np.abs(numbers).max() * np.abs(factors.mean())
    np.testing.assert_allclose(rows["embedding"].array, expected, rtol=1e-3, atol=1e-4 * scale)
    full = 1 + (
        len(y) // description.input.patch_samples if "patch_samples" in RECIPES[name] else 9
    )
    assert len(patches) == min(3, full)
