"""The documentation builds, is complete, and says nothing that the code does not do."""

import contextlib
import csv
import importlib.util
import io
import itertools
import json
import pydoc
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from commands import commands
from fast_settings import FAST
from test_architecture import FLOORS

import songatlas
from songatlas import errors
from songatlas.clustering import CLUSTERERS
from songatlas.clustering.tree import Sizes
from songatlas.config import PRESETS, load_config
from songatlas.config.stages import InputConfig
from songatlas.config.views import VIEWS
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.internal import INTERNAL
from songatlas.evaluation.silhouette import MAX_COMPARED, MAX_EXACT, SAMPLE
from songatlas.evaluation.trust import (
    balance,
    collapse,
    core,
    labelled,
    separation,
    stability,
    valleys,
)
from songatlas.evaluation.trust.verdict import CHECKS
from songatlas.extraction.worker import EXTRACTORS
from songatlas.features.audio.descriptors import DESCRIPTORS
from songatlas.features.audio.windows import statistics_names
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.inputs import AUDIO_INPUTS
from songatlas.features.text.encoders import TEXT_ENCODERS
from songatlas.features.text.tokens import TOKENIZERS
from songatlas.library.columns import SYNONYMS
from songatlas.listening.formats import FORMATS
from songatlas.models import MODELS
from songatlas.models.original_vae import OriginalVAE
from songatlas.models.spaces import SPACES
from songatlas.models.track_vae import TrackVAE
from songatlas.players.address import SCHEMES
from songatlas.projection import PROJECTIONS
from songatlas.report.files import describe_files
from songatlas.report.pictures import PICTURES
from songatlas.stages.prepare import MIN_TRACKS
from songatlas.types import Skip
from songatlas.types.flaws import FLAWS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LOOSE_PAGES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def table_under(text: str, heading: str) -> list[list[str]]:
    """Cells of the rows of all tables from `heading` to the next section."""
    section = text.split(heading, 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


# ---- it builds, with everything in it


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the built pages; skips where Sphinx and its extensions are not installed."""
    for module in ("sphinx", "myst_parser", "numpydoc"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed; pip install --group docs")
    out = tmp_path_factory.mktemp("docs")
    options = ["-q", "-W", "--keep-going", "-b", "html", "-d", out / "trees"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *map(str, [*options, DOCS, out / "html"])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return out / "html"


def test_every_command_and_option_is_documented(built: Path) -> None:
    text = (built / "reference" / "cli.html").read_text(encoding="utf-8")
    for name, command in commands():
        identifier = name.replace(" ", "-")
        start = text.find(f'<section id="{identifier}"')
        assert start >= 0, f"{name} has no section"
        section = text[start : text.find("<section id=", start + 1)]
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert option in section, f"{option} of {name}"
                assert parameter.help, f"{option} of {name} has no help"
        assert "Example" in (command.epilog or ""), f"{name} has no example"


def test_every_public_name_is_in_the_reference(built: Path) -> None:
    text = (built / "reference" / "api.html").read_text(encoding="utf-8")
    source = page("reference/api.md")
    for name in songatlas.__all__:
        if name == "__version__":
            assert "`songatlas.__version__`" in source
        else:
            assert f'id="songatlas.{name}"' in text, name


def test_every_stage_has_its_settings_in_the_reference() -> None:
    stages = [name for name, value in vars(load_config()).items() if is_dataclass(value)]
    shown = re.findall(r"^```\{settings\} (\w+)$", page("reference/config.md"), re.MULTILINE)
    assert shown == ["top", *stages]


def test_every_preset_value_is_in_the_built_settings(built: Path) -> None:
    text = (built / "reference" / "config.html").read_text(encoding="utf-8")
    plain = re.sub(r"<[^>]+>", " ", text)
    for words in ("window_frames 128 128", "max_features 20000 500", "k_min 2 3"):
        assert words in " ".join(plain.split())


def test_pages_need_no_network(built: Path) -> None:
    for path in built.rglob("*.html"):
        loaded = re.findall(r'(?:src|<link[^>]* href)="(https?:[^"]*)"', path.read_text("utf-8"))
        assert not loaded, path.name


# ---- the pages that are written by hand say what the code says


def test_skip_codes_are_exactly_those_of_the_source() -> None:
    package = Path(songatlas.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    listed = [row[0] for row in table_under(page("reference/skip-codes.md"), "# Skip codes")]
    documented = [code for cell in listed for code in in_code(cell)]
    assert documented == sorted(set(re.findall(r"\bE-[A-Z]+\b", source)))
    assert '"DUPLICATE"' in source
    assert "`DUPLICATE`" in page("reference/skip-codes.md")


def test_results_folder_lists_every_file_and_every_column(finished: songatlas.RunResult) -> None:
    text = page("reference/results-folder.md")

    def names(heading: str) -> list[str]:
        return [name for row in table_under(text, heading) for name in in_code(row[0])]

    assert set(names("## Files")) == set(describe_files())
    rows_and_columns = names("## `clustering_metrics.csv`")
    methods = [name for name in rows_and_columns if " + " in name]
    assert [name for name in rows_and_columns if name not in methods] == sorted(
        finished.evaluations[0].row(), key=rows_and_columns.index
    )
    assert {f"VAE + {name}" for name in CLUSTERERS} < {it.method for it in finished.clusterings}
    assert {it.method for it in finished.clusterings} <= set(methods)
    assert names("## `skipped.csv`") == list(Skip.__dataclass_fields__)


def test_every_column_of_the_training_history_is_documented(finished: songatlas.RunResult) -> None:
    rows = table_under(page("reference/results-folder.md"), "## `training_history.csv`")
    told = {name for row in rows for name in in_code(row[0])}
    with (finished.out / "training_history.csv").open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    assert {"percussion", "val_harmony"} < set(header)
    assert set(header) <= told
    further = {"embedding", "r2_embedding", "val_embedding"}  # with an ear
    assert told - set(header) == {*further, "val_kl"}


def test_columns_of_a_metadata_table_are_those_that_are_recognised() -> None:
    rows = table_under(page("howto/own-library.md"), "### Columns")[2:]
    assert {in_code(row[0])[0]: tuple(in_code(row[1])) for row in rows} == SYNONYMS


def test_every_descriptor_is_documented() -> None:
    rows = table_under(page("explanation/words.md"), "## The sound")[2:]
    assert [row[:2] for row in rows] == [
        [f"`{it.name}`" + (f" ({it.unit})" if it.unit else ""), f"{it.high}, {it.low}"]
        for it in DESCRIPTORS
    ]
    columns = table_under(page("reference/results-folder.md"), "## `descriptors.csv`")
    assert {it.name for it in DESCRIPTORS} < {name for row in columns for name in in_code(row[0])}


def test_exit_codes() -> None:
    rows = table_under(page("reference/cli.md"), "## Exit codes")[2:]
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert {int(row[0]) for row in rows} == codes


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("MODELS", MODELS),
        ("SPACES", SPACES),
        ("AUDIO_INPUTS", AUDIO_INPUTS),
        ("EMBEDDINGS", EMBEDDINGS),
        ("EXTRACTORS", EXTRACTORS),
        ("TEXT_ENCODERS", TEXT_ENCODERS),
        ("TOKENIZERS", TOKENIZERS),
        ("CLUSTERERS", CLUSTERERS),
        ("INTERNAL", INTERNAL),
        ("EXTERNAL", EXTERNAL),
        ("CHECKS", CHECKS),
        ("FLAWS", FLAWS),
        ("DESCRIPTORS", [it.name for it in DESCRIPTORS]),
        ("PROJECTIONS", PROJECTIONS),
        ("PICTURES", PICTURES),
        ("PRESETS", PRESETS),
        ("FORMATS", FORMATS),
        ("SCHEMES", SCHEMES),
    ],
)
def test_development_names_the_rows_of_every_table(table: str, rows: Collection[str]) -> None:
    lines = table_under(page("development.md"), "## Every table")
    (cells,) = [cells for cells in lines if len(cells) == 4 and f"`{table}`" in cells[2]]
    assert in_code(cells[3]) == list(rows)


def test_development_shows_every_room_on_its_floor() -> None:
    floors = [set(in_code(row[1])) for row in table_under(page("development.md"), "# Working")[2:]]
    *ground, methods, first, second, third, fourth, fifth, sixth, roof = FLOORS
    assert floors == [
        *(roof, sixth, fifth, fourth, third, second, first, methods),
        set.union(*ground),
    ]


def test_development_names_what_is_there() -> None:
    text = page("development.md")
    sketches = set(re.findall(r"`(\S+)`,\n\n```python", text))
    package = Path(songatlas.__file__).parent
    source = "".join(
        path.read_text("utf-8") for path in [*package.rglob("*.py"), *package.rglob("*.toml")]
    )
    for code in {*in_code(FENCE.sub("", text))} - sketches:
        if "/" in code and re.search(r"\.(py|toml)$", code) and "NAME" not in code:
            assert any((folder / code).exists() for folder in (package, package.parent, ROOT)), code
        elif re.fullmatch(r"[A-Z_]{4,}|[A-Z][a-z]+\w+|\w+_\w+", code) and "NAME" not in code:
            assert re.search(rf"\b{code}\b", source), code


def test_every_model_has_a_page() -> None:
    for name in MODELS:
        pages = [path for path in (DOCS / "explanation").glob("*.md") if name in path.read_text()]
        assert pages, name
    headings = re.findall(r"^## (.*)$", page("explanation/track-vae.md"), re.MULTILINE)
    assert headings == [
        "Preliminaries",
        "Generative process",
        "Symbols and code",
        "Inference",
        "Tasks",
        "Limitations",
        "References",
    ]


def test_numbers_that_pages_state() -> None:
    told = {name: len(names) for name, names in statistics_names(InputConfig()).items()}
    default = TrackVAE({name: (1, n) for name, n in {**told, "text": 64}.items()})
    shapes = {"audio": (130, 39), "text": (1, 64)}
    original, text_alone = OriginalVAE(shapes), OriginalVAE({"text": (1, 64)})
    sizes = Sizes()
    few = next(n for n in range(1, 999) if sizes.fitted(n) == sizes)
    small = sizes.fitted(few // 2)
    quarter = next(n for n in range(few) if sizes.fitted(n).leaf_max > small.leaf_max)
    stated = {
        "explanation/track-vae.md": (
            *(f"{n} numbers" for n in told.values()),
            " + ".join(map(str, told.values())),
            f"{default.n_parameters:,} parameters",
        ),
        "explanation/original.md": (
            f"{original.n_parameters:,} parameters",
            f"**{original.effective_beta(1.0):.1f}**",
            f"**{text_alone.effective_beta(1.0):.0f}**",
        ),
        "explanation/judging.md": (
            f"{load_config().evaluation.n_permutations} times",
            f"{load_config().evaluation.n_bootstrap} resamples",
        ),
        "explanation/trust.md": (
            f"without the {core.EXTREME_SHARE:.0%}".replace("%", " %"),
            f"carry {collapse.INFORMATIVE_NATS} nats",
            f"one cluster has {balance.GIANT_SHARE:.0%}".replace("%", " %"),
            f"AMI ≥ {labelled.LABELS_AMI} at p ≤ {labelled.LABELS_P}",
            f"ARI < {stability.NO_STABILITY}",
            f"ARI < {stability.GOOD_STABILITY}",
            f"more than {valleys.NO_VALLEY} times as dense",
            f"more than {valleys.PLAIN} times as dense",
            f"on {separation.N_DRAWS} collections",
        ),
        "explanation/tree.md": (
            f"into {sizes.children_min} to {sizes.children_max} parts",
            f"lists of {sizes.leaf_min} to {sizes.leaf_max} tracks",
            f"fewer than {few} tracks has shorter lists",
            f"of {small.leaf_min} to {small.leaf_max} tracks, with {quarter} tracks or more",
        ),
        "howto/own-library.md": (f"At least {MIN_TRACKS}\nusable",),
        "reference/results-folder.md": (
            f"Above {MAX_EXACT:,} tracks it is a sample: {SAMPLE:,} evenly",
            f"above {MAX_COMPARED:,} tracks with {MAX_COMPARED:,}, evenly spaced",
        ),
        "explanation/scale.md": (
            f"| {MAX_EXACT + 1:,} | Silhouettes are the mean over {SAMPLE:,} evenly",
            f"| {MAX_COMPARED + 1:,} | Silhouettes compare the {SAMPLE:,} tracks with",
        ),
    }
    for name, sentences in stated.items():
        for sentence in sentences:
            assert sentence in page(name), f"{name}: {sentence}"


def test_every_field_of_the_files_of_json_and_of_the_model_is_documented(
    finished: songatlas.RunResult,
) -> None:
    def section(heading: str) -> set[str]:
        text = page("reference/results-folder.md").split(heading)[1]
        return set(in_code(text.split("\n## ")[0]))

    def written(name: str) -> dict[str, Any]:
        record = json.loads((finished.out / name).read_text(encoding="utf-8"))
        assert isinstance(record, dict)
        return record

    in_words, of_tree = section("## `clusters.json` and `reasons.csv`"), section("## `tree.json`")
    clusters, nodes = written("clusters.json"), written("tree.json")["nodes"]
    with (finished.out / "reasons.csv").open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    assert {*clusters, *clusters["clusters"][0], *header} <= in_words
    assert {key for node in nodes for key in (*node, *node["evidence"])} <= of_tree
    assert {"name", "version", "sha256", "fingerprint", "text"} <= section("## `run.json`")
    assert {*written("run.json")} <= section("## `run.json`")
    trust = written("trust.json")
    told = {*trust, *trust["findings"][0], *trust["numbers_of_clusters"][0]}
    assert told <= section("## `trust.json`")
    saved = torch.load(finished.out / "best_model.pth", weights_only=True)
    assert {*saved, *saved["model"], *saved["clusters"], *saved["space"], *saved["training"]} <= (
        section("## The model files")
    )


def test_the_vocabulary_says_which_key_is_which_sense() -> None:
    rows = table_under(page("reference/vocabulary.md"), "## Two senses")[2:]
    sound, lyrics, both = [[in_code(cell) for cell in row] for row in rows]
    assert [row[0] for row in rows] == ["sound", "lyrics", "both"]
    (heard,), (read,), (joint,) = sound[2], lyrics[2], both[2]
    assert (*sound[1], *lyrics[1]) == VIEWS[joint]
    assert (tuple(sound[1]), tuple(lyrics[1])) == (VIEWS[heard], VIEWS[read])


def test_one_thing_has_one_name_wherever_a_person_reads() -> None:
    page_of_the_map = Path(songatlas.__file__).parent / "listening" / "page"
    texts = {path.name: path.read_text(encoding="utf-8") for path in page_of_the_map.glob("*.js")}
    texts |= {path.name: path.read_text("utf-8") for path in [ROOT / "README.md", *PAGES]}
    texts |= {"the report": "; ".join(describe_files().values())}
    for name, command in commands():
        helps = [getattr(parameter, "help", None) or "" for parameter in command.params]
        texts[name] = " ".join([command.help or "", *helps])
    other = r"sound(,| and|:) words|words alone|audio alone|audio only|dask cluster|of machines"
    wrong = {name: found[0] for name, text in texts.items() if (found := re.search(other, text))}
    assert not wrong


# ---- what a reader would copy works


def written_commands() -> Iterator[tuple[str, str]]:
    """(page, command) of everything that begins with ``songatlas``, in blocks and in sentences."""
    for path in [*LOOSE_PAGES, *PAGES]:
        text = path.read_text(encoding="utf-8")
        lines = [line for _, block in FENCE.findall(text) for line in _joined(block)]
        lines += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
        for line in lines:
            for part in re.split(r"&&|\|\||[;|]\s", line.removeprefix("$ ")):
                if part.strip().startswith("songatlas "):
                    yield path.name, part.strip()


def _joined(block: str) -> list[str]:
    return block.replace("\\\n", " ").splitlines()


def test_written_commands_exist_with_all_their_options() -> None:
    known = dict(commands())
    found = list(written_commands())
    assert len(found) > 15
    for where, line in found:
        words = shlex.split(re.sub(r"[\[\]…]", " ", line), comments=True)
        name = words.pop(0)
        while words and f"{name} {words[0]}" in known:
            name = f"{name} {words.pop(0)}"
        options = {option for parameter in known[name].params for option in parameter.opts}
        options |= {"--help", "-h"}
        has_children = bool(getattr(known[name], "commands", {}))
        assert not (has_children and words and words[0][0] != "-"), f"{where}: {line}"
        used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used <= options, f"{where}: {line}: {used - options}"
        for option, value in itertools.pairwise(words):
            if option == "--preset":
                assert set(value.split("|")) <= set(PRESETS), f"{where}: {line}"
            if option == "--set" and value != "KEY=VALUE":
                stage, key = value.split("=")[0].split(".")
                assert hasattr(getattr(load_config(), stage), key), f"{where}: {line}"


def blocks(language: str) -> list[tuple[str, str]]:
    found = []
    for path in [*LOOSE_PAGES, *PAGES]:
        text = path.read_text(encoding="utf-8")
        found += [(path.name, body) for name, body in FENCE.findall(text) if name == language]
    return found


def test_settings_that_pages_show_are_settings() -> None:
    shown = blocks("toml")
    assert shown
    for _, body in shown:
        table = tomllib.loads(body)
        load_config(preset=table.pop("preset", None), overrides=table)


def test_python_that_pages_show_compiles() -> None:
    shown = blocks("python")
    assert shown
    for where, body in shown:
        compile(body, where, "exec")


@pytest.fixture(scope="module")
def shown(
    finished: songatlas.RunResult,
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What the examples of the page on Python leave behind, run in their order on a few tracks."""
    folder = tmp_path_factory.mktemp("python")
    (folder / "Music").mkdir()
    with (folder / "songs.csv").open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["file", "genre", "lyrics"])  # all that says anything of the words
        for i, track in enumerate(finished.tracks):
            sound, rate = soundfile.read(track.source)
            soundfile.write(folder / "Music" / f"{i}.flac", sound, rate)
            rows.writerow([f"{i}.flac", "ab"[i % 2], track.lyrics])
    noise = np.random.default_rng(0).normal(0, 0.1, 3 * 22050)
    soundfile.write(folder / "new.flac", noise, 22050)
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as said:
        patch.chdir(folder)
        patch.setenv("SONGATLAS_CACHE", str(cache))
        patch.setattr("songatlas.config.load.PRESETS", {**PRESETS, "default": tomllib.loads(FAST)})
        for body in code_of(page("howto/python.md")):
            exec(body, names)
    names["said"] = said.getvalue()
    return names


