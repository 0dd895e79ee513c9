"""Augmentations that a person could add: pairs mixed in another way, single images transformed without an STN."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from lada_explore.augmentation import FoundTheta, VirtualLoss
from lada_explore.augmentation.mixing import Mixup
from lada_explore.augmentation.none import NoAugmentation, RealImages
from lada_explore.config import POLICIES


class Halves(Mixup):
    """Left columns of one image beside right ones of the other; the column in between is shared."""

    def mix_layers(self, classifier):
        return (0,)

    def mix(self, first, second, lam):
        cut = first.shape[-1] * torch.as_tensor(lam).reshape(-1, 1, 1, 1)
        share = (cut - torch.arange(first.shape[-1])).clamp(0, 1)
        return share * first + (1 - share) * second


class Steep(Halves):
    """One whose mixes have no gradient in lam."""

    def mix(self, first, second, lam):
        return super().mix(first, second, lam.detach() if isinstance(lam, torch.Tensor) else lam)


class Brightness(torch.nn.Module):
    """How much lighter each image is to be made, from its mean."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def forward(self, images):
        return self.layer(images.mean(dim=(1, 2, 3))[:, None])


class Lighter(NoAugmentation):
    """Transforms single images by one number each, which a network of its own finds."""

    def new_transformer(self, config, data):
        return Brightness()

    def find_theta(self, context):
        network, images = context.transformer, context.images.batch(context.ids)
        by_epoch, losses = [network(images).detach().numpy()], []
        if POLICIES[context.policy].trains:
            optimiser = torch.optim.SGD(network.parameters(), lr=0.1)
            for _ in range(context.config.epochs):
                loss = -context.score(self.transform(images, network(images), network)).mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
                by_epoch.append(network(images).detach().numpy())
        return FoundTheta(by_epoch=np.stack(by_epoch), loss=np.array(losses, np.float32))

    def transform(self, images, theta, transformer):
        return images + theta[:, :, None, None]

    def transform_pixels(self, pixels, theta):
        return np.clip(pixels + 255 * theta[:, :, None, None], 0, 255).astype(np.uint8)

    def virtual_batch(self, acquired, training):
        return RealImages() if acquired is None else LighterImages(self, acquired, training.transformer)


class LighterImages(RealImages):
    """The images that were just acquired, as lighter as the look-ahead found them worth most; its mean is recorded."""

    per_epoch = 1

    def __init__(self, augmentation, acquired, network):
        self.augmentation = augmentation
        self.acquired = acquired
        self.networks = (network,)
        self.seen = []

    def size(self, n_labelled):
        return len(self.acquired.ids)

    def epoch_loss(self, classifier, images, rng, device):
        theta = torch.from_numpy(self.acquired.theta)
        self.seen.append(theta.mean().item())
        moved = self.augmentation.transform(images.batch(self.acquired.ids), theta, None)
        loss = torch.nn.functional.cross_entropy(classifier(moved), torch.from_numpy(self.acquired.labels))
        return VirtualLoss(total=loss, mixed=loss)

    def recorded(self, record):
        return replace(record, own={"lightness": np.array(self.seen, np.float32)})
