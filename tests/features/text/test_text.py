"""Lyrics to numbers: nothing that names the label goes in, no script is torn apart."""

import numpy as np
import pytest

from songatlas.config import load_config
from songatlas.config.stages import TextConfig
from songatlas.features.text.clean import clean_lyrics
from songatlas.features.text.language import detect_language
from songatlas.features.text.tfidf import TfidfComponents, fit_tfidf
from songatlas.features.text.tokens import scikit_tokens, unicode_tokens


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("[Verse 1]\nhello", "hello"),
        ("[Chorus: Drake & Future]\nhello", "hello"),
        ("hello [x2] world", "hello world"),
        ("[00:12.00]hello\n[1:02]world", "hello\nworld"),
        ("<00:12.00>hel<00:12.50>lo", "hel lo"),
        ("CHORUS:\nhello", "hello"),
        ("(Refrain x2)\nhello", "hello"),
        ("Pre-Chorus 2\nhello\nHook\n", "hello"),
        ("【サビ】\n夜に", "夜に"),
        ("my hook is a verse of my own", "my hook is a verse of my own"),
        ("the chorus sings", "the chorus sings"),
        ("a\r\nb\rc\x07", "a\nb\nc"),
        ("", ""),
    ],
)
def test_what_is_not_sung_is_removed(raw: str, cleaned: str) -> None:
    assert clean_lyrics(raw) == cleaned


def test_headers_stay_when_the_original_recipe_wants_them() -> None:
    assert clean_lyrics("[Chorus]\nhello", strip_headers=False) == "[Chorus]\nhello"


def test_composed_and_decomposed_letters_are_one_word() -> None:
    assert unicode_tokens(clean_lyrics("Beyonce\u0301")) == unicode_tokens(clean_lyrics("Beyoncé"))


def test_bengali_survives_only_the_unicode_tokens() -> None:
    assert unicode_tokens("আমি তোমাকে") == ["আমি", "তোমাকে"]
    assert scikit_tokens("আমি তোমাকে") == ["আম"]


def test_scikit_tokens_equal_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    text = "Don't STOP believin', it's 24K magic—ångström আমি"
    assert scikit_tokens(text) == TfidfVectorizer().build_analyzer()(text)


def _collection(rng: np.random.Generator, n: int = 60) -> list[str]:
    sea = ["wave", "salt", "ship", "storm", "gull", "tide", "sail", "harbour"]
    city = ["street", "neon", "train", "taxi", "tower", "crowd", "rain", "corner"]
    return [" ".join(rng.choice(sea if i % 2 else city, 30)) for i in range(n)]


def test_original_recipe_equals_scikit_learn() -> None:
    from sklearn.decomposition import PCA
    from sklearn.feature_extraction.text import TfidfVectorizer

    config = load_config(preset="original").text
    config = TextConfig(**{**vars(config), "n_components": 6})
    texts = _collection(np.random.default_rng(0))
    values, _ = fit_tfidf(texts, config, random_state=0).transform(texts)
    weights = TfidfVectorizer(max_features=500, stop_words="english", min_df=2).fit_transform(texts)
    expected = PCA(6).fit_transform(weights.toarray())
    expected /= expected.std(axis=0)
    signs = np.sign((values * expected).sum(axis=0))
    np.testing.assert_allclose(values * signs, expected, atol=1e-4)


def test_two_themes_part_along_the_first_component() -> None:
    texts = _collection(np.random.default_rng(1))
    values, known = fit_tfidf(texts, TextConfig(n_components=8), random_state=0).transform(texts)
    side = values[:, 0] > 0
    assert known.all()
    assert len(set(side[::2])) == len(set(side[1::2])) == 1
    assert side[0] != side[1]
    assert np.mean(values**2) == pytest.approx(1.0, rel=0.01)


def test_state_round_trip_is_exact() -> None:
    texts = _collection(np.random.default_rng(2))
    config = TextConfig(n_components=4)
    fitted = fit_tfidf(texts, config, random_state=0)
    again = TfidfComponents.from_state(config, fitted.state())
    np.testing.assert_array_equal(fitted.transform(texts)[0], again.transform(texts)[0])