def code_of(text: str) -> list[str]:
    return [body for name, body in FENCE.findall(text) if name == "python"]


@pytest.mark.battery
def test_the_page_on_python_does_what_it_says(shown: dict[str, Any]) -> None:
    assert (shown["result"].n_clusters, shown["result"].config.model.n_latent) == (8, 16)
    assert len(shown["latents"]) == 24
    assert shown["atlas"].folder.name == "results"
    assert shown["found"].mean.shape == (1, shown["latents"].shape[1])
    assert np.abs(shown["found"].mean).max() > 0
    assert shown["places"].coordinates.shape[0] == 24
    assert np.isfinite(shown["places"].coordinates).all()
    assert list(shown["saved"]["inputs"]) == list(shown["trained"].inputs)
    assert "VAE + K-Means" in shown["said"]


FILE = re.compile(r"\.(csv|flac|h|html|json|journal|lrc|m3u8|md|npy|png|pth|py|toml|txt|wav|xspf)$")


def named_attributes() -> list[tuple[str, str]]:
    """(page, expression) of inline code like ``result.view.maps["tsne"]`` and ``log_noise[m]``."""
    chain = re.compile(r"[a-z_]\w*(\.\w+|\[[^\]]+\])+")
    texts = {
        path.name: FENCE.sub("", path.read_text(encoding="utf-8"))
        for path in [*LOOSE_PAGES, *PAGES]
        if path.name != "CHANGELOG.md"  # of other times
    }
    return [
        (name, code)
        for name, text in texts.items()
        for code in in_code(text)
        if chain.fullmatch(code) and not FILE.search(code)
    ]


