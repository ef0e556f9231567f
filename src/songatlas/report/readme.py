"""``README.md`` of a results folder: verdict first, numbers read back from the CSV files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from songatlas.config.views import describe
from songatlas.numerals import number, percent
from songatlas.report.files import describe_files
from songatlas.report.markdown import code, escape, table
from songatlas.report.regions import regions
from songatlas.report.verdict import checks, verdict
from songatlas.results.descriptions import cluster_rows
from songatlas.results.metrics import read_metrics
from songatlas.stages.prepare import Prepared
from songatlas.stages.result import RunResult
from songatlas.store.atomic import write_text
from songatlas.types.tree import Tree
from songatlas.version import __version__

_MOST_NOTES, _MOST_NAMES = 20, 12


def write_readme(result: RunResult, *, written: Sequence[str], left_out: Sequence[str]) -> None:
    """Write ``README.md`` for the files of `result` that are in its folder already.

    Parameters
    ----------
    written
        Files of the run, relative to its folder.
    left_out
        Files that this run could not make, for want of labels or of a modality.
    """
    metrics, config = read_metrics(result.out), result.config
    notes = (*result.prepared.notes, *result.selection.notes)
    sections = [
        "# Results of songatlas",
        escape(result.opening),
        verdict(result.trust, len(result.tracks)),
        *(["## Regions", found] if (found := regions(result.tree, config.tree.detail)) else []),
        "## Summary",
        _summary(result),
        "## Clusters",
        _clusters(cluster_rows(result.clusters)),
        "## Clusterings and baselines",
        _metrics(metrics),
        _reading(metrics, result.prepared),
        "## What the verdict rests on",
        checks(result.trust),
        "## Files",
        _files(written, left_out),
    ]
    if notes:
        sections += ["## Notes", _notes(notes)]
    write_text(result.out / "README.md", "\n\n".join(sections) + "\n")


def with_clusters(readme: str, clusters: Sequence[tuple[str, int, str]]) -> str:
    r"""A ``README.md`` of a run with another table of clusters: name, size and reason of each.

    It stays as it is where somebody has taken that section out.

    Examples
    --------
    >>> text = "# Results\n\n## Clusters\n\nold\n\n## Files\n"
    >>> print(with_clusters(text, [("Calm", 3, "Slow.")]))
    # Results
    <BLANKLINE>
    ## Clusters
    <BLANKLINE>
    | Cluster | Name | Tracks | What sets it apart, beyond chance |
    | --- | --- | ---: | --- |
    | 0 | Calm | 3 | Slow. |
    <BLANKLINE>
    ## Files
    <BLANKLINE>
    """
    return _with_section(readme, "Clusters", _clusters(clusters))


def with_regions(readme: str, tree: Tree, detail: str) -> str:
    """A ``README.md`` of a run with another list of regions; as it is without that section."""
    return _with_section(readme, "Regions", regions(tree, detail))


def renamed(readme: str, opening: str, now: str, tree: Tree, detail: str) -> str:
    """A ``README.md`` of a run with other first sentences, `now`, and other names of regions."""
    return with_regions(readme.replace(escape(opening), escape(now), 1), tree, detail)


def _with_section(readme: str, title: str, text: str) -> str:
    before, heading, rest = readme.partition(f"\n## {title}\n")
    _, following, after = rest.partition("\n## ")
    return f"{before}{heading}\n{text}\n{following}{after}" if heading else readme


def _clusters(clusters: Sequence[tuple[str, int, str]]) -> str:
    rows = [
        (f"{number}", escape(name), f"{size:,}", escape(reason))
        for number, (name, size, reason) in enumerate(clusters)
    ]
    header = ("Cluster", "Name", "Tracks", "What sets it apart, beyond chance")
    return table(header, rows, numbers=(2,))


def _summary(result: RunResult) -> str:
    fit, network = result.model.fit, result.placement.network
    config, choice, ks = result.config, result.choice, result.selection.ks
    chosen = f"of K = {ks[0]}…{ks[-1]} by {choice.chosen_by}"
    terms = fit.history[0].keys()
    kind = "held-out" if "val_loss" in terms else "training"
    if "val_loss" in terms and "kl" in terms and "val_kl" not in terms:
        kind += ", without KL"
    epoch = f"epoch {fit.best_epoch} of {len(fit.history)}"
    beta = config.training.beta
    rows = [
        ("Dataset", _dataset(result.prepared)),
        ("Features", "; ".join(_inputs(result.prepared))),
        ("View", _view(result)),
        ("Latent dimensions", str(network.n_latent)),
        ("Optimal K", f"{choice.k} ({'given' if choice.chosen_by == 'given' else chosen})"),
        ("Best loss", f"{number(fit.best_loss)} ({kind}, {epoch})"),
        ("Model parameters", f"{network.n_parameters:,} (`{config.model.name}`)"),
        ("β, effective β", f"{number(beta)}, {number(network.effective_beta(beta))}"),
        ("Preset, seed", f"`{config.preset}`, {config.seed} (songatlas {__version__})"),
    ]
    return table(("", ""), rows)


def _dataset(prepared: Prepared) -> str:
    library, labels = prepared.library, prepared.labels
    n_copies = sum(skip.code == "DUPLICATE" for skip in library.skipped)
    n_with_lyrics = sum(bool(track.lyrics) for track in library.tracks)
    labelled = f"{labels.n_labelled:,} with {escape(prepared.config.evaluation.label_column)}"
    if labels.names:
        names = ", ".join(escape(name) for name in labels.names[:_MOST_NAMES])
        n_more = len(labels.names) - _MOST_NAMES
        labelled += f" ({names}{f' and {n_more} more' if n_more > 0 else ''})"
    return (
        f"{library.n_discovered:,} audio files found = {len(library.tracks):,} analysed + "
        f"{len(library.skipped) - n_copies:,} skipped + {n_copies:,} duplicates; "
        f"{n_with_lyrics:,} with lyrics, {labelled}"
    )


def _inputs(prepared: Prepared) -> Iterator[str]:
    ear = prepared.ear
    for name, x in prepared.inputs.features.modalities.items():
        n_observations, n_features = x.values.shape[1:]
        up_to = "up to " if n_observations > 1 else ""
        n_tracks = int(x.present.sum())
        by = f" by {escape(ear.name)}" if name == "embedding" and ear is not None else ""
        yield f"{code(name)}{by}: {n_tracks:,} tracks, {up_to}{n_observations} × {n_features}"
    if ear is None and "embedding" in prepared.config.model.modalities:
        yield "no pretrained network listened"


def _view(result: RunResult) -> str:
    view = describe(result.config.view)
    if view == "joint":
        text = "joint: all inputs, as the model was trained"
    else:
        weights = ", ".join(
            f"{code(name)} {number(w)}" for name, w in result.placement.weights.items()
        )
        text = f"**{view}** of the same model, without training again (weights: {weights})"
    if n_unplaced := int((~result.placement.rows).sum()):
        text += (
            f"; {n_unplaced:,} tracks have nothing of it and are in no cluster, as *noise* below"
        )
    return text


def _metrics(metrics: Sequence[dict[str, str]]) -> str:
    rows = [_metrics_row(row) for row in metrics]
    return table([*rows[0]], [[*row.values()] for row in rows])


def _metrics_row(row: dict[str, str]) -> dict[str, str]:
    """Cell by column."""
    purity = f"{number(row['Purity'])} ({number(row['Purity by chance'])})"
    scores = ("Silhouette", "Shared silhouette", "Calinski-Harabasz", "Davies-Bouldin")
    return {
        "Method": row["Method"],
        "Clusters": row["Clusters"],
        **{name: number(row[name]) for name in scores},
        "ARI [95 %]": _with_interval(row, "ARI"),
        "NMI": number(row["NMI"]),
        "AMI [95 %]": _with_interval(row, "AMI"),
        "p (AMI)": number(row["AMI p-value"]),
        "Purity (chance)": purity if row["Purity"] else "–",
        "Largest cluster": percent(float(row["Largest cluster share"])),
        "Noise": row["Noise tracks"],
    }


def _with_interval(row: dict[str, str], name: str) -> str:
    if not row[name]:
        return "–"
    if not row[f"{name} 95% low"]:
        return number(row[name])
    low, high = number(row[f"{name} 95% low"]), number(row[f"{name} 95% high"])
    return f"{number(row[name])} [{low}, {high}]"


def _reading(metrics: Sequence[dict[str, str]], prepared: Prepared) -> str:
    column = escape(prepared.config.evaluation.label_column)
    first = metrics[0]
    lines = [
        "How to read it: every method clusters the same tracks, all but DBSCAN at the same K. "
        "Silhouette, "
        "Calinski-Harabasz (higher is better) and Davies-Bouldin (lower is better) are computed in "
        "each method's own space (column *Space* of the CSV) and **do not compare across spaces**; "
        "they say how separated clusters are, not whether they mean anything. To compare rows, "
        "read the *shared silhouette*: it is computed for all of them in one space, "
        f"{escape(first['Shared space'])} of the inputs, which favours methods that cluster there."
    ]
    if prepared.labels.judging.n_labelled:
        unit = first["Bootstrap unit"]
        lines.append(
            f"ARI, NMI, AMI and purity compare with *{column}* on "
            f"{int(first['Scored tracks']):,} labelled tracks. ARI and AMI are 0 by chance and 1 "
            "at best; NMI and purity are not corrected for chance, so read purity against the "
            f"chance level beside it. Intervals are 95 % bootstrap intervals over {unit}s; p is "
            "the share of random relabellings that agree as well. Intervals that overlap are ties."
        )
    else:
        none = f"No track has a value in *{column}*: there are no external scores."
        lines.append(escape(prepared.labels.doubt) or none)
    return "\n\n".join(lines)


def _files(written: Sequence[str], left_out: Sequence[str]) -> str:
    there = {*written, "README.md", "run.json"}
    there |= {f"{name.partition('/')[0]}/" for name in written if "/" in name}
    known = describe_files().items()
    rows = [(code(name), what) for name, what in known if name in there]
    text = table(("File", "What it is"), rows)
    if left_out:
        names = ", ".join(code(name) for name in left_out)
        text += f"\n\nLeft out, since this collection or view has nothing to show there: {names}."
    return text


def _notes(notes: Sequence[str]) -> str:
    lines = [f"- {escape(note)}" for note in notes[:_MOST_NOTES]]
    if len(notes) > _MOST_NOTES:
        lines.append(f"- … and {len(notes) - _MOST_NOTES} more, all in `notes.txt`.")
    return "\n".join(lines)
