"""Weights of a file are checked before they are loaded, and nothing of the file is executed."""

import argparse
import io
import os
import pickle
import re

import pytest
import torch
from helpers.own_networks import seeded
from safetensors.torch import save, save_file

from lada_explore.config import ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.models import Borrowed, new_classifier
from lada_explore.models.borrowed.weights import digest_of, load_weights, read_weights
from lada_explore.models.given import Given


def loaded(path, n_classes=3, **settings):
    config = ClassifierConfig(kind="object:x:Y", segments=("conv1", "conv2"), weights=str(path), **settings)
    return new_classifier(config, (1, 12, 12), n_classes, given=Given(seeded(1)))


@pytest.mark.parametrize("ending", ["safetensors", "pth", "pt"])
@pytest.mark.parametrize("within", [None, "state_dict"])
def test_they_are_those_of_the_file(tmp_path, ending, within):
    state, place = seeded(5).state_dict(), tmp_path / f"weights.{ending}"
    if ending == "safetensors":
        save_file(state, place)
    else:
        torch.save(state if within is None else {within: state, "epoch": 3}, place)
    found = loaded(place)
    assert isinstance(found, Borrowed)
    assert all(torch.equal(value, state[name]) for name, value in found.network.state_dict().items())
    assert re.fullmatch("[0-9a-f]{64}", found.weights_digest)
    assert found.notes == ()


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod.", "model."])
def test_they_lose_what_all_their_names_begin_with(tmp_path, prefix):
    torch.save({f"{prefix}{name}": value for name, value in seeded(5).state_dict().items()}, tmp_path / "w.PTH")
    assert torch.equal(loaded(tmp_path / "w.PTH").head.weight, seeded(5).fc.weight)


def test_a_head_for_other_classes_is_left_out_and_it_says_so(tmp_path):
    save_file(seeded(5, n_classes=10).state_dict(), tmp_path / "w.safetensors")
    found = loaded(tmp_path / "w.safetensors", n_classes=3)
    assert torch.equal(found.network.conv2.weight, seeded(5, n_classes=10).conv2.weight)
    assert found.head.weight.shape == (3, 6)
    assert found.notes == ("its weights have a head for 10 classes, so it starts with a new one for 3",)


def changed(**changes):
    state = seeded(5).state_dict()
    for name, value in changes.items():
        name = name.replace("__", ".")
        if value is None:
            del state[name]
        else:
            state[name] = value
    return state


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            changed(conv1__weight=None),
            "do not fit TwentyLines: they lack 'conv1.weight'; give the weights of",
        ),
        (changed(conv1__weight=None, conv2__bias=None), "they lack 'conv1.weight' and 1 more such;"),
        (changed(more=torch.ones(2)), "they have 'more', which the network has not;"),
        (changed(conv1__bias=torch.ones(9)), r"they have 'conv1.bias' of shape \(9,\) and not \(4,\);"),
        (changed(fc__weight=torch.ones(3, 9)), r"they have 'fc.weight' of shape \(3, 9\) and not \(3, 6\);"),
        (changed(fc__weight=torch.ones(9, 9)), r"they have 'fc.weight' of shape \(9, 9\) and not \(3, 6\);"),
        (changed(conv1__bias=torch.full((4,), torch.nan)), "'conv1.bias' has values that are not finite"),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path, state, sentence):
    save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(ConfigError, match=sentence) as error:
        loaded(tmp_path / "w.safetensors")
    assert "\n" not in str(error.value)


class Payload:
    """Pickled, it would create a file when it is read."""

    def __init__(self, place):
        self._place = str(place)

    def __reduce__(self):
        return os.mkdir, (self._place,)


@pytest.mark.parametrize("ending", ["pth", "pt"])
@pytest.mark.parametrize("how", ["torch", "pickle", "beside tensors"])
def test_code_in_a_pickle_is_refused_and_not_executed(tmp_path, ending, how):
    place, proof = tmp_path / f"evil.{ending}", tmp_path / "executed"
    if how == "pickle":
        place.write_bytes(pickle.dumps(Payload(proof)))
    else:
        torch.save(Payload(proof) if how == "torch" else {**seeded().state_dict(), "more": Payload(proof)}, place)
    with pytest.raises(ConfigError, match=r"evil\.pth? holds no weights that can be read safely") as error:
        loaded(place)
    assert "\n" not in str(error.value)
    assert not proof.exists()
    # The payload does what it says, where something unpickles it.
    with place.open("rb") as file:
        if how == "pickle":
            pickle.load(file)
        else:
            torch.load(file, weights_only=False)
    assert proof.exists()


