"""Names of clusters that a person can say, made from what is special among their siblings.

Language, what the ear hears, mood, sound, instruments, voice and words, in this order: ``"German ·
hip-hop & male voice"``. The tags of a pretrained ear may name a genre; a label of the collection
never does, as the clusters are judged against those. Where nothing is special, a name says whom the
cluster is near. None is a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from songatlas.text.languages import language_name
from songatlas.toml import read_toml
from songatlas.types.atlas import Trait

_RULES: Mapping[str, Any] = read_toml("words/naming.toml")
_SAID: Mapping[str, tuple[str, str]] = {
    tag: (kind, word)
    for kind in ("mood", "instrument", "voice", "genre")
    for tag, word in _RULES[kind].items()
}
_UNTOLD = frozenset(_RULES["untold"]["tags"])
_USUAL, _MOST = 2, 5  # words besides the language
MOSTLY = 0.8  # share of the tracks, of known language, from which on a name says that or speech
_SHORT = 4  # letters of a word: "to" tells nobody anything, 夜 does
_HEARD = 0.25  # share of the tracks that have a tag


def name_clusters(
    traits: Sequence[Sequence[Trait]], near: Sequence[Sequence[str]] = ()
) -> tuple[str, ...]:
    """One name a cluster, all different.

    Two that would be alike are told more of, then whom they are near.

    Parameters
    ----------
    traits
        Of every cluster, against its siblings.
    near
        Of every cluster, whom it is near, as :func:`songatlas.words.near.near` says it: the first
        that no sibling has is taken.

    Examples
    --------
    >>> def trait(kind, name, here=0.9):
    ...     return Trait(kind=kind, name=name, measure=kind, here=here, elsewhere=0.0, unit="",
    ...                  effect=0.9, p=0.0)
    >>> name_clusters([
    ...     [trait("sound", "loud"), trait("sound", "smooth"), trait("tag", "metal")],
    ...     [trait("language", "de"), trait("genre", "rock")], []], [[], [], ["Ideal"]])
    ('Metal · louder', 'German', 'Around Ideal')
    """
    languages = [_language(of_cluster) for of_cluster in traits]
    if len(traits) > 1 and all(languages) and len({*languages}) == len(traits):
        return tuple(_joined([name]) for name in languages)  # nothing else needs to be said of them
    near = near or [()] * len(traits)
    names = [_name(of_cluster, _USUAL) for of_cluster in traits]
    for most in range(_USUAL + 1, _MOST + 1):
        counts = Counter(names)
        names = [
            _name(of_cluster, most) if counts[name] > 1 else name
            for name, of_cluster in zip(names, traits, strict=True)
        ]
    for i in range(max(map(len, near), default=0)):
        counts = Counter(names)
        names = [
            _with(name, others[i], first=i == 0)
            if i < len(others) and (not name or counts[name] > 1)
            else name
            for name, others in zip(names, near, strict=True)
        ]
    spoken = [_is_speech(of_cluster) for of_cluster in traits]
    if len(traits) > 1 and spoken.count(False) == 1:  # all kinds of music, beside a voice
        names[spoken.index(False)] = _joined([_RULES["music"]])
    return tuple(name or "The others" for name in names)


def _is_speech(traits: Sequence[Trait]) -> bool:
    """Whether that is what most of the tracks are."""
    heard = (
        trait.here for trait in traits if (trait.kind, trait.name) == ("tag", _RULES["speech"])
    )
    return next(heard, 0.0) >= MOSTLY


def _with(name: str, near: str, *, first: bool) -> str:
    return _joined([name, f"around {near}"]) if first or not name else f"{name}, {near}"


def _name(traits: Sequence[Trait], most: int) -> str:
    """Name of a cluster from at most so many words besides the language; empty without any."""
    said: set[str] = set()  # "alternative" adds nothing to "alternative rock"
    heard: list[tuple[str, str]] = []
    sounding: list[tuple[str, str]] = []
    sung: list[tuple[str, str]] = []
    for kind, word in _words(traits):
        if said.isdisjoint(word.split()):
            said |= {*word.split()}
            place = {"sound": sounding, "words": sung}.get(kind, heard)
            place.append((kind, word))
    chosen = [*heard, *sounding, *sung][:most]  # the surest of what the ear hears first
    parts = [_language(traits)]
    for kind in _RULES["order"]:
        words = [word for of_kind, word in chosen if of_kind == kind]
        parts.append((", " if kind == "words" else " & ").join(words))
    return _joined(parts)


def _language(traits: Sequence[Trait]) -> str:
    """Language of most of the tracks, and not of most others; empty without one."""
    said = (x.name for x in traits if x.kind == "language" and x.here >= MOSTLY > x.elsewhere)
    return next(map(language_name, said), "")


def with_unsung(trait: Trait) -> Trait:
    """A language as it is said where many tracks have no lyrics."""
    return replace(trait, name=f"{language_name(trait.name)} & {_RULES['unsung']}")


def unsung(here: float, elsewhere: float) -> Trait:
    """That so many have no lyrics, as if that were a language."""
    return share_trait("language", _RULES["unsung"], here, elsewhere)


def share_trait(kind: str, name: str, here: float, elsewhere: float) -> Trait:
    """What so many of some tracks and of others have, for names alone: nothing is tested."""
    return Trait(
        kind=kind,
        name=name,
        measure=kind,
        here=here,
        elsewhere=elsewhere,
        unit="share",
        effect=here - elsewhere,
        p=1.0,
    )


def _words(traits: Sequence[Trait]) -> Iterator[tuple[str, str]]:
    """Kind and word of every trait that a name may say."""
    heard = {trait.name for trait in traits if trait.kind == "tag" and trait.here >= _HEARD}
    for trait in traits:
        if trait.kind == "sound" and trait.name in {*_RULES["sound"]} - heard:
            yield "sound", _RULES["sound"][trait.name]
        elif trait.kind == "tag" and trait.here >= _HEARD and trait.name not in _UNTOLD:
            yield _SAID.get(trait.name, ("genre", trait.name))
        elif trait.kind == "lyrics" and not (trait.name.isascii() and len(trait.name) < _SHORT):
            yield "words", f"“{trait.name}”"


def genre_of(trait: Trait) -> str:
    """The genre that a name would say of a cluster for that trait; empty for any other."""
    kind, word = said_of(trait)
    return word if kind == "genre" else ""


def said_of(trait: Trait) -> tuple[str, str]:
    """Kind and word that a name would say of a cluster for that trait; empty for none."""
    return next(_words([trait]), ("", ""))


def _joined(parts: Sequence[str]) -> str:
    name = " · ".join(part for part in parts if part)
    return name[:1].upper() + name[1:]
