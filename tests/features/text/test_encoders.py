"""Lyrics as model inputs."""

import dataclasses

import numpy as np

from songatlas.config import Config, load_config, replace
from songatlas.features.text.encoders import TEXT_ENCODERS
from songatlas.types import Track


def tracks() -> tuple[Track, ...]:
    """Two languages, one track without lyrics, one of words that nobody else uses."""
    words = (["sun", "moon", "river", "night", "road"], ["sonne", "mond", "fluss", "nacht", "weg"])
    rng = np.random.default_rng(0)
    lyrics = [
        "\n".join(" ".join(rng.choice(words[i % 2], 6)) for _ in range(12)) for i in range(30)
    ]
    return tuple(
        Track(path=f"{i}.wav", source=None, lyrics=text, content_hash=str(i))  # type: ignore[arg-type]
        for i, text in enumerate([*lyrics, "", "zzz\nyyy"])
    )


def settings(**text: object) -> Config:
    return replace(load_config(), {"text": {"n_components": 4, **text}})


def test_pieces_are_observations_and_assign_sees_the_same() -> None:
    fit, apply = TEXT_ENCODERS["tfidf"]
    config = settings(max_df=1.0)
    fitted = fit(tracks(), None, config)
    assert fitted.observations.mask.sum(1).tolist() == [4] * 30 + [0, 0]
    again = apply(tracks(), None, config, fitted.state)
    np.testing.assert_array_equal(again.values, fitted.observations.values)
    np.testing.assert_array_equal(again.mask, fitted.observations.mask)
    within = np.concatenate([x - x.mean(0) for x in fitted.observations.values[:30]])
    assert 0.3 < within.var(axis=0).max() < 3  # whitened: languages are far apart in these units
    means = fitted.observations.values[:30].mean(axis=1)
    assert np.linalg.norm(means[::2].mean(0) - means[1::2].mean(0)) > 2


def test_one_piece_is_the_lyrics_as_a_whole() -> None:
    fit, _ = TEXT_ENCODERS["tfidf"]
    whole = fit(tracks(), None, settings(n_pieces=1, max_df=1.0))
    pieces = fit(tracks(), None, settings(max_df=1.0))
    assert whole.observations.values.shape[1] == 1
    np.testing.assert_allclose(whole.observations.values[:30, 0], whole.flat[:30])
    np.testing.assert_array_equal(whole.flat, pieces.flat)  # baselines see the same either way


def test_other_lyrics_change_no_other_track() -> None:
    fit, apply = TEXT_ENCODERS["tfidf"]
    config = settings(max_df=1.0)
    fitted = fit(tracks(), None, config)
    changed = [dataclasses.replace(track) for track in tracks()]
    changed[3] = dataclasses.replace(changed[3], lyrics="sun moon " * 30)
    other = apply(changed, None, config, fitted.state)
    same = np.arange(32) != 3
    np.testing.assert_array_equal(other.values[same], fitted.observations.values[same])
    assert not np.array_equal(other.values[3], fitted.observations.values[3])