@pytest.mark.battery
def test_attributes_that_pages_name_are_there(shown: dict[str, Any]) -> None:
    result = shown["result"]
    network, features = result.placement.network, result.prepared.inputs.features
    some = {"i": 0, "m": "audio"}  # a track, a modality
    worlds: list[dict[str, Any]] = [
        vars(load_config()),  # the stages' settings
        {**shown, **some},
        {**vars(network), **dict(network.named_children()), "log_noise": network.log_noise, **some},
        {
            "batch": result.placement.data,
            "observations": features.modalities["audio"],
            "config": load_config(),
            "songatlas": songatlas,
            **some,
        },
    ]
    named = named_attributes()
    assert len(named) > 40
    assert not [it for it in named if not any(resolves(it[1], names) for names in worlds)]


def resolves(code: str, names: dict[str, Any]) -> bool:
    """Whether `code`, or the module that it names, is there."""
    try:
        eval(code, {}, names)
    except (AttributeError, LookupError, NameError, TypeError):
        return code.startswith("songatlas.") and pydoc.locate(code) is not None
    return True


@pytest.mark.parametrize("path", LOOSE_PAGES, ids=lambda path: path.name)
def test_links_outside_the_built_pages_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", FENCE.sub("", path.read_text(encoding="utf-8")))
    missing = [t for t in targets if "://" not in t and not (path.parent / t).exists()]
    assert not missing


