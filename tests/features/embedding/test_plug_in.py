"""Any ONNX network with a described input is an embedding."""

import numpy as np
import pytest
import soundfile

from songatlas.errors import AudioError, ModelError
from songatlas.extraction.worker import answer
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.extract import extract_embedding, try_out
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.protobuf import field
from songatlas.features.embedding.session import Session, open_session


@pytest.fixture
def clip(tmp_path, tone):
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone, 16000, subtype="FLOAT")
    return path


def test_every_patch_is_embedded(plugged_in, clip, tone):
    rows = extract_embedding(clip, model=str(plugged_in()), duration=0.0, max_patches=32)
    patches = tone.reshape(11, 1600)
    expected = np.stack([(patches**2).mean(1), patches.max(1)], axis=1)
    np.testing.assert_allclose(rows["embedding"].array, expected, rtol=1e-5)
    np.testing.assert_allclose(rows["tags"].array, expected[:, :1], rtol=1e-5)
    assert rows["embedding"].meta == {"seconds": 1.1}


def test_duration_and_number_of_patches_are_limited(plugged_in, clip):
    model = str(plugged_in())
    whole = extract_embedding(clip, model=model, duration=0.0, max_patches=32)["embedding"]
    half = extract_embedding(clip, model=model, duration=0.5, max_patches=32)["embedding"]
    np.testing.assert_array_equal(half.array, whole.array[:5])
    few = extract_embedding(clip, model=model, duration=0.0, max_patches=3)["embedding"]
    np.testing.assert_array_equal(few.array, whole.array[[0, 5, 10]])


def test_the_worker_answers_with_both_arrays(plugged_in, clip):
    settings = {"model": str(plugged_in()), "duration": 0.0, "max_patches": 32}
    header, payloads = answer({"extractor": "embedding", "source": str(clip), "settings": settings})
    assert header["arrays"] == [
        ("embedding", (11, 2), "<f4", {"seconds": 1.1}),
        ("tags", (11, 1), "<f4", {"seconds": 1.1}),
    ]
    values = np.frombuffer(b"".join(payloads), "<f4")
    np.testing.assert_array_equal(values[22:], values[:22].reshape(11, 2)[:, 0])


def test_infinite_answers_are_refused(plugged_in, clip):
    graph = OnnxGraph("reciprocal", "x", ("n", 1600))
    zero = graph.constant(np.zeros(1, np.float32))
    graph.add("Div", graph.add("Mul", "x", zero), zero, output="embedding")
    path = plugged_in(('\n[tags]\noutput = "tags"\nnames = ["loud"]\n', ""))
    (path.parent / "loudness.onnx").write_bytes(graph.serialize({"embedding": ("n", 1600)}))
    open_session.cache_clear()
    with pytest.raises(AudioError, match="E-NONFINITE"):
        extract_embedding(clip, model=str(path), duration=0.0, max_patches=32)


