"""The first sentences that a person reads of a run: what is there, and what the lists are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from songatlas.text.languages import LANGUAGES
from songatlas.types.atlas import Cluster
from songatlas.types.flaws import FLAWS
from songatlas.types.tree import ROOT, Node, Tree
from songatlas.types.trust import COLLAPSED, FEW, VERDICTS, Finding

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_MOST_NAMED = 6
# p of borders that a model of another seed or machine may find or lose; none that is more than half
# as dense as its sides
CLOSE, CLOSE_BORDER = (1e-5, 1e-3), 0.5
_LISTS = "the lists below are neighbourhoods, not categories"
_LISTS_TOO = f"{_LISTS.capitalize()}."
_OF_OTHERS = "The verdict is on the clusters of the table, not on these regions."
_HEARD = {"audio": "the sound of this music", "lyrics": "the lyrics of this music"}


def opening(
    found: Sequence[str],
    *,
    inside: bool = False,
    view: str = "joint",
    close: bool = False,
    flaws: Sequence[str] = (),
) -> str:
    """What the regions that a collection asks for mean to a person.

    Parameters
    ----------
    found
        Names of the regions of the first level that are really there, the largest first; none
        where its division is only convenient.
    inside
        Whether anything inside them is really there, too.
    view
        What the tracks were placed by.
    close
        Whether that the first level is divided so was nearly not found, or nearly found.
    flaws
        Those of the recordings that the regions follow.

    Examples
    --------
    >>> opening(["German", "English"])
    'Two regions are really there: songs in German and in English. Inside them no border is sure: \
the lists below are neighbourhoods, not categories.'
    >>> opening(["Metal & punk", "Piano"], inside=True)
    'Two regions are really there: “Metal & punk” and “Piano”. Parts of them are really there, \
too; elsewhere no border is sure, and the lists are neighbourhoods, not categories.'
    >>> opening([], close=True).partition(".")[0]
    'Nothing in this music is found to stand apart (though it is close)'
    """
    music = _HEARD.get(view, "this music")
    just = ", if only just" if close else ""
    nearly = " (though it is close)" if close else ""
    if len(found) < 2:
        if inside:
            return (
                f"{music[0].upper()}{music[1:]} has no large regions that stand apart{nearly}, but "
                f"smaller groups that do. Elsewhere no border is sure: {_LISTS}."
            )
        return f"Nothing in {music} is found to stand apart{nearly}. {_LISTS_TOO}"
    n = _NUMBERS[len(found)] if len(found) < len(_NUMBERS) else f"{len(found)}"
    if inside:
        rest = (
            "Parts of them are really there, too; elsewhere no border is sure, and the lists are "
            "neighbourhoods, not categories"
        )
    else:
        rest = f"Inside them no border is sure: {_LISTS}"
    if flaws:
        what = " and ".join(FLAWS[name].what for name in flaws)
        rest = f"But they follow {what}, which is no matter of the music. {rest}"
    return f"{n} regions are really there{just}: {_listed(found)}. {rest}."


def opening_of_clusters(verdict: str, names: Sequence[str]) -> str:
    """The same of flat clusters, by the verdict on them.

    Parameters
    ----------
    names
        Of the clusters, the largest first.

    Examples
    --------
    >>> opening_of_clusters("weak", ["Slow", "Fast"])
    'This music has regions, but no sharp borders between them: “Slow” and “Fast”. So the lists \
below are neighbourhoods, not categories.'
    """
    if verdict == "trustworthy":
        return opening(names)
    if verdict == "weak" and len(names) > 1:
        said = _listed(names)
        return f"This music has regions, but no sharp borders between them: {said}. So {_LISTS}."
    return opening(())


def opening_of(
    tree: Tree,
    verdict: str,
    clusters: Sequence[Cluster],
    view: str = "joint",
    findings: Sequence[Finding] = (),
) -> str:
    """The same of a run: of its tree, or of its flat clusters where it made none.

    The verdict is on the flat clusters: where these are none and there are regions nevertheless,
    that is said. Where there are neither, it is the model that sees nothing, if `findings` say that
    it has collapsed; otherwise nothing is found. Where clusters alone are to be trusted, as borders
    in a tree need more proof, both are said.

    Examples
    --------
    >>> from songatlas.types.tree import Node
    >>> root = Node(id=ROOT, parent=None, name="All", found=False, tracks=(0, 1))
    >>> opening_of(Tree(nodes=(root,)), "not a clustering", ())
    '2 tracks are too few to show what stands apart in this music. The lists below are \
neighbourhoods, not categories.'
    """
    if len(tree):
        if verdict == VERDICTS[0] and not any(node.found for node in tree):
            music = _HEARD.get(view, "this music")
            n = len(tree.root.tracks)
            if n < FEW:
                return f"{n} tracks are too few to show what stands apart in {music}. {_LISTS_TOO}"
            if any(finding.code == COLLAPSED for finding in findings):
                return f"This model tells nothing apart in {music}. {_LISTS_TOO}"
        first = sorted(tree.children(ROOT), key=lambda node: -len(node.tracks))
        inside = any(node.found for node in tree if node.parent not in (None, ROOT))
        close = any(_is_close(node) for node in first)
        found = [node.name for node in first if node.found]
        if verdict == VERDICTS[-1] and len(clusters) > 1 and not any(node.found for node in tree):
            again = _listed([cluster.name for cluster in _by_size(clusters)])
            nearly = " (though it is close)" if close else ""
            return (
                f"Clusters of {_HEARD.get(view, 'this music')} would show again: {again}. But no "
                f"border is sure enough for a region{nearly}: {_LISTS}."
            )
        flaws = [name for name in FLAWS if any(name in node.evidence for node in first)]
        said = opening(found, inside=inside, view=view, close=close, flaws=flaws)
        others = verdict == VERDICTS[0] and (inside or len(found) > 1)
        return f"{said} {_OF_OTHERS}" if others else said
    return opening_of_clusters(verdict, [cluster.name for cluster in _by_size(clusters)])


def _is_close(node: Node) -> bool:
    """Whether the division that made it is near the limit of what is really there."""
    p, border = node.evidence.get("p_value", 1.0), node.evidence.get("border", 0.0)
    return CLOSE[0] < p < CLOSE[1] and border <= CLOSE_BORDER


def _by_size(clusters: Sequence[Cluster]) -> list[Cluster]:
    """The largest first."""
    return sorted(clusters, key=lambda cluster: -len(cluster.rows))


def _listed(names: Sequence[str]) -> str:
    """The names in a sentence; languages as such."""
    more = len(names) - _MOST_NAMED
    if more <= 1 and {*names} <= {*LANGUAGES.values()}:
        said = [f"in {name}" for name in names]
        return f"songs {_and(said)}"
    shown = names[:_MOST_NAMED] if more > 1 else names
    named = [f"“{re.sub('[“”]', '', name)}”" for name in shown]  # sung words are in quotes already
    return _and([*named, f"{more} more"] if more > 1 else named)


def _and(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