def test_a_cut_or_other_file_is_refused_by_its_name(tmp_path):
    whole = save(seeded().state_dict())
    for name, content in {
        "cut.safetensors": whole[:-40],
        "short.safetensors": whole[:5],
        "empty.pth": b"",
        "text.pt": b"no weights",
        "other.safetensors": b"\xff" * 64,
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=f"{re.escape(name)} holds no weights that can be read safely") as error:
            read_weights(str(tmp_path / name))
        assert "\n" not in str(error.value)


def test_a_header_that_promises_more_than_the_file_holds_is_refused(tmp_path):
    whole = save({"a": torch.ones(4)})
    lied = whole.replace(b"[4]", b"[9]").replace(b'"data_offsets":[0,16]', b'"data_offsets":[0,36]')
    (tmp_path / "lied.safetensors").write_bytes(lied)
    assert lied != whole
    with pytest.raises(ConfigError, match="holds no weights that can be read safely"):
        read_weights(str(tmp_path / "lied.safetensors"))


def test_why_a_pickle_is_refused_is_said_without_what_torch_advises(tmp_path):
    """Its own text is long, coloured, and names the way to execute the file."""
    saved = io.BytesIO()
    torch.save(seeded().state_dict(), saved)
    torch.save({**seeded().state_dict(), "args": argparse.Namespace(seed=1)}, tmp_path / "args.pth")
    torch.save(seeded(), tmp_path / "whole.pth")
    (tmp_path / "cut.pth").write_bytes(saved.getvalue()[:-100])
    (tmp_path / "page.pth").write_text("<!DOCTYPE html>")
    (tmp_path / "lfs.pth").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n")
    for name, reason in {
        "args": "beside tensors it holds argparse.Namespace, which only its own code could read",
        "whole": "beside tensors it holds helpers.own_networks.TwentyLines, which only its own code could read",
        "cut": "it is cut off, or not a file that torch.save wrote",
        "page": "it is cut off, or not a file that torch.save wrote",
        "lfs": "it is a pointer of Git LFS, not the file; get that by git lfs pull",
    }.items():
        place = tmp_path / f"{name}.pth"
        said = f"{place} holds no weights that can be read safely ({reason}); give a .safetensors file, or a .pth of"
        with pytest.raises(ConfigError, match=f"^{re.escape(said)} tensors alone, as torch.save"):
            read_weights(str(place))


def test_complex_numbers_and_addresses_are_refused(tmp_path):
    torch.save({"a": torch.ones(2, dtype=torch.complex64)}, tmp_path / "w.pth")
    with pytest.raises(ConfigError, match="'a' has complex numbers"):
        read_weights(str(tmp_path / "w.pth"))
    address = "https://example.org/w.pth"
    with pytest.raises(ConfigError, match=f"is '{address}'; download it yourself and give the file, or 'hub'$"):
        read_weights(address)


@pytest.mark.parametrize(
    ("held", "sentence"), [([1, 2], "it holds list"), ({"a": 3}, "'a' in it is int"), ({}, "it holds dict")]
)
def test_what_is_no_tensors_by_name_is_refused(tmp_path, held, sentence):
    torch.save(held, tmp_path / "w.pth")
    with pytest.raises(ConfigError, match=sentence):
        read_weights(str(tmp_path / "w.pth"))


def test_a_missing_file_and_another_ending_are_one_sentence(tmp_path):
    with pytest.raises(ConfigError, match="none.pth does not exist; give classifier.weights the path of a"):
        read_weights(str(tmp_path / "none.pth"))
    with pytest.raises(ConfigError, match="classifier.weights is 'w.pkl'; give a file that ends in .safetensors"):
        read_weights("w.pkl")


def test_numbers_of_batches_may_be_missing(tmp_path):
    save_file(changed(norm__num_batches_tracked=None), tmp_path / "w.safetensors")
    weights = read_weights(str(tmp_path / "w.safetensors"))
    assert load_weights(seeded(1), weights, "fc") == ()


def test_the_digest_depends_on_names_shapes_and_values():
    one = {"a": torch.ones(2), "b": torch.zeros(2)}
    others = [
        {"a": torch.ones(2), "c": torch.zeros(2)},
        {"a": torch.ones(2), "b": torch.zeros(1, 2)},
        one | {"b": one["a"]},
    ]
    digests = {digest_of(state) for state in [one, *others]}
    assert len(digests) == 4
    assert digest_of(dict(reversed(one.items()))) == digest_of(one)
