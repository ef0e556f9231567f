"""Every row of the table of models keeps the contract; the original has its exact size."""

import dataclasses

import numpy as np
import pytest
import torch

from songatlas.config import load_config
from songatlas.config.stages import ModelConfig
from songatlas.models import MODELS, training
from songatlas.models.base import Batch, Model
from songatlas.models.batches import minibatches, to_batch
from songatlas.models.checkpoint import load_checkpoint
from songatlas.models.original_vae import OriginalVAE
from songatlas.models.posteriors import (
    decode,
    encode,
    explained_beyond_chance,
    variance_explained,
)
from songatlas.models.training import train
from songatlas.types import FeatureSet, Observations

SHAPES = {"audio": (16, 39), "text": (1, 10)}


def make_features(n_tracks: int = 40, seed: int = 0) -> FeatureSet:
    """Two planted groups that both modalities tell apart; some tracks lack one of them."""
    rng = np.random.default_rng(seed)
    group = np.arange(n_tracks) % 2
    values, masks = {}, {}
    for name, (n_observations, n_features) in SHAPES.items():
        centre = rng.normal(size=(2, 1, n_features))
        noise = rng.normal(size=(n_tracks, n_observations, n_features))
        values[name] = (2 * centre[group] + 0.5 * noise).astype(np.float32)
        masks[name] = np.ones((n_tracks, n_observations), bool)
    masks["text"][::7] = False
    masks["audio"][1::7, 4:] = False
    return FeatureSet(
        track_ids=tuple(f"{i:03}" for i in range(n_tracks)),
        modalities={name: Observations(values=values[name], mask=masks[name]) for name in SHAPES},
    )


def make_model(name: str, *, n_conditions: int = 0, **changes: object) -> Model:
    torch.manual_seed(0)
    config = dataclasses.replace(ModelConfig(name=name, hidden=32), **changes)
    return MODELS[name](SHAPES, config, n_conditions)


def test_the_original_has_exactly_its_parameters() -> None:
    model = OriginalVAE({"audio": (130, 39), "text": (1, 64)})
    assert model.n_parameters == 1_256_897
    assert model.effective_beta(1.0) == pytest.approx(79.2, abs=0.05)
    assert model.fc_logvar.weight.abs().max() == 0
    assert (model.fc_logvar.bias == -2).all()


def test_the_original_loss_is_the_published_formula() -> None:
    features = make_features()
    model = OriginalVAE(SHAPES, n_latent=4).eval()
    data = to_batch(features)
    output = model.loss(data, beta=0.3, generator=torch.Generator().manual_seed(1))
    posterior = model.inference(data)
    noise = torch.randn(posterior.mean.shape, generator=torch.Generator().manual_seed(1))
    z = posterior.mean + noise * (posterior.log_var / 2).exp()
    decoded = model.generative(z, data.condition)
    audio_mask = data.mask["audio"]
    audio = ((data.values["audio"] - decoded["audio"])[audio_mask] ** 2).mean()
    text = ((data.values["text"] - decoded["text"])[data.mask["text"]] ** 2).mean()
    kl = -0.5 * (1 + posterior.log_var - posterior.mean**2 - posterior.log_var.exp()).mean()
    torch.testing.assert_close(output.loss, audio + 0.1 * text + 0.3 * kl)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("variational", [True, False])
@pytest.mark.parametrize("n_conditions", [0, 3])
def test_contract(name: str, variational: bool, n_conditions: int) -> None:
    model = make_model(name, variational=variational, n_conditions=n_conditions)
    features = make_features()
    condition = np.eye(3)[np.arange(40) % 3][:, :n_conditions]
    data = to_batch(features, condition)
    output = model.loss(data, beta=1.0, generator=torch.Generator().manual_seed(0))
    assert output.loss.ndim == 0
    assert set(output.terms) == {"audio", "text"} | ({"kl"} if variational else set())
    encoded = encode(model, data)
    assert encoded.mean.shape == encoded.kl.shape == (40, model.n_latent)
    assert (encoded.kl >= 0).all()
    decoded = decode(model, encoded.mean, data.condition)
    for key, (n_observations, n_features) in SHAPES.items():
        assert decoded[key].shape[1] in (1, n_observations)
        assert decoded[key].shape[2] == n_features


@pytest.mark.parametrize("name", MODELS)
def test_values_behind_a_false_mask_are_never_read(name: str) -> None:
    features = make_features()
    poisoned = {
        key: dataclasses.replace(
            x, values=np.where(x.mask[..., None], x.values, np.float32(np.nan))
        )
        for key, x in features.modalities.items()
    }
    model = make_model(name)
    clean = encode(model, to_batch(features))
    dirty = encode(model, to_batch(dataclasses.replace(features, modalities=poisoned)))
    np.testing.assert_array_equal(clean.mean, dirty.mean)


@pytest.mark.parametrize("name", MODELS)
def test_rows_are_independent_of_the_other_rows(name: str) -> None:
    model, features = make_model(name), make_features()
    data = to_batch(features)
    few = Batch(
        values={key: value[5:9] for key, value in data.values.items()},
        mask={key: mask[5:9] for key, mask in data.mask.items()},
        condition=data.condition[5:9],
    )
    np.testing.assert_allclose(encode(model, data).mean[5:9], encode(model, few).mean, atol=1e-5)


