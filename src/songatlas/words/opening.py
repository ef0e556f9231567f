"""The first sentences that a person reads of a run: what is there, and what the lists are."""

from __future__ import annotations

from collections.abc import Sequence

from songatlas.types.tree import Tree
from songatlas.words.languages import LANGUAGES

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_MOST_NAMED = 6
_LISTS = "the lists below are neighbourhoods, not categories"


def opening(found: Sequence[str], *, inside: bool = False) -> str:
    """What the regions that a collection asks for mean to a person.

    Parameters
    ----------
    found
        Names of the regions of the first level that are really there, the largest first; none
        where its division is only convenient.
    inside
        Whether anything inside them is really there, too.

    Examples
    --------
    >>> opening(["German", "English"])
    'Two regions are really there: songs in German and in English. Inside them the music changes \
gradually: the lists below are neighbourhoods, not categories.'
    >>> opening(["Metal & punk", "Piano"], inside=True)
    'Two regions are really there: “Metal & punk” and “Piano”. Parts of them are really there, \
too; elsewhere the music changes gradually, and the lists are neighbourhoods, not categories.'
    """
    if len(found) < 2:
        if inside:
            return (
                "This music has no large regions that stand apart, but smaller groups that do. "
                f"Elsewhere it changes gradually: {_LISTS}."
            )
        return f"Nothing in this music stands apart: it changes gradually throughout. So {_LISTS}."
    n = _NUMBERS[len(found)] if len(found) < len(_NUMBERS) else f"{len(found)}"
    if inside:
        rest = (
            "Parts of them are really there, too; elsewhere the music changes gradually, and the "
            "lists are neighbourhoods, not categories"
        )
    else:
        rest = f"Inside them the music changes gradually: {_LISTS}"
    return f"{n} regions are really there: {_listed(found)}. {rest}."


def opening_of_run(verdict: str, names: Sequence[str], tree: Tree) -> str:
    """What a run means: of what its tree found, otherwise by the verdict on its clusters.

    Parameters
    ----------
    names
        Of the clusters, the largest first.

    Examples
    --------
    >>> from songatlas.types.tree import Node
    >>> def node(id, parent, found):
    ...     return Node(id=id, parent=parent, name=id, found=found, tracks=())
    >>> regions = [node(id, "all", True) for id in "AB"]
    >>> tree = Tree(nodes=(node("all", None, False), *regions))
    >>> opening_of_run("weak", ["Slow", "Fast"], tree).partition(".")[0]
    'Two regions are really there: “A” and “B”'
    """
    if not tree.depth:
        return opening_of_clusters(verdict, names)
    first = sorted(tree.children(tree.root.id), key=lambda node: -len(node.tracks))
    found = [node.name for node in first if node.found]
    inside = any(node.found for node in tree if node not in first)
    if found or inside:
        return opening(found, inside=inside)
    said = names if verdict == "trustworthy" else [node.name for node in first]
    return opening_of_clusters(verdict, said)


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


def _listed(names: Sequence[str]) -> str:
    """The names in a sentence; languages as such."""
    more = len(names) - _MOST_NAMED
    if more <= 1 and {*names} <= {*LANGUAGES.values()}:
        said = [f"in {name}" for name in names]
        return f"songs {_and(said)}"
    named = [f"“{name}”" for name in (names[:_MOST_NAMED] if more > 1 else names)]
    return _and([*named, f"{more} more"] if more > 1 else named)


def _and(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
