"""VAAL: shapes and losses of its networks by hand, and a toy split that its discriminator tells apart."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from lada_explore.acquisition import Vaal, capabilities_of
from lada_explore.acquisition import vaal as vaal_module
from lada_explore.config import VaalConfig
from lada_explore.datasets import ImageSet
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import StageStopped
from lada_explore.models import Vae, discriminator, negative_elbo, released_loss

SMALL = VaalConfig(width=2, latent=4, steps=6, batch_size=6)


def test_at_full_width_the_networks_are_those_of_the_authors_release():
    with torch.device("meta"):
        vae, judge = Vae((3, 32, 32), 128, 32), discriminator(32)
    shapes = [tuple(tensor.shape) for name, tensor in vae.encoder.named_parameters() if tensor.dim() == 4]
    assert shapes == [(128, 3, 4, 4), (256, 128, 4, 4), (512, 256, 4, 4), (1024, 512, 4, 4)]
    assert tuple(vae.mean.weight.shape) == tuple(vae.log_variance.weight.shape) == (32, 1024 * 2 * 2)
    assert tuple(vae.start.weight.shape) == (1024 * 4 * 4, 32)
    shapes = [tuple(up.weight.shape) for up in vae.up]
    assert shapes == [(1024, 512, 4, 4), (512, 256, 4, 4), (256, 128, 4, 4)]
    assert tuple(vae.last.weight.shape) == (3, 128, 1, 1)
    assert [tuple(layer.weight.shape) for layer in judge if hasattr(layer, "weight")] == [
        (512, 32),
        (512, 512),
        (1, 512),
    ]


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 12, 12), (3, 30, 17), (1, 8, 8), (1, 64, 64)])
def test_images_of_any_size_are_decoded_to_their_own_size(shape):
    vae = Vae(shape, 2, 5)
    mean, log_variance = vae.encode(torch.randn(3, *shape))
    assert mean.shape == log_variance.shape == (3, 5)
    assert vae.decode(mean).shape == (3, *shape)


def test_the_loss_of_the_autoencoder_by_hand():
    images, decoded = torch.tensor([[[[1.0, 2.0]]], [[[0.0, 0.0]]]]), torch.tensor([[[[0.0, 2.5]]], [[[0.0, 0.0]]]])
    mean, log_variance = torch.tensor([[2.0], [0.0]]), torch.log(torch.tensor([[4.0], [1.0]]))
    # First image: 1 + 0.25 error; divergence (4 + 4 - 1 - ln 4) / 2 = 2.806853. The second has neither.
    expected = (1.25 + 3 * 2.806853) / 2
    assert negative_elbo(images, decoded, mean, log_variance, 3.0).item() == pytest.approx(expected, rel=1e-6)


def test_the_releases_loss_by_hand():
    images, decoded = torch.tensor([[[[1.0, 2.0]]], [[[0.0, 0.0]]]]), torch.tensor([[[[0.0, 2.5]]], [[[0.0, 0.0]]]])
    mean, log_variance = torch.tensor([[2.0], [1.0]]), torch.log(torch.tensor([[4.0], [1.0]]))
    # The error over four pixels; the divergences of both images, (4 + 4 - 1 - ln 4) / 2 and 1 / 2, are added.
    expected = 1.25 / 4 + 3 * (2.806853 + 0.5)
    assert released_loss(images, decoded, mean, log_variance, 3.0).item() == pytest.approx(expected, rel=1e-6)


@pytest.fixture
def exact(preparation, tiny_images, monkeypatch):
    """The loss of the autoencoder on 2 labelled and 6 unlabelled images, under a weighting and without noise."""
    monkeypatch.setattr(torch, "randn_like", torch.zeros_like)

    def loss_of(weighting, labelled=(0, 1), unlabelled=range(10, 16), **changes):
        acquisition = Vaal(replace(SMALL, beta=3.0, weighting=weighting, **changes))
        acquisition.prepare(preparation)
        batches = [tiny_images.batch(np.array(ids)) for ids in (labelled, unlabelled)]
        return acquisition, batches, acquisition._vae_loss(*batches).item()

    return loss_of


def parts_of(acquisition, images):
    """Errors, divergences and adversarial losses of each image, written out in float64."""
    vae, judge = (acquisition._networks[name].double() for name in ("vae", "discriminator"))
    mean, log_variance = vae.encode(images.double())
    error = ((images - vae.decode(mean)) ** 2).sum(dim=(1, 2, 3))
    divergence = ((mean**2 + log_variance.exp() - 1 - log_variance) / 2).sum(dim=1)
    return error, divergence, torch.log1p(torch.exp(-judge(mean)[:, 0]))


def test_the_labelled_and_the_unlabelled_batch_have_a_mean_each_however_unequal_they_are(exact):
    acquisition, batches, loss = exact("image", adversary=2.0)
    of_sets = [parts_of(acquisition, images) for images in batches]
    expected = sum((error + 3 * divergence + 2 * fooled).mean() for error, divergence, fooled in of_sets)
    assert loss == pytest.approx(expected.item(), rel=1e-5)


def test_the_releases_weighting_averages_pixels_and_adds_divergences_in_each_batch(exact):
    acquisition, batches, loss = exact("release", adversary=2.0)
    expected = sum(
        error.mean() / 144 + 3 * divergence.sum() + 2 * fooled.mean()
        for error, divergence, fooled in (parts_of(acquisition, images) for images in batches)
    )
    assert loss == pytest.approx(expected.item(), rel=1e-5)


def test_an_older_runs_weighting_pools_both_batches(exact):
    acquisition, batches, loss = exact("pooled", adversary=2.0)
    error, divergence, fooled = parts_of(acquisition, torch.cat(batches))
    assert loss == pytest.approx((error + 3 * divergence + 2 * fooled).mean().item(), rel=1e-5)


@pytest.mark.parametrize(("weighting", "same"), [("image", True), ("pooled", False)])
def test_showing_each_labelled_image_three_times_changes_nothing_but_where_the_batches_are_pooled(
    exact, weighting, same
):
    once, thrice = exact(weighting)[2], exact(weighting, labelled=(0, 1, 0, 1, 0, 1))[2]
    assert (once == pytest.approx(thrice, rel=1e-5)) is same


def test_the_discriminators_loss_is_a_mean_for_each_batch(exact):
    acquisition, batches, _ = exact("image")
    found = acquisition._discriminator_loss(*batches).item()
    of_labelled, of_unlabelled = (acquisition.outputs(None, images, 0)[:, 0].double() for images in batches)
    expected = torch.log1p(torch.exp(of_labelled)).mean() + torch.log1p(torch.exp(-of_unlabelled)).mean()
    assert found == pytest.approx(expected.item(), rel=1e-5)


def test_the_weighting_decides_what_is_learned(preparation):
    learned = {}
    for weighting in ("image", "release", "pooled"):
        acquisition = Vaal(replace(SMALL, weighting=weighting))
        acquisition.prepare(preparation)
        learned[weighting] = acquisition.state_dict()["vae.mean.weight"]
    assert not torch.allclose(learned["image"], learned["release"])
    assert not torch.allclose(learned["image"], learned["pooled"])


def test_the_code_that_is_decoded_lies_as_many_standard_deviations_from_the_mean_as_was_drawn(
    preparation, tiny_images, monkeypatch
):
    acquisition, images = Vaal(replace(SMALL, beta=1e-9, adversary=1e-9)), tiny_images.batch(np.arange(6))
    acquisition.prepare(preparation)
    vae = acquisition._networks["vae"]
    vae.log_variance.bias.data += torch.tensor([-4.0, -1.0, 1.0, 3.0])
    mean, log_variance = vae.encode(images)
    monkeypatch.setattr(torch, "randn_like", lambda like: torch.full_like(like, 1.5))
    error = (images - vae.decode(mean + 1.5 * torch.sqrt(log_variance.exp()))).square().sum(dim=(1, 2, 3))
    assert acquisition._set_loss(images).item() == pytest.approx(error.mean().item(), rel=1e-5)


@pytest.mark.parametrize(("batch_size", "sizes"), [(6, {6}), (30, {12, 30})])
def test_a_batch_holds_different_images_as_many_as_there_are(preparation, tiny_images, monkeypatch, batch_size, sizes):
    shown, batch = [], tiny_images.batch
    monkeypatch.setattr(tiny_images, "batch", lambda ids: shown.append(ids.tolist()) or batch(ids))
    Vaal(replace(SMALL, batch_size=batch_size)).prepare(preparation)
    batches = shown[1:]  # the first is looked at for its shape
    assert len(batches) == 2 * 3 * SMALL.steps
    assert all(len(set(ids)) == len(ids) for ids in batches)
    assert {len(ids) for ids in batches} == sizes
    assert {max(ids) < 12 for ids in batches[::2]} == {True}
    assert {min(ids) >= 12 for ids in batches[1::2]} == {True}


def test_each_step_is_along_the_gradient_of_its_own_loss_alone(preparation):
    acquisition, fresh, taken = Vaal(SMALL), {}, []

    def watch(optimiser, *_):
        for parameter in optimiser.param_groups[0]["params"][:1]:
            if parameter in fresh:
                taken.append(torch.equal(parameter.grad, fresh[parameter]))
            else:
                fresh[parameter] = parameter.grad
                parameter.register_hook(lambda gradient, of=parameter: fresh.__setitem__(of, gradient.clone()))

    hook = register_optimizer_step_pre_hook(watch)
    acquisition.prepare(preparation)
    hook.remove()
    assert taken == [True] * (3 * SMALL.steps - 2)  # all but the first of each network, in which it is only met
    assert not acquisition.outputs(preparation.classifier, preparation.images.batch(np.arange(3)), 0).requires_grad


def test_the_learning_rate_is_that_of_both_networks(preparation):
    rates = []
    hook = register_optimizer_step_post_hook(lambda optimiser, *_: rates.append(optimiser.param_groups[0]["lr"]))
    Vaal(replace(SMALL, learning_rate=2e-4)).prepare(preparation)
    hook.remove()
    assert rates == [2e-4] * 3 * SMALL.steps


@pytest.mark.slow
def test_its_discriminator_tells_a_toy_split_apart(preparation, cpu):
    # Labelled images have a bright left half, unlabelled ones a bright right half; noise on both.
    rng = np.random.default_rng(0)
    images = rng.integers(0, 60, (120, 1, 12, 12), dtype=np.uint8)
    images[:60, :, :, :6] += 150
    images[60:, :, :, 6:] += 150
    halves = ImageSet.create(
        name="halves", images=images, targets=np.arange(120) % 2, class_names=("a", "b"), source="Random pixels."
    )
    toy = replace(
        preparation,
        images=DeviceImages(halves, (0.35,), (0.25,), cpu),
        labelled_ids=np.arange(40),
        labels=np.zeros(40, np.int64),
        unlabelled_ids=np.arange(60, 100),
    )
    acquisition = Vaal(VaalConfig(width=4, latent=4, steps=60, batch_size=16))
    acquisition.prepare(toy)
    unseen = toy.images.batch(np.concatenate([np.arange(40, 60), np.arange(100, 120)]))
    scores = acquisition.score(acquisition.outputs(toy.classifier, unseen, 0)).numpy()
    assert scores[:20].mean() < 0.3
    assert scores[20:].mean() > 0.7
    assert ((scores >= 0) & (scores <= 1)).all()


def test_the_score_is_the_probability_of_unlabelled_on_the_mean_code(preparation, tiny_images):
    acquisition = Vaal(SMALL)
    acquisition.prepare(preparation)
    batch = tiny_images.batch(np.arange(9))
    outputs = acquisition.outputs(preparation.classifier, batch, 0)
    vae, judge = acquisition._networks["vae"], acquisition._networks["discriminator"]
    labelled = torch.sigmoid(judge(vae.encode(batch)[0]))[:, 0]
    torch.testing.assert_close(acquisition.score(outputs), 1 - labelled)
    # Each image by itself: batch-norm is in eval mode.
    torch.testing.assert_close(acquisition.outputs(preparation.classifier, batch[:1], 0), outputs[:1])


@pytest.mark.parametrize(
    ("config", "steps_of_the_autoencoder"),
    [(SMALL, 2), (replace(SMALL, vae_steps=1), 1), (replace(SMALL, vae_steps=3), 3)],
)
def test_the_autoencoder_takes_two_steps_or_what_is_set_for_each_of_the_discriminator(
    preparation, config, steps_of_the_autoencoder
):
    names, taken = [], []
    acquisition = Vaal(config)
    hook = register_optimizer_step_post_hook(lambda optimiser, *_: taken.append(optimiser.param_groups[0]["params"]))
    acquisition.prepare(preparation)
    hook.remove()
    for parameters in taken:
        (name,) = (n for n, network in acquisition._networks.items() if next(network.parameters()) is parameters[0])
        names.append(name)
    assert names == (["vae"] * steps_of_the_autoencoder + ["discriminator"]) * SMALL.steps


def test_what_it_learned_is_taken_over_exactly_and_nothing_is_learned_then(preparation, tiny_images):
    first, second, ticks = Vaal(SMALL), Vaal(SMALL), []
    first.prepare(preparation)
    assert capabilities_of(first).trains
    saved = {name: tensor.clone() for name, tensor in first.state_dict().items()}
    second.prepare(replace(preparation, saved=saved, tick=lambda *point: ticks.append(point)))
    batch = tiny_images.batch(np.arange(20))
    assert torch.equal(*(a.outputs(preparation.classifier, batch, 0) for a in (first, second)))
    assert ticks == []


def test_the_seed_decides_what_it_learns(preparation, tiny_images):
    scores = []
    for seed in (3, 3, 4):
        acquisition = Vaal(SMALL)
        acquisition.prepare(replace(preparation, seed=seed))
        scores.append(acquisition.outputs(preparation.classifier, tiny_images.batch(np.arange(9)), 0)[:, 0].tolist())
    assert scores[0] == scores[1]
    assert scores[0] != scores[2]


def test_a_preparation_stops_between_steps(preparation):
    points = []

    def tick(done, total, unit):
        points.append((done, total, unit))
        if done == 3:
            raise StageStopped("stopped")

    with pytest.raises(StageStopped):
        Vaal(SMALL).prepare(replace(preparation, tick=tick))
    assert points == [(n, 6, "steps of the VAE and its discriminator") for n in (1, 2, 3)]


@pytest.mark.parametrize("at_once", [1, 4, 500])
def test_batches_are_drawn_one_after_the_other_however_many_are_copied_at_once(preparation, monkeypatch, at_once):
    monkeypatch.setattr(vaal_module, "DRAWN_AT_ONCE", at_once)
    context, config = preparation, replace(SMALL, vae_steps=2)
    rng = np.random.default_rng(context.seed)
    drawn = list(vaal_module._drawn(context, config))
    assert len(drawn) == config.steps * 3
    for both in drawn:
        for images, ids in zip(both, (context.labelled_ids, context.unlabelled_ids), strict=True):
            expected = rng.choice(ids, size=min(config.batch_size, len(ids)), replace=False)
            assert torch.equal(images, context.images.batch(expected))
