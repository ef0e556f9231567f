"""The tree of a run: grown from the places of its tracks, with ids and names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.atlas.changes import find_changes
from songatlas.atlas.matching import match_clusters
from songatlas.clustering.tree import Branch, Sizes, grow
from songatlas.config import Config
from songatlas.distances import blocks, spaced
from songatlas.geometry import principal_axes
from songatlas.models.placement import MAX_FIT, Placement
from songatlas.models.posteriors import PIECE
from songatlas.seeds import stage_seed
from songatlas.types import BoolArray, FloatArray, IntArray, Track
from songatlas.types.atlas import AtlasData, Trait
from songatlas.types.senses import sense_of
from songatlas.types.tree import ROOT, Node, Tree, child_id
from songatlas.words.evidence import Evidence
from songatlas.words.mostly import borne_out, spoken
from songatlas.words.names import name_clusters
from songatlas.words.near import near, nears
from songatlas.words.parts import LARGE, Part, agreed, heard_shares
from songatlas.words.traits import find_traits

_SAME = 0.5  # of the tracks of both together, to keep a name that songatlas gave
_MAX_AXES = 64
_VIEW_OF = {"sound": "audio", "lyrics": "lyrics"}  # a sense
_BESIDE = "audio"  # the view beside the run's own in which nodes are divided


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What a tree grows from: arguments of :func:`songatlas.clustering.tree.grow`.

    Parameters
    ----------
    views, points
        Shape (n_placed, n_coordinates) and (n_placed, n_features), by the name of a view: row *i*
        is the *i*-th track that has a place; NaN where it has none in that view.
    counts
        Shape (n_placed,): all but copies.
    sizes, seed
        What a person wants of a tree, and of what everything random derives.
    """

    views: Mapping[str, FloatArray]
    points: Mapping[str, FloatArray] | None
    counts: BoolArray
    sizes: Sizes
    seed: int

    def grow(self) -> list[Branch]:
        """Regions, parts and lists; takes long where there are many tracks."""
        return grow(
            self.views, self.sizes, random_state=self.seed, points=self.points, counts=self.counts
        )


def plot_of(
    places: Mapping[str, Placement], main: Placement, distinct: IntArray, config: Config
) -> Plot:
    """What the tree of the tracks that have a place grows from.

    Parameters
    ----------
    places
        By the name of the view, the run's own first.
    main
        Of the run's own view, with what the model expects of the tracks.
    distinct
        The tracks that have a place, as rows of these, without copies.
    """
    placed = np.flatnonzero(main.rows)
    sizes = Sizes(**{f.name: getattr(config.tree, f.name) for f in dataclasses.fields(Sizes)})
    views = {}
    for number, (name, found) in enumerate(places.items()):
        if number == 0 or name == _BESIDE:
            views[name] = np.where(found.rows[:, None], found.coordinates, np.nan)[placed]
    counts = np.zeros(len(placed), bool)
    counts[distinct] = True
    return Plot(
        views=views,
        points=_before(places, main, placed),
        counts=counts,
        sizes=sizes.fitted(len(placed)),
        seed=stage_seed(config.seed, "tree"),
    )


def tree_of(
    branches: Sequence[Branch], rows: BoolArray, tracks: Sequence[Track], previous: AtlasData | None
) -> Tree:
    """The tree of what has grown, not yet named.

    Parameters
    ----------
    rows
        Shape (n_tracks,): the tracks that have a place, which those of the branches are.
    previous
        A run whose nodes give theirs their ids; None for the first.
    """
    placed = np.flatnonzero(rows)
    branches = [dataclasses.replace(x, rows=placed[x.rows]) for x in branches]
    ids = _ids(branches, tracks, previous)
    parents = [None if branch.parent < 0 else ids[branch.parent] for branch in branches]
    nodes = [
        Node(
            id=ids[number],
            parent=parents[number],
            name="",
            found=branch.found,
            view=branch.view,
            tracks=tuple(branch.rows.tolist()),
            evidence=branch.evidence,
        )
        for number, branch in enumerate(branches)
    ]
    return Tree(nodes=tuple(nodes))


def _before(
    places: Mapping[str, Placement], main: Placement, placed: IntArray
) -> dict[str, FloatArray] | None:
    """Points of which the coordinates are the directions: of everything, of sound and of lyrics.

    Along their strongest axes; NaN for tracks without a place in the view of a sense.
    """

    def points(rows: IntArray) -> FloatArray | None:
        return main.space.unnormalised({name: x[rows] for name, x in main.decoded.items()})

    some = placed[spaced(len(placed), MAX_FIT)]
    sample = points(some)
    if sample is None:
        return None
    views = {next(iter(places)): np.ones(sample.shape[1], bool)}
    senses = [
        np.full(main.decoded[name][0].size, _VIEW_OF.get(sense_of(name), ""), object)
        for name in main.space.noise
    ]
    for name in places:
        views.setdefault(name, np.concatenate(senses) == name)
    axes = {}
    for name, columns in views.items():
        x = sample[:, columns]
        axes[name] = principal_axes(x - x.mean(axis=0), _MAX_AXES)
    found: dict[str, list[FloatArray]] = {name: [] for name in views}
    for part in blocks(len(placed), PIECE):
        X = points(placed[part])
        if X is not None:
            for name, columns in views.items():
                heard = places[name].rows[placed[part], None]
                drawn = np.where(heard, X[:, columns] @ axes[name], np.nan)
                found[name].append(drawn.astype(np.float32))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def name_tree(
    tree: Tree, evidence: Evidence, tracks: Sequence[Track], previous: AtlasData | None
) -> Tree:
    """`tree` with a name for every node: what is special of it among its siblings.

    A name that a person gave is kept where most of its tracks went; one of songatlas where the
    tracks are much the same.
    """
    names = _fresh_names(tree, evidence, tracks)
    kept = {} if previous is None else _kept(tree, tracks, previous)
    taken = {(tree[key].parent, node.name) for key, node in kept.items()}
    nodes = []
    for node in tree:
        name, by = names[node.id], "songatlas"
        if node.id in kept:
            name, by = kept[node.id].name, kept[node.id].named_by
        elif (node.parent, name) in taken:
            name = f"{name} · around {near([tracks[row] for row in node.tracks])[0]}"
        nodes.append(dataclasses.replace(node, name=name, named_by=by))
    return Tree(nodes=tuple(nodes))


