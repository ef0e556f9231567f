"""``songatlas explain``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from songatlas.cli.options import Json, Results
from songatlas.cli.outline import counted, outline
from songatlas.cli.tables import aligned
from songatlas.numerals import minus, percent
from songatlas.text import printable, track_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from songatlas.types.atlas import AtlasData


_LEAST_CONFIDENCE = 0.005  # of the next cluster; less is 0 % on the map, and not told


def explain_command(
    results: Results,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="TRACK|CLUSTER|NODE",
            help="Path, title or 'artist - title'; number, id in the tree, or name.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a cluster is, or why a track is in it.

    Also a region of the tree or a part of one. Without a name, what all are.
    """
    from songatlas.atlas.opened import open_atlas

    atlas = open_atlas(results)
    found = atlas.explain(subject)
    if as_json:
        text = json.dumps(found, indent=2)
    elif subject is None:
        text = _all(atlas)
    elif "path" in found:
        text = _track(found)
    else:
        text = _node(found) if "node" in found else _cluster(found)
    typer.echo(text.rstrip("\n"))


def _all(atlas: AtlasData) -> str:
    lines = [f"Verdict: {atlas.verdict}"]
    for cluster in atlas.clusters:
        count = counted(len(cluster.rows))
        lines += ["", f"{cluster.number}  {cluster.name} ({count})", f"   {cluster.reason}"]
    if grown := outline(atlas.tree, atlas.detail, ids=True):
        lines += ["", "Regions and their parts", *grown]
    return "\n".join(printable(line) for line in lines)


def _cluster(found: Mapping[str, Any]) -> str:
    silhouette = minus(f"{found['silhouette']:.2f}")
    lines = [
        f"{found['cluster']}  {found['name']} ({counted(found['size'])})",
        found["reason"],
        f"Mean confidence {found['confidence']:.2f}, silhouette {silhouette}. "
        f"Verdict of the run: {found['verdict']}.",
        "",
    ]
    text = "\n".join(printable(line) for line in lines) + "\n"
    if found["traits"]:
        rows = [("typical", "measure", "here", "elsewhere", "unit", "effect", "p")]
        for trait in found["traits"]:
            share = trait["unit"] == "share"
            here, elsewhere = (_amount(trait[key], share=share) for key in ("here", "elsewhere"))
            unit, effect = "" if share else trait["unit"], minus(f"{trait['effect']:+.2f}")
            said = (trait["name"], trait["measure"], here, elsewhere, unit, effect)
            rows.append((*said, f"{trait['p']:.1g}"))
        text += aligned(rows, right=(2, 3, 5)) + "\n"
    return text + "To listen to:\n" + _tracks(found["exemplars"])


def _node(found: Mapping[str, Any]) -> str:
    lines = [f"{found['node']}  {found['name']} ({counted(found['size'])})", found["reason"]]
    if len(found["above"]) > 1:
        lines.append(f"Part of {_way(found['above'][1:])}.")
    text = "\n".join(printable(line) for line in lines) + "\n"
    if found["parts"]:
        rows = [(it["node"], it["name"], counted(it["size"]), it["kind"]) for it in found["parts"]]
        text += "\n" + aligned([("part", "name", "tracks", ""), *rows], right=(2,))
    return text + "\nTo listen to:\n" + _tracks(found["exemplars"])


def _way(nodes: list[dict[str, Any]]) -> str:
    return " › ".join(f"{it['name']} ({it['kind']})" for it in nodes)


def _track(found: Mapping[str, Any]) -> str:
    own, second = found["cluster"], found["second"]
    lines = [_name(found), found["path"], ""]
    if own is None:
        lines.append("It is in no cluster: the run heard nothing of it.")
    else:
        lines += [
            f"Cluster {own['number']}  {own['name']}, confidence {found['confidence']:.2f}",
            own["reason"],
        ]
    if found["tree"]:
        lines.append(f"In the tree: {_way(found['tree'])}")
    if second is not None and found["second_confidence"] >= _LEAST_CONFIDENCE:
        lines.append(
            f"Next would be {second['number']}  {second['name']}, "
            f"confidence {found['second_confidence']:.2f}"
        )
    shares = ", ".join(f"{sense} {percent(x)}" for sense, x in found["shares"].items())
    if shares := shares or found["without_shares"]:
        lines.append(f"What speaks for its cluster rather than the next: {shares}")
    for key in ("typical", "atypical"):
        if found[key]:
            lines.append(f"{key.capitalize()}: {found[key]}")
    if found["heard"]:
        lines.append(f"Heard as: {', '.join(found['heard'])}")
    text = "\n".join(printable(line) for line in lines) + "\n"
    if found["exemplars"]:
        text += "\nNearest examples of the cluster:\n" + _tracks(found["exemplars"])
    return text


def _tracks(tracks: list[dict[str, str]]) -> str:
    return "".join(f"  {printable(_name(track))}\n" for track in tracks)


def _name(track: Mapping[str, Any]) -> str:
    return track_name(track["artist"], track["title"], track["path"])


def _amount(value: float, *, share: bool) -> str:
    return percent(value) if share else minus(f"{value:,.4g}")