@pytest.mark.parametrize("texts", [[], ["alone here"], ["same words", "same words"]])
def test_too_little_text_is_unknown_not_zero(texts: list[str]) -> None:
    values, known = fit_tfidf(texts, TextConfig(), random_state=0).transform(["same words"])
    assert values.shape == (1, 64)
    assert not known.any()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I walk along the river and I think about the days that we have lost", "en"),
        ("Je marche seul le long de la rivière et je pense aux jours perdus", "fr"),
        ("আমি তোমাকে ভালোবাসি আর সারাদিন তোমার কথা ভাবি একা একা বসে থাকি", "bn"),
        ("short", ""),
        ("Kad noć pada nad rijekom, ne mogu više živjeti bez tebe, vrati mi se ljubavi", "hr"),
        ("ya tebya lyublyu i nikomu ne otdam, ty moya zvezda v nebe nochnom, ne ukhodi", ""),
        ("7f3a9c 2b8d11 e04f7a 91c3de 55ab02 f7e6d1 08c9b4", ""),
        ("tum hi ho, ab tum hi ho, zindagi ab tum hi ho, chain bhi mera dard bhi", ""),
        ("ami tomake bhalobashi tumi jano na, tomar chokhe ami dekhi amar shopno", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_more_terms_than_texts_equal_dense_components() -> None:
    from sklearn.decomposition import PCA

    rng = np.random.default_rng(3)
    words = [f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(200)]
    texts = [" ".join(rng.choice(words, 60)) for _ in range(25)]
    config = TextConfig(n_components=5)
    fitted = fit_tfidf(texts, config, random_state=0)
    weights = _dense_weights(texts, fitted)
    expected = PCA(5).fit_transform(weights)
    expected /= np.sqrt((expected**2).mean())
    values, _ = fitted.transform(texts)
    signs = np.sign((values * expected).sum(axis=0))
    assert weights.shape[1] > len(texts)
    np.testing.assert_allclose(values * signs, expected, atol=1e-4)


def _dense_weights(texts: list[str], fitted: TfidfComponents) -> np.ndarray:
    counts = np.array([[text.split().count(w) for w in fitted.vocabulary] for text in texts])
    weights = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0) * fitted.idf
    return weights / np.linalg.norm(weights, axis=1, keepdims=True)


@pytest.mark.parametrize("n_texts", [40, 1500])  # densely, and by iteration
def test_few_different_texts_give_the_same_bytes_each_time(n_texts: int) -> None:
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(60)]
    different = [" ".join(rng.choice(words, 20)) for _ in range(9)]
    texts = [different[i % 9] for i in range(n_texts)]
    config = TextConfig(n_components=16, max_df=1.0)
    one, other = (fit_tfidf(texts, config, random_state=0) for _ in range(2))
    assert one.components.shape[0] == 8  # what nine texts differ in, and no noise
    np.testing.assert_array_equal(one.components, other.components)
    np.testing.assert_allclose(one.components @ one.components.T, np.eye(8), atol=1e-8)
    same = fit_tfidf(["one text"] * n_texts, config, random_state=0)
    assert not same.transform(["one text"])[1].any()


def test_both_ways_find_the_same_directions() -> None:
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(300)]
    chance = 1 / np.arange(1, 301)
    texts = [" ".join(rng.choice(words, 40, p=chance / chance.sum())) for _ in range(900)]
    config = TextConfig(n_components=5, max_df=1.0)
    dense = fit_tfidf(texts, config, random_state=0)
    twice = fit_tfidf(texts * 2, config, random_state=0)  # the same directions, by iteration
    idf = np.allclose(dense.idf, twice.idf, rtol=1e-2)
    assert idf
    np.testing.assert_allclose(np.abs((dense.components * twice.components).sum(1)), 1, atol=1e-3)