def test_order_of_windows_does_not_matter_and_more_windows_sharpen() -> None:
    model, features = make_model("track_vae"), make_features()
    data = to_batch(features)
    order = torch.randperm(16, generator=torch.Generator().manual_seed(3))
    shuffled = Batch(
        values={**data.values, "audio": data.values["audio"][:, order]},
        mask={**data.mask, "audio": data.mask["audio"][:, order]},
        condition=data.condition,
    )
    np.testing.assert_allclose(encode(model, data).mean, encode(model, shuffled).mean, atol=1e-5)
    same = data.values["audio"][:, :1].expand(-1, 16, -1)
    variances = []
    for n in (1, 2, 16):
        mask = (torch.arange(16) < n).expand(40, -1)
        batch = Batch(
            values={"audio": same, "text": data.values["text"]},
            mask={"audio": mask, "text": data.mask["text"] & False},
            condition=data.condition,
        )
        variances.append(encode(model, batch).log_var.mean())
    assert variances[0] > variances[1] > variances[2]


def test_a_track_without_anything_gets_the_prior() -> None:
    model, data = make_model("track_vae"), to_batch(make_features())
    encoded = encode(model, data.only(()))
    assert np.abs(encoded.mean).max() == 0
    assert np.abs(encoded.kl).max() == 0


def _train(name: str, **changes: object) -> tuple[Model, Batch, object]:
    data = to_batch(make_features())
    model = make_model(name, n_latent=4, dropout=0.0)
    preset = "original" if name == "original_vae" else "default"
    config = dataclasses.replace(load_config(preset=preset).training, epochs=6, **changes)
    return model, data, train(model, data, config, seed=1, device=torch.device("cpu"))


def test_training_explains_both_modalities_and_knows_whose_posterior_it_is() -> None:
    model, data, _ = _train("track_vae")
    encoded = encode(model, data)
    decoded = decode(model, encoded.mean, data.condition)
    order = np.roll(np.arange(data.n_tracks), 1)  # the other group's posterior
    assert min(variance_explained(data, decoded).values()) > 0.6
    assert max(variance_explained(data, decoded, order=order).values()) < 0


@pytest.mark.parametrize("name", MODELS)
def test_training_twice_gives_the_same_bytes(name: str) -> None:
    one, _, first = _train(name)
    other, _, second = _train(name)
    assert first.history == second.history
    for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("name", MODELS)
def test_resumed_training_ends_where_an_undisturbed_one_does(
    name: str, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(training, "SAVE_SECONDS", 0.0)
    preset = "original" if name == "original_vae" else "default"
    config = dataclasses.replace(load_config(preset=preset).training, epochs=6)
    data = to_batch(make_features())
    whole = make_model(name)
    expected = train(whole, data, config, seed=1, device=torch.device("cpu"))

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(epoch: int, n_epochs: int, row: object) -> None:
        if epoch == 3:
            raise Stopped

    options = {"seed": 1, "device": torch.device("cpu"), "checkpoint": tmp_path / "c.checkpoint"}
    with pytest.raises(Stopped):
        train(make_model(name), data, config, progress=stop, **options)
    assert len(load_checkpoint(options["checkpoint"])["history"]) == 3
    model = make_model(name)
    fit = train(model, data, config, **options)
    assert fit.history == expected.history
    for a, b in zip(whole.state_dict().values(), model.state_dict().values(), strict=True):
        assert torch.equal(a, b)


def test_a_checkpoint_is_kept_by_the_clock_and_at_the_end(tmp_path, monkeypatch) -> None:
    now, path = iter(range(100)), tmp_path / "c.checkpoint"
    monkeypatch.setattr(training, "monotonic", lambda: float(next(now)))  # a second a look
    kept = training._Checkpoint(path, {})
    fit, found = training.Fit(), []
    for epoch in range(1, 7):
        fit.history.append({"epoch": float(epoch)})
        kept.save(fit, within=2.5)
        found.append(len((load_checkpoint(path) or {"history": []})["history"]))
    kept.save(fit)
    assert found == [0, 0, 3, 3, 3, 6]
    fit.history.append({"epoch": 7.0})
    kept.save(fit)
    assert len(training._Checkpoint(path, {}).resume().history) == 7


def test_the_checkpoint_is_chosen_by_held_out_loss_at_full_beta() -> None:
    _, _, fit = _train("track_vae", beta_warmup_epochs=4)
    losses = [row["val_loss"] for row in fit.history]
    assert fit.best_loss == min(losses)
    assert fit.best_epoch == losses.index(min(losses)) + 1
    assert [row["beta"] for row in fit.history][:5] == [0, 0.25, 0.5, 0.75, 1.0]


def test_minibatches_cover_every_row_once_and_none_is_single() -> None:
    pieces = list(minibatches(torch.arange(65), 32, torch.Generator().manual_seed(0)))
    assert sorted(torch.cat(pieces).tolist()) == list(range(65))
    assert min(len(piece) for piece in pieces) > 1


def test_the_history_says_how_much_of_each_modality_is_explained() -> None:
    model, data, fit = _train("track_vae")
    last = fit.history[-1]
    assert min(last["r2_audio"], last["r2_text"]) > 0.6
    assert fit.history[0]["r2_audio"] < last["r2_audio"]
    for decoder in model.decoders.values():  # a model that says the same of every track
        for layer in decoder:
            if isinstance(layer, torch.nn.Linear):
                torch.nn.init.zeros_(layer.weight)
    decoded = decode(model, encode(model, data).mean, data.condition)
    assert max(explained_beyond_chance(data, decoded).values()) <= 0


def test_the_default_model_trains_to_the_same_bytes_on_any_number_of_threads() -> None:
    before = torch.get_num_threads()
    histories = []
    try:
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            histories.append(_train("track_vae")[2].history)
            assert torch.get_num_threads() == n_threads  # and gives back what it took
    finally:
        torch.set_num_threads(before)
    assert histories[0] == histories[1]
