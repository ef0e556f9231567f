"""What the page of a map knows: an :class:`songatlas.types.atlas.AtlasData` as JSON."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.listening.links import relative_uri
from songatlas.text.languages import language_name
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.atlas import AtlasData, Cluster
from songatlas.types.tree import Tree
from songatlas.words.opening import opening_of

_NO_PLACE = 65535
_FIELDS = ("title", "artist", "album", "genre", "language")


@dataclass(frozen=True, kw_only=True)
class MapView:
    """What is known of a view beside its coordinates.

    Parameters
    ----------
    near
        Shape (n_tracks, k): nearest tracks, nearest first, −1 for none.
    faithful
        By map, shape (n_tracks,): share of the nearest points on the map that are near, in [0, 1];
        NaN for a track without a place.
    """

    near: IntArray
    faithful: Mapping[str, FloatArray]


def payload(
    atlas: AtlasData, views: Mapping[str, MapView], previews: Sequence[str] | None = None
) -> dict[str, Any]:
    """The data of the page, JSON-able; arrays are base64 of little-endian integers.

    Parameters
    ----------
    views
        One for each of ``atlas.views``.
    previews
        A data URI a track, empty where there is none. With them the page holds no path and no link.
    """
    tracks: dict[str, Any] = {
        name: [getattr(track, name) for track in atlas.tracks] for name in _FIELDS
    }
    tracks["language"] = [language_name(language) for language in tracks["language"]]
    tracks["name"] = [_file_name(track) for track in atlas.tracks]
    tracks["cluster"] = atlas.labels.tolist()
    tracks["confidence"] = [round(float(x), 3) for x in atlas.confidence]
    tracks["seconds"] = [round(float(x), 1) if np.isfinite(x) else None for x in atlas.seconds]
    if previews is None:
        tracks["path"] = [track.path for track in atlas.tracks]
        tracks["link"] = [_link(track, atlas) for track in atlas.tracks]
    else:
        tracks["preview"] = list(previews)
    return {
        "verdict": atlas.verdict,
        "opening": opening_of(
            atlas.tree, atlas.verdict, atlas.clusters, atlas.main_view, atlas.findings
        ),
        "findings": [{"verdict": found.verdict, "parts": found.parts} for found in atlas.findings],
        "tracks": tracks,
        "reasons": _reasons(atlas),
        "clusters": [_cluster(cluster) for cluster in atlas.clusters],
        "views": {name: _view(atlas, name, view) for name, view in views.items()},
        "tree": _tree(atlas.tree, len(atlas.tracks)),
    }


def payload_of_sample(
    atlas: AtlasData, rows: IntArray, part: Mapping[str, Any], said: str
) -> dict[str, Any]:
    """The data of a page that draws some of the tracks and finds all.

    Parameters
    ----------
    rows
        Those that are drawn.
    part
        :func:`payload` of these alone.
    said
        What is drawn, in a sentence.
    """
    others = np.setdiff1d(np.arange(len(atlas.tracks)), rows)
    lines = [
        "\t".join(
            " ".join(field.split())  # tabs and ends of lines part them here
            for field in (title, track.artist, track.genre, " ".join(atlas.reasons[row].heard))
        )
        for row in others
        for track in [atlas.tracks[row]]
        for title in [track.title or _file_name(track)]
    ]
    maps = atlas.views[atlas.main_view].maps
    tree = _tree(atlas.tree, len(atlas.tracks))
    return {
        **part,
        "tree": part["tree"] | {"nodes": tree["nodes"]},
        "clusters": [
            here | {"size": len(cluster.rows)}
            for here, cluster in zip(part["clusters"], atlas.clusters, strict=True)
        ],
        "rest": {
            "sentence": said,
            "n": len(others),
            "text": _deflated("\n".join(lines).encode("utf-8", "replace")),
            "clusters": _deflated(atlas.labels[others].astype("<i2").tobytes()),
            "leaves": _deflated(_leaves(atlas.tree, len(atlas.tracks))[others].tobytes()),
            "view": atlas.main_view,
            "maps": {kind: _deflated(quantised(xy)[others].tobytes()) for kind, xy in maps.items()},
        },
    }


def _link(track: Track, atlas: AtlasData) -> str:
    """To the file, of a part with its times as a media fragment."""
    uri = relative_uri(track.source, atlas.folder)
    if track.part is None:
        return uri
    times = [f"{time:.3f}" for time in track.part if np.isfinite(time)]
    return f"{uri}#t={','.join(times)}"


def _file_name(track: Track) -> str:
    return track.path.rsplit("/", 1)[-1]


def _reasons(atlas: AtlasData) -> dict[str, Any]:
    reasons = atlas.reasons

    def shares(sense: str) -> list[float | None]:
        found = [reason.shares.get(sense) for reason in reasons]
        return [None if share is None else round(share, 3) for share in found]

    return {
        "sound": shares("sound"),
        "lyrics": shares("lyrics"),
        "withoutShares": {
            str(row): said for row in range(len(reasons)) if (said := atlas.without_shares(row))
        },
        "second": [reason.second for reason in reasons],
        "secondConfidence": [round(reason.second_confidence, 3) for reason in reasons],
        "exemplars": [list(reason.exemplars) for reason in reasons],
        "typical": [reason.typical for reason in reasons],
        "atypical": [reason.atypical for reason in reasons],
        "heard": [", ".join(reason.heard) for reason in reasons],
    }


def _cluster(cluster: Cluster) -> dict[str, Any]:
    values: dict[str, Any] = vars(cluster) | {
        "size": len(cluster.rows),
        "exemplars": list(cluster.exemplars),
        "traits": [vars(trait) for trait in cluster.traits],
    }
    del values["rows"]
    return values


def _tree(tree: Tree, n_tracks: int) -> dict[str, Any]:
    """Nodes, each with the number of its parent, and the deepest node of every track."""
    nodes = [*tree.in_order(alike=False)]
    number = {node.id: i for i, node in enumerate(nodes)}
    return {
        "nodes": [
            {
                "id": node.id,
                "parent": -1 if node.parent is None else number[node.parent],
                "name": node.name,
                "found": node.found,
                "size": len(node.tracks),
            }
            for node in nodes
        ],
        "leaves": _base64(_leaves(tree, n_tracks)),
    }


def _leaves(tree: Tree, n_tracks: int) -> IntArray:
    """Number of the deepest node that each track is in: parents come before their children."""
    return tree.labels(tree.in_order(alike=False), n_tracks).astype("<i4")


def _view(atlas: AtlasData, name: str, view: MapView) -> dict[str, Any]:
    return {
        "k": view.near.shape[1],
        "near": _base64(view.near.astype("<i4")),
        "maps": {kind: _base64(quantised(xy)) for kind, xy in atlas.views[name].maps.items()},
        "faithful": {
            kind: _base64(np.round(100 * np.nan_to_num(share)).astype("u1"))
            for kind, share in view.faithful.items()
        },
    }


def quantised(xy: FloatArray) -> IntArray:
    """Points in the square 0 … 65534, as wide as they are high; 65535 where there is no point.

    Examples
    --------
    >>> quantised(np.array([[0.0, 1.0], [2.0, 1.0], [np.nan, np.nan]])).tolist()
    [[0, 32767], [65534, 32767], [65535, 65535]]
    """
    placed = np.isfinite(xy).all(axis=1)
    found = np.full(xy.shape, _NO_PLACE, "<u2")
    if placed.any():
        points = np.asarray(xy, np.float64)[placed]
        low, high = points.min(axis=0), points.max(axis=0)
        side = float((high - low).max()) or 1.0
        unit = (points - (low + high) / 2) / side + 0.5
        found[placed] = np.round(unit * (_NO_PLACE - 1))
    return found


def _base64(array: IntArray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _deflated(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")
