"""VAAL: query images that a discriminator can tell from the labelled ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from lada_explore.acquisition.protocol import Preparation
from lada_explore.config import VaalConfig, VaalWeighting
from lada_explore.models import Classifier, FeatureVae, Vae, discriminator, negative_elbo, released_loss, vae_of

DRAWN_AT_ONCE = 500
"""Batches that are drawn and copied to the device at once, because a copy for each batch would make a GPU wait."""


class Vaal:
    """Probability that an image is unlabelled, given by a discriminator on the code of a variational autoencoder.

    Both networks are trained from scratch in each cycle, on the labelled images and a sample of the unlabelled ones.
    The autoencoder is trained to make the codes of both sets alike, the discriminator to tell them apart. The
    classifier is not used. VAAL scores images and mixed images, but no hidden states; of a frozen network it takes the
    features for the images, see `FeatureVae`.

    Args:
        config: the networks and their training.

    Source: LADA, supplement, section D, Equation 6 and Figure 4a; Sinha, Ebrahimi and Darrell, "Variational Adversarial
    Active Learning" (ICCV 2019), Algorithm 1 and Equations 1 to 4.
    """

    unit = "probability"

    def __init__(self, config: VaalConfig) -> None:
        self._config = config
        self._networks = nn.ModuleDict()

    def prepare(self, context: Preparation) -> None:
        """Train the two networks, or load them if they were trained in SCORE of this cycle."""
        config = self._config
        _, channels, height, width = context.images.batch(context.labelled_ids[:1]).shape
        with context.runtime.seeded(context.seed):
            self._networks = nn.ModuleDict(
                {
                    "vae": vae_of((channels, height, width), config.width, config.latent),
                    "discriminator": discriminator(config.latent),
                }
            ).to(context.runtime.device)
            if context.saved is not None:
                self._networks.load_state_dict(dict(context.saved))
            else:
                self._train(context)
        self._networks.eval().requires_grad_(False)

    def state_dict(self) -> dict[str, Tensor]:
        """Weights of both networks."""
        return self._networks.state_dict()

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, 1) logits of "unlabelled", of images (B, D, H, W); `mix_layer` must be 0."""
        mean, _ = self._vae.encode(hidden)
        labelled: Tensor = self._discriminator(mean)
        return -labelled

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) probability of "unlabelled", from logits (B, 1)."""
        return outputs.squeeze(1).sigmoid()

    @property
    def _vae(self) -> Vae | FeatureVae:
        vae = self._networks["vae"]
        assert isinstance(vae, (Vae, FeatureVae))
        return vae

    @property
    def _discriminator(self) -> nn.Module:
        return self._networks["discriminator"]

    def _train(self, context: Preparation) -> None:
        """Alternate steps of the autoencoder and of the discriminator (Sinha et al., Algorithm 1)."""
        config = self._config
        fused = True if context.runtime.device.type == "cuda" else None
        of_vae = torch.optim.Adam(self._vae.parameters(), lr=config.learning_rate, fused=fused)
        of_discriminator = torch.optim.Adam(self._discriminator.parameters(), lr=config.learning_rate, fused=fused)
        batches = _drawn(context, config)
        for step in range(config.steps):
            for _ in range(config.vae_steps):
                loss = self._vae_loss(*next(batches))
                of_vae.zero_grad()
                loss.backward()
                of_vae.step()
            loss = self._discriminator_loss(*next(batches))
            of_discriminator.zero_grad()
            loss.backward()
            of_discriminator.step()
            context.tick(step + 1, config.steps, "steps of the VAE and its discriminator")

    def _vae_loss(self, labelled: Tensor, unlabelled: Tensor) -> Tensor:
        """Equations 1 and 2: reconstruct both sets of images, and make the discriminator call both labelled."""
        if self._config.weighting is VaalWeighting.POOLED:
            return self._set_loss(torch.cat([labelled, unlabelled]))
        return self._set_loss(labelled) + self._set_loss(unlabelled)

    def _set_loss(self, images: Tensor) -> Tensor:
        """The autoencoder's loss for one set of images, in one pass, so that batch-norm normalises over this set."""
        mean, log_variance = self._vae.encode(images)
        decoded = self._vae.decode(mean + torch.randn_like(mean) * (0.5 * log_variance).exp())
        loss = released_loss if self._config.weighting is VaalWeighting.RELEASE else negative_elbo
        taken = self._discriminator(mean).squeeze(1)
        fooling = binary_cross_entropy_with_logits(taken, torch.ones_like(taken))
        return loss(images, decoded, mean, log_variance, self._config.beta) + self._config.adversary * fooling

    def _discriminator_loss(self, labelled: Tensor, unlabelled: Tensor) -> Tensor:
        """Equation 3: classify codes of labelled images as 1 and codes of unlabelled images as 0."""
        with torch.no_grad():
            codes = [self._vae.encode(images)[0] for images in (labelled, unlabelled)]
        losses = []
        for code, target in zip(codes, (1.0, 0.0), strict=True):
            logits = self._discriminator(code)
            losses.append(binary_cross_entropy_with_logits(logits, torch.full_like(logits, target)))
        return sum(losses, torch.zeros((), device=codes[0].device))


def _drawn(context: Preparation, config: VaalConfig) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of labelled and of unlabelled images, for each step of the autoencoder and of the discriminator."""
    rng, left = np.random.default_rng(context.seed), config.steps * (config.vae_steps + 1)
    both = context.labelled_ids, context.unlabelled_ids
    while left:
        n = min(DRAWN_AT_ONCE, left)
        drawn = [
            [rng.choice(ids, size=min(config.batch_size, len(ids)), replace=False) for ids in both] for _ in range(n)
        ]
        labelled, unlabelled = (
            torch.from_numpy(np.stack(ids)).to(context.runtime.device) for ids in zip(*drawn, strict=True)
        )
        for one, other in zip(labelled, unlabelled, strict=True):
            yield context.images.batch(one), context.images.batch(other)
        left -= n
