"""What a track's place is made from: everything, its sound or its lyrics, or more of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from songatlas.config import Config, replace, require_one_of
from songatlas.config.limits import check_limits
from songatlas.config.stages import ViewConfig
from songatlas.errors import ConfigError
from songatlas.types.senses import SENSES, sense_of

# What each view hears.
VIEWS: Mapping[str, tuple[str, ...]] = {
    "joint": tuple(SENSES),
    "audio": tuple(name for name in SENSES if sense_of(name) == "sound"),
    "lyrics": tuple(name for name in SENSES if sense_of(name) == "lyrics"),
}
_AS_TRAINED = 0.5


def with_view(config: Config, name: str | None, lyrics_weight: float | None) -> Config:
    """`config` with another view; what is None is the default of what is given.

    Raises
    ------
    ConfigError
        For a view that is none, a weight outside [0, 1], or both where they contradict each other.

    Examples
    --------
    >>> with_view(Config(), None, 0.8).view
    ViewConfig(name='joint', lyrics_weight=0.8)
    """
    if name is None and lyrics_weight is None:
        return config
    view = {"name": name or "joint"}
    weight = {"lyrics_weight": _AS_TRAINED if lyrics_weight is None else lyrics_weight}
    config = replace(config, {"view": {**view, **weight}})
    check_limits(config)
    check_view(config)
    return config


def check_view(config: Config) -> None:
    """Refuse a view that contradicts a weight, or that hears nothing of what the model may see.

    Raises
    ------
    ConfigError
        Naming both.
    """
    view = config.view
    require_one_of("view.name", view.name, VIEWS)
    if view.name != "joint" and view.lyrics_weight != _AS_TRAINED:
        raise ConfigError(
            f"view.lyrics_weight {view.lyrics_weight:g} needs view.name 'joint': the view "
            f"{view.name!r} has its weight, {_share(view):g}. Name one of the two."
        )
    if config.model.name == "original_vae" and view.lyrics_weight not in (0, _AS_TRAINED, 1):
        raise ConfigError(
            "view.lyrics_weight must be 0, 0.5 or 1 for model.name 'original_vae', whose encoder "
            f"is no product of experts. Got {view.lyrics_weight:g}."
        )
    modality_weights(view, config.model.modalities)


def modality_weights(view: ViewConfig, modalities: Collection[str]) -> dict[str, float]:
    """Weight of every modality in the posterior, in [0, 1]; 0 is not heard at all.

    What is favoured counts once and the other less: (1 − W) : W between sound and lyrics. Nothing
    counts more than once, so that no view is surer of a track than what it heard allows.

    Parameters
    ----------
    modalities
        What the model knows.

    Raises
    ------
    ConfigError
        When the model knows nothing of what the view hears.

    Examples
    --------
    >>> known = ("audio", "embedding", "text")
    >>> modality_weights(ViewConfig(lyrics_weight=0.75), known)
    {'audio': 0.3333333333333333, 'embedding': 0.3333333333333333, 'text': 1.0}
    >>> modality_weights(ViewConfig(name="lyrics"), known)
    {'audio': 0.0, 'embedding': 0.0, 'text': 1.0}
    """
    share = _share(view)
    relative = {name: 2 * share if name == "text" else 2 * (1 - share) for name in modalities}
    greatest = max(relative.values(), default=0.0)
    if greatest == 0:
        raise ConfigError(
            f"The view {describe(view)} needs {' or '.join(VIEWS['lyrics' if share else 'audio'])} "
            f"among the inputs. The model knows {', '.join(modalities)}."
        )
    return {name: weight / greatest for name, weight in relative.items()}


def describe(view: ViewConfig) -> str:
    """The view in a few words.

    Examples
    --------
    >>> describe(ViewConfig()), describe(ViewConfig(lyrics_weight=0.8))
    ('joint', 'joint, weight of the lyrics 0.8')
    """
    if view.name == "joint" and view.lyrics_weight != _AS_TRAINED:
        return f"joint, weight of the lyrics {view.lyrics_weight:g}"
    return view.name


def is_whole(view: ViewConfig) -> bool:
    """Whether everything counts as it did in training."""
    return _share(view) == _AS_TRAINED


def _share(view: ViewConfig) -> float:
    """Share of the lyrics, in [0, 1]."""
    return {"joint": view.lyrics_weight, "audio": 0.0, "lyrics": 1.0}[view.name]