def anchors(path: Path) -> set[str]:
    """What a page can be linked at by whoever reads the file alone: its headings."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


MADE = {"config.md"}  # of these pages Sphinx makes the headings


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_have_a_text_and_lead_somewhere_without_sphinx_too(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    assert "[](" not in text
    for file, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        target = path.parent / file if file else path
        assert target.exists(), file
        if anchor and target.name not in MADE:
            assert anchor in anchors(target), f"{file}#{anchor}"


def test_the_first_page_lists_what_its_contents_are_made_of() -> None:
    text = page("index.md")
    listed = re.findall(r"^- \[(.+)\]\((.+)\.md\)$", text, re.MULTILINE)
    trees = re.findall(r"^```\{toctree\}\n.*?\n\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [name for _, name in listed] == "".join(trees).split()
    for title, name in listed:
        assert page(f"{name}.md").startswith(f"# {title}\n"), name


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == songatlas.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {songatlas.__version__}\n" in citation
    assert f"## [{songatlas.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_versions_of_python_are_the_same_everywhere() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = [int(minor) for minor in re.findall(r'Python :: 3\.(\d+)"', text)]
    first, last = listed[0], listed[-1]
    assert listed == [*range(first, last + 1)]
    tables = tomllib.loads(text)
    assert tables["project"]["requires-python"] == f">=3.{first},<3.{last + 1}"
    assert tables["tool"]["cibuildwheel"]["build"] == [f"cp3{minor}-*" for minor in listed]
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert "python: [{}]".format(", ".join(f'"3.{minor}"' for minor in listed)) in workflow
    for name in ("README.md", "CONTRIBUTING.md"):
        assert f"Python 3.{first} to 3.{last}" in (ROOT / name).read_text(encoding="utf-8")
