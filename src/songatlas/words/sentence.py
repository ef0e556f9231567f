"""The traits of a cluster as one sentence with its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from songatlas.numerals import percent
from songatlas.text.languages import language_name
from songatlas.types.atlas import Trait

_MOST = 4  # of a kind


def sentence(traits: Sequence[Trait], digits: Mapping[str, int]) -> str:
    """What is typical of some tracks, or that nothing is.

    Parameters
    ----------
    digits
        After the point that are worth telling, by measure.

    Examples
    --------
    >>> fast = Trait(kind="sound", name="fast", measure="tempo", here=141.7, elsewhere=112.2,
    ...              unit="BPM", effect=0.6, p=0.0)
    >>> german = Trait(kind="language", name="de", measure="language", here=0.96, elsewhere=0.03,
    ...                unit="share", effect=0.93, p=0.0)
    >>> sentence([fast, german], {"tempo": 0})
    'Fast (142 BPM, elsewhere 112); German (96 %, elsewhere 3 %).'
    >>> sentence([], {})
    'Nothing sets these tracks apart from the rest beyond chance.'
    """
    if not traits:
        return "Nothing sets these tracks apart from the rest beyond chance."
    kinds = dict.fromkeys(trait.kind for trait in traits)
    clauses = [
        _PREFIXES.get(kind, "")
        + ", ".join(
            f"{trait_words(trait)} ({amounts(trait, digits)})"
            for trait in [trait for trait in traits if trait.kind == kind][:_MOST]
        )
        for kind in kinds
    ]
    said = "; ".join(clauses)
    return f"{said[0].upper()}{said[1:]}."


_PREFIXES: Mapping[str, str] = {"tag": "heard as ", "lyrics": "lyrics with ", "genre": "genre "}


def trait_words(trait: Trait) -> str:
    """A trait as it is said: a term in quotation marks, a language by its name.

    Examples
    --------
    >>> trait_words(Trait(kind="lyrics", name="sea", measure="lyrics", here=0.5, elsewhere=0.1,
    ...                   unit="share", effect=0.4, p=0.0))
    '“sea”'
    """
    if trait.kind == "lyrics":
        return f"“{trait.name}”"
    return language_name(trait.name) if trait.kind == "language" else trait.name


def amounts(trait: Trait, digits: Mapping[str, int]) -> str:
    """Here and elsewhere, with the unit; without one, with the name of what was measured."""
    if trait.unit == "share":
        return f"{percent(trait.here)}, elsewhere {percent(trait.elsewhere)}"
    here = amount(trait.here, trait.unit, digits.get(trait.measure, 2))
    here = here if trait.unit else f"{trait.measure} {here}"
    return f"{here}, elsewhere {amount(trait.elsewhere, '', digits.get(trait.measure, 2))}"


def amount(value: float, unit: str, digits: int) -> str:
    """A number with its unit.

    Examples
    --------
    >>> amount(2856.9, "Hz", 0), amount(-0.04, "", 1)
    ('2,857 Hz', '0.0')
    """
    number = round(value, digits) + 0.0  # no minus before a zero
    return f"{number:,.{digits}f}{' ' if unit else ''}{unit}".replace("-", "−")