def _fresh_names(tree: Tree, evidence: Evidence, tracks: Sequence[Track]) -> dict[str, str]:
    """By id: what is special of each among its siblings, and no part of it contradicts."""
    names = {ROOT: "All tracks"}
    everywhere = heard_shares(evidence)
    traits: dict[str, Sequence[Trait]] = {}
    near_to: dict[str, Sequence[str]] = {}
    order: dict[frozenset[str], str] = {}
    families = [children for node in tree if (children := tree.children(node.id))]
    for children in families:
        rows = np.sort([row for child in children for row in child.tracks])
        labels = tree.labels(children, len(tracks))[rows]
        found = find_traits(evidence.of(rows), labels, len(children))
        traits |= {child.id: own for child, own in zip(children, found, strict=True)}
    for children in families:
        told = [_told(tree, x, traits, evidence, everywhere) for x in children]
        whom = nears([[tracks[row] for row in child.tracks] for child in children], order)
        near_to |= {child.id: others for child, others in zip(children, whom, strict=True)}
        said = name_clusters(told, whom)
        names |= {child.id: name for child, name in zip(children, said, strict=True)}
    return _told_apart(names, near_to)


def _told(
    tree: Tree,
    node: Node,
    traits: Mapping[str, Sequence[Trait]],
    evidence: Evidence,
    everywhere: Mapping[str, float],
) -> tuple[Trait, ...]:
    """What its name may say: what neither its parts contradict nor too few of its tracks have."""
    if not node.tracks:
        return ()  # all of them are gone
    rows, parts = np.array(node.tracks), _parts(tree, node, traits, evidence)
    among = np.array(tree[node.parent].tracks) if node.parent else rows
    own = spoken(traits[node.id], evidence, rows, among)
    if agreed(own, parts) != own:
        return agreed(own, parts)
    return agreed(borne_out(own, evidence, rows, everywhere), parts)


def _parts(
    tree: Tree, node: Node, traits: Mapping[str, Sequence[Trait]], evidence: Evidence
) -> list[Part]:
    """Those that are large enough to contradict its name, the largest first."""
    large = [x for x in tree.children(node.id) if len(x.tracks) >= LARGE * len(node.tracks)]
    return [
        Part(traits=traits[part.id], heard=heard_shares(evidence.of(np.array(part.tracks))))
        for part in sorted(large, key=lambda part: -len(part.tracks))
    ]


def _told_apart(names: Mapping[str, str], near_to: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """`names`, of which a later one of the same artists says its tracks, too, wherever it is."""
    told: dict[str, str] = {}
    said: set[str] = set()
    for key, name in names.items():
        whom = near_to.get(key, ())
        again = name in said and len(whom) > 1 and name == f"Around {whom[0]}"
        told[key] = f"{name}, {whom[1]}" if again else name
        said.add(name)
    return told


def _kept(tree: Tree, tracks: Sequence[Track], previous: AtlasData) -> dict[str, Node]:
    """Node of an earlier run under the same id, where its name is kept."""
    then = find_changes(previous.tracks, tracks).then
    kept = {}
    for node in tree:
        if node.id not in previous.tree or node.parent is None:
            continue
        was = previous.tree[node.id]
        now, before = {*then[list(node.tracks)].tolist()} - {-1}, {*was.tracks}
        same = before & {*then.tolist()} if was.named_by == "person" else now | before
        if was.name and len(now & before) > _SAME * len(same):
            kept[node.id] = was
    return kept


def _ids(
    branches: Sequence[Branch], tracks: Sequence[Track], previous: AtlasData | None
) -> list[str]:
    """Id of every branch: that of the node of an earlier run which it shares most tracks with.

    From the top down: the parts of a branch are matched to those of the node that it is itself.
    """
    before = Tree() if previous is None else previous.tree
    then = None if previous is None else find_changes(previous.tracks, tracks).then
    parts: dict[int, list[int]] = {}
    for number, branch in enumerate(branches):
        parts.setdefault(branch.parent, []).append(number)
    ids = [ROOT] * len(branches)
    for parent in range(len(branches)):
        own, old = parts.get(parent, []), before.children(ids[parent])
        matched: dict[int, int] = {}
        if previous is not None and then is not None and old and own:
            now = np.full(len(tracks), -1)
            for k, number in enumerate(own):
                now[branches[number].rows] = k
            was = before.labels(old, len(previous.tracks))
            matched = match_clusters(np.where(then >= 0, was[then], -1), now)
        used = {node.id for node in old}
        free = (key for n in range(1, 10**9) if (key := child_id(ids[parent], n)) not in used)
        for k, number in enumerate(own):
            ids[number] = old[matched[k]].id if k in matched else next(free)
    return ids
