"""Random networks with the signatures of published ears, and the recipes of the page on ears."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.protobuf import field

PAGE = Path(__file__).parents[1] / "docs" / "howto" / "ears.md"
RECIPES = {
    re.search(r'^name = "(.*)"', text)[1]: text
    for text in re.findall(r"^```text\n(name = .*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
}
# Recipe -> its input, the axes of its input and of its output, as published; the last is features.
SIGNATURES = {
    "clap": ("input_features", ("n", 1, 1001, 64), (1, 512)),
    "clap-fused": ("input_features", ("n", 4, 1001, 64), (1, 512)),
    "mert": ("waveform", (1, 120000), (13, 1, 374, 768)),
    "muq": ("waveform", (1, 240000), (13, 1, 250, 1024)),
    "muq-mulan": ("waveform", (1, 240000), (1, 512)),
    "musicfm": ("waveform", (1, 720000), (1, 750, 1024)),
    "omar-rq": ("waveform", (1, 240000), (1, 1, 250, 1024)),
    "discogs-effnet": ("melspectrogram", ("n", 128, 96), (1, 1280)),
    "openl3": ("melspectrogram", ("n", 128, 199, 1), (1, 512)),
    "vggish": ("x", (1, 1, 96, 64), (1, 128)),
    "yamnet": ("waveform", ("n",), (5, 1024)),
    "yamnet-mel": ("audio", ("n", 1, 96, 64), (1, 1024)),
    "panns": ("waveform", ("n", 320000), (1, 2048)),
    "panns-logmel": ("x", ("n", 1, 1001, 64), (1, 2048)),
}
# Recipe -> the inputs of its text tower, and the axes of its output.
TEXT_SIGNATURES = {
    "clap": (("input_ids", "attention_mask"), (1, 512)),
    "muq-mulan": (("input_ids", "attention_mask"), (1, 512)),
}
FEATURES = np.random.default_rng(3).normal(size=(3, 2048)).astype("f4")
SPECIAL = ("<s>", "</s>", "<pad>", "<unk>")
INT64 = 7  # TensorProto.DataType


def ramp(shape):
    """A factor for every place of an output, the same for all features."""
    return np.random.default_rng(4).normal(size=(*shape[:-1], 1)).astype("f4")


def twin(name, given, answer, output):
    """Mean, peak and power of the patch, mixed into features, and other ones at every place."""
    graph = OnnxGraph("twin", name, given)
    flat = graph.add("Reshape", name, graph.constant(np.array([1, -1])))
    power = graph.add("Mul", flat, flat)
    numbers = [graph.add("ReduceMean", x, axes=[1], keepdims=1) for x in (flat, power)]
    numbers.append(graph.add("ReduceMax", flat, axes=[1], keepdims=1))
    mixed = graph.constant(FEATURES[:, : answer[-1]].copy())
    vector = graph.add("MatMul", graph.add("Concat", *numbers, axis=1), mixed)
    graph.add("Mul", vector, graph.constant(ramp(answer)), output=output)
    return graph.serialize({output: answer})


def file_of(recipe: str, key: str = "file") -> str:
    """Name of a recipe's network, its text tower's with ``[text]`` before the key."""
    return re.search(rf'^{key} = "(.*)"', recipe, re.M)[1]


def text_twin(
    table: np.ndarray, output: str = "text_embeds", inputs: Sequence[str] = ("input_ids", "")
) -> bytes:
    """A network of two integer inputs that gives the mean of the rows of the tokens with a mask."""
    ids, mask = inputs
    graph = OnnxGraph("words", ids, ("n", "tokens"))
    graph._input = _integers(ids, ("n", "tokens"))
    rows = graph.add("Gather", graph.constant(table.astype("f4")), ids, axis=0)
    if mask:
        counted = graph.add("Cast", mask, to=1)
        weights = graph.add("Unsqueeze", counted, graph.constant(np.array([2])))
        total = graph.add(
            "ReduceSum",
            graph.add("Mul", rows, weights),
            graph.constant(np.array([1])),
            keepdims=0,
        )
        n_tokens = graph.add("ReduceSum", counted, graph.constant(np.array([1])), keepdims=1)
        graph.add("Div", total, n_tokens, output=output)
    else:
        graph.add("ReduceMean", rows, axes=[1], keepdims=0, output=output)
    network = graph.serialize({output: (1, table.shape[1])})
    # a field of the graph that follows is merged into it
    return network + (field(7, field(11, _integers(mask, ("n", "tokens")))) if mask else b"")


def write_tokenizer(path: Path, words: Sequence[str]) -> list[str]:
    """A tokenizer of whole words, in lower case, between <s> and </s>; returns its vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = [*SPECIAL, *words]
    ids = {word: number for number, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(vocab=ids, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    tokenizer.save(str(path))
    return vocabulary


def write_tower(
    folder: Path,
    meanings: Mapping[str, np.ndarray],
    *,
    file: str = "text_model.onnx",
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
) -> None:
    """A text tower for which every word means a vector, and all others nothing."""
    vocabulary = write_tokenizer(folder / "tokenizer.json", [*meanings])
    size = len(next(iter(meanings.values())))
    rows = [meanings.get(word, np.zeros(size)) for word in vocabulary]
    (folder / file).write_bytes(text_twin(np.stack(rows), inputs=inputs))


def _integers(name: str, shape: Sequence[int | str]) -> bytes:
    """A ValueInfoProto of int64."""
    sizes = b"".join(field(1, field(1 if isinstance(size, int) else 2, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, INT64) + field(2, sizes)))