def test_the_fingerprint_follows_weights_and_settings_and_not_the_place(plugged_in, tmp_path):
    path = plugged_in()
    first = read_description(path)
    assert try_out(first) == 2
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("loudness.toml", "loudness.onnx"):
        (moved / name).write_bytes((tmp_path / name).read_bytes())
    assert read_description(moved / "loudness.toml").fingerprint == first.fingerprint
    other_rate = read_description(plugged_in(("sr = 16000", "sr = 8000")))
    with (moved / "loudness.onnx").open("ab") as file:
        file.write(field(99, 1))  # which no reader knows
    other_weights = read_description(moved / "loudness.toml")
    prints = {first.fingerprint, other_rate.fingerprint, other_weights.fingerprint}
    assert len(prints) == 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "loudness"', 'name = "../loud"', "letters, digits"),
        *(
            ('version = "1"', f"version = {version!r}", "'version' must be letters, digits")
            for version in ("../../../x", "/x", "a\\b", "", "1 0", ".", "é", "1" * 42)
        ),
        ('file = "loudness.onnx"', "", "'file' must name"),
        ('file = "loudness.onnx"', 'file = "no.onnx"', "no.onnx cannot be read"),
        ("sr = 16000", 'sr = "16000"', "'sr' must be of type int"),
        ("sr = 16000", "sr = 0", "'sr' must be at least 1"),
        ("sr = 16000", "", "'sr' is required"),
        ("sr = 16000", "rs = 16000", "'rs' is not a setting"),
        ('kind = "waveform"', 'kind = "wave"', "one of mel, waveform. Got 'wave'"),
        ("patch_samples", "patch_sample", "Did you mean 'patch_samples'"),
        ("[input]", "[[input]]", "'input.kind' must be"),
        ('["loud"]', '[" "]', "'tags.names' must be words"),
        ('["loud"]', r'["l\nud"]', "'tags.names' must be words, each on one line"),
        ("patch_samples = 1600", "patch_samples = 1600\ngain = -1", "'input.gain' must be finite"),
        ("[tags]", "[tag]", "'tag' is not a setting. Did you mean 'tags'"),
        ('version = "1"', "version = ", "cannot be read as TOML"),
        ("sr = 16000", "sr = " + "9" * 5000, "cannot be read as TOML"),
    ],
)
def test_a_mistake_in_the_description_is_named(old, new, message, plugged_in):
    with pytest.raises(ModelError, match=r"loudness\.toml.*" + message.replace(".", r"\.")):
        read_description(plugged_in((old, new)))


def test_a_version_may_have_a_local_part(plugged_in):
    text = 'version = "1.0-rc_1+cpu"'
    assert read_description(plugged_in(('version = "1"', text))).version == "1.0-rc_1+cpu"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hop_length", "hop_lenght", "Did you mean 'hop_length'"),
        ('log = "ln"', 'log = "log2"', "one of log10, ln, dB, none"),
        ("fmax = 8000.0", "fmax = 9000.0", "rise within 0 to half"),
        ("fmin = 0.0", "fmin = 8000", "rise within 0 to half"),
        ("fmin = 0.0", "fmin = nan", "'input.fmin' must be finite, at least 0. Got nan"),
        ('log = "ln"', "top_db = -80.0", "'input.top_db' must be finite, at least 0. Got -80"),
        ('log = "ln"', "gain = 0.0", "'input.gain' must be finite, above 0. Got 0"),
        ('log = "ln"', "power = -1", "'input.power' must be finite, above 0. Got -1"),
        ('log = "ln"', "std = inf", "'input.std' must be one number or 96, above 0"),
    ],
)
def test_mel_settings_are_checked(old, new, message, plugged_in):
    mel = """kind = "mel"
n_fft = 512
hop_length = 256
n_mels = 96
patch_frames = 4
fmin = 0.0
fmax = 8000.0
log = "ln"
"""
    assert old in mel
    given = ('kind = "waveform"\npatch_samples = 1600\n', mel.replace(old, new))
    with pytest.raises(ModelError, match=message):
        read_description(plugged_in(given))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('output = "embedding"', 'output = "embeding"'), "It has embedding, tags"),
        (
            ("patch_samples = 1600", "patch_samples = 800"),
            r"takes 'x' as \(n, 1600\). Got \(1, 800\)",
        ),
        (('["loud"]', '["loud", "soft"]'), "gives 1 tags, and its description names 2"),
    ],
)
def test_a_description_that_does_not_fit_the_network(change, message, plugged_in):
    open_session.cache_clear()
    with pytest.raises(ModelError, match=message):
        try_out(read_description(plugged_in(change)))


def test_what_is_no_network_is_refused():
    with pytest.raises(ModelError, match="cannot be loaded as an ONNX network"):
        Session(b"not a network", "it")


def test_without_the_extra_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr("songatlas.features.embedding.session.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="python -m pip install onnxruntime"):
        Session(b"", "it")
