"""``README.md`` of a results folder: verdict first, numbers read back from the CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from songatlas.report.facts import RunFacts
from songatlas.report.files import DESCRIPTIONS
from songatlas.report.markdown import code, escape, number, table
from songatlas.report.verdict import checks, verdict
from songatlas.results.metrics import read_metrics
from songatlas.store.atomic import write_text

_MOST_NOTES = 20


def write_readme(
    out: Path, facts: RunFacts, *, written: Sequence[str], left_out: Sequence[str]
) -> None:
    """Write ``README.md`` for the files that are already in `out`.

    Parameters
    ----------
    written
        Files of the run, relative to `out`.
    left_out
        Files that this run could not make, for want of labels or of a modality.
    """
    metrics = read_metrics(out)
    sections = [
        "# Results of songatlas",
        verdict(facts.trust),
        "## Summary",
        _summary(facts),
        "## Clusters",
        _clusters(facts.clusters),
        "## Clusterings and baselines",
        _metrics(metrics),
        _reading(metrics, facts),
        "## What the verdict rests on",
        checks(facts.trust),
        "## Files",
        _files(written, left_out),
    ]
    if facts.notes:
        sections += ["## Notes", _notes(facts.notes)]
    write_text(out / "README.md", "\n\n".join(sections) + "\n")


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
    before, heading, rest = readme.partition("\n## Clusters\n")
    _, following, after = rest.partition("\n## ")
    if not heading:
        return readme
    return f"{before}{heading}\n{_clusters(clusters)}\n{following}{after}"


def _clusters(clusters: Sequence[tuple[str, int, str]]) -> str:
    rows = [
        (f"{number}", escape(name), f"{size:,}", escape(reason))
        for number, (name, size, reason) in enumerate(clusters)
    ]
    header = ("Cluster", "Name", "Tracks", "What sets it apart, beyond chance")
    return table(header, rows, numbers=(2,))


def _summary(facts: RunFacts) -> str:
    inputs = "; ".join(
        f"{name}: {n:,} tracks, {'up to ' if observations > 1 else ''}{observations} × {features}"
        for name, (n, observations, features) in facts.modalities.items()
    )
    labelled = f"{facts.n_labelled:,} with {escape(facts.label_column)}"
    if facts.label_names:
        names = ", ".join(escape(name) for name in facts.label_names[:12])
        more = f" and {len(facts.label_names) - 12} more" if len(facts.label_names) > 12 else ""
        labelled += f" ({names}{more})"
    chosen = (
        "given"
        if facts.k_chosen_by == "given"
        else f"of K = {facts.k_range[0]}…{facts.k_range[1]} by {facts.k_chosen_by}"
    )
    kind = "held-out" if facts.held_out else "training"
    rows = [
        (
            "Dataset",
            f"{facts.n_discovered:,} audio files found = {facts.n_tracks:,} analysed + "
            f"{facts.n_skipped:,} skipped + {facts.n_duplicates:,} duplicates; "
            f"{facts.n_with_lyrics:,} with lyrics, {labelled}",
        ),
        ("Features", inputs),
        ("View", _view(facts)),
        ("Latent dimensions", str(facts.n_latent)),
        ("Optimal K", f"{facts.n_clusters} ({chosen})"),
        (
            "Best loss",
            f"{number(facts.best_loss)} ({kind}, epoch {facts.best_epoch} of {facts.n_epochs})",
        ),
        ("Model parameters", f"{facts.n_parameters:,} (`{facts.model_name}`)"),
        ("β, effective β", f"{number(facts.beta)}, {number(facts.effective_beta)}"),
        ("Preset, seed", f"`{facts.preset}`, {facts.seed} (songatlas {facts.version})"),
    ]
    return table(("", ""), rows)


def _view(facts: RunFacts) -> str:
    if facts.view == "joint":
        text = "joint: all inputs, as the model was trained"
    else:
        weights = ", ".join(f"{name} {number(weight)}" for name, weight in facts.weights.items())
        text = f"**{facts.view}** of the same model, without training again (weights: {weights})"
    if facts.n_unplaced:
        text += (
            f"; {facts.n_unplaced:,} tracks have nothing of it and are in no cluster, as *noise* "
            "below"
        )
    return text


def _metrics(metrics: Sequence[dict[str, str]]) -> str:
    header = (
        "Method",
        "Clusters",
        "Silhouette",
        "Shared silhouette",
        "Calinski-Harabasz",
        "Davies-Bouldin",
        "ARI [95 %]",
        "NMI",
        "AMI [95 %]",
        "p (AMI)",
        "Purity (chance)",
        "Largest cluster",
        "Noise",
    )
    return table(header, [_metrics_row(row) for row in metrics])


def _metrics_row(row: dict[str, str]) -> tuple[str, ...]:
    purity = (
        f"{number(row['Purity'])} ({number(row['Purity by chance'])})" if row["Purity"] else "–"
    )
    return (
        row["Method"],
        row["Clusters"],
        number(row["Silhouette"]),
        number(row["Shared silhouette"]),
        number(row["Calinski-Harabasz"]),
        number(row["Davies-Bouldin"]),
        _with_interval(row, "ARI"),
        number(row["NMI"]),
        _with_interval(row, "AMI"),
        number(row["AMI p-value"]),
        purity,
        f"{100 * float(row['Largest cluster share']):.0f} %",
        row["Noise tracks"],
    )


def _with_interval(row: dict[str, str], name: str) -> str:
    if not row[name]:
        return "–"
    if not row[f"{name} 95% low"]:
        return number(row[name])
    return (
        f"{number(row[name])} [{number(row[f'{name} 95% low'])}, {number(row[f'{name} 95% high'])}]"
    )


def _reading(metrics: Sequence[dict[str, str]], facts: RunFacts) -> str:
    first = metrics[0]
    lines = [
        "How to read it: every method clusters the same tracks at the same K. Silhouette, "
        "Calinski-Harabasz (higher is better) and Davies-Bouldin (lower is better) are computed in "
        "each method's own space (column *Space* of the CSV) and **do not compare across spaces**; "
        "they say how separated clusters are, not whether they mean anything. To compare rows, "
        "read the *shared silhouette*: it is computed for all of them in one space, "
        f"{escape(first['Shared space'])} of the inputs, which favours methods that cluster there."
    ]
    if facts.n_labelled:
        unit = first["Bootstrap unit"]
        lines.append(
            f"ARI, NMI, AMI and purity compare with *{escape(facts.label_column)}* on "
            f"{int(first['Scored tracks']):,} labelled tracks. ARI and AMI are 0 by chance and 1 "
            "at best; NMI and purity are not corrected for chance, so read purity against the "
            f"chance level beside it. Intervals are 95 % bootstrap intervals over {unit}s; p is "
            "the share of random relabellings that agree as well. Intervals that overlap are ties."
        )
    else:
        lines.append(
            f"No track has a value in *{escape(facts.label_column)}*: there are no external scores."
        )
    return "\n\n".join(lines)


def _files(written: Sequence[str], left_out: Sequence[str]) -> str:
    there = {*written, "README.md", "run.json"}
    there |= {f"{name.partition('/')[0]}/" for name in written if "/" in name}
    names = [name for name in DESCRIPTIONS if name in there]
    text = table(("File", "What it is"), [(code(name), DESCRIPTIONS[name]) for name in names])
    if left_out:
        text += (
            "\n\nLeft out, since this collection or view has nothing to show there: "
            + ", ".join(code(name) for name in left_out)
            + "."
        )
    return text


def _notes(notes: Sequence[str]) -> str:
    lines = [f"- {escape(note)}" for note in notes[:_MOST_NOTES]]
    if len(notes) > _MOST_NOTES:
        lines.append(f"- … and {len(notes) - _MOST_NOTES} more, all in `notes.txt`.")
    return "\n".join(lines)
