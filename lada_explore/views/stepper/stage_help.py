"""What each stage does in a run, in a few words: they depend on the method, and on who answers."""

from __future__ import annotations

from lada_explore.config import ACQUISITIONS, POLICIES, Method, Mixes, RunConfig
from lada_explore.records import Stage


def stage_help(stage: Stage, config: RunConfig, cycle: int, *, asks: bool) -> str:
    """What a stage does in a cycle of a run, as a phrase without a full stop.

    Args:
        stage: the stage.
        config: settings that the cycle is made by.
        cycle: the cycle; 0 is the start.
        asks: whether a person gives the answers.
    """
    method = config.method
    match stage:
        case Stage.SUBSAMPLE:
            paired = " and pair them at random" if method.uses_pairs else ""
            return f"Draw candidates from the unlabelled pool{paired}"
        case Stage.SCORE:
            return _score(method)
        case Stage.LOOK_AHEAD:
            return _look_ahead(config)
        case Stage.SELECT:
            return _select(method, cycle)
        case Stage.QUERY:
            return "Ask a person to answer the chosen images" if asks else "Get the labels of the chosen images"
        case Stage.TRAIN:
            return f"Train the classifier on all labels{_virtual(method) if cycle else ''}"
        case Stage.EVALUATE:
            on = "images held out for testing" if config.data.holdout else "the test set, if there is one"
            return f"Measure the accuracy on {on}"


def _score(method: Method) -> str:
    trains = method.acquisition in ACQUISITIONS and ACQUISITIONS[method.acquisition].capabilities.trains
    own = ", with networks that are trained for it" if trains else ""
    return f"Score every candidate by itself{own}"


def _look_ahead(config: RunConfig) -> str:
    method, policy = config.method, POLICIES[config.method.policy]
    if method.uses_transforms:
        how = "Learn how to transform the" if policy.trains else "Transform the"
        as_learned = "" if policy.trains else " as training learned to"
        return f"{how} candidates{as_learned}, and score their transforms"
    if not method.uses_pairs:
        return "Nothing to do: this method does not look ahead"
    unused = "" if method.look_ahead else "; this method does not count the value"
    if policy.same_for_all:
        return f"Value the virtual instances of each pair at τ = {config.fixed_tau:g}{unused}"
    found = "Learn τ* of each pair" if policy.trains else "Find τ* of each pair"
    return f"{found}, and value its virtual instances{unused}"


def _select(method: Method, cycle: int) -> str:
    if cycle == 0:
        return "Choose the images to start from"
    noun = "pairs" if method.uses_pairs else "images"
    if method.acquisition not in ACQUISITIONS:  # One of a person's own may choose in any way.
        return f"Choose the {noun} to ask about"
    acquisition = ACQUISITIONS[method.acquisition].capabilities
    if acquisition.chooses_pairs if method.uses_pairs else acquisition.chooses_set:
        return f"Choose the {noun} to ask about together, as a set"
    if method.uses_transforms:
        return "Choose the images with the highest sums of their own score and that of their transform"
    return f"Choose the {noun} with the highest scores to ask about"


def _virtual(method: Method) -> str:
    """What TRAIN learns from beside the labels."""
    match method.augmentation_capabilities.mixes:
        case Mixes.NOTHING:
            return ""
        case Mixes.IMAGES:
            return " and on transforms of the new images"
        case Mixes.PAIRS:
            pairs = "the new pairs" if method.uses_pairs else "random pairs of the new images"
            return f" and on virtual instances of {pairs}"
