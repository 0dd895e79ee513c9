"""What a run records of its images."""

from __future__ import annotations

import json
import os

import pytest

from lada_explore.errors import StoreError
from lada_explore.records.items import Item
from lada_explore.store.items import ITEMS_FILE, Items, ItemsHead, read_head, read_items, write_items

IMAGES = tuple(Item(f"a/{i}.png", f"{i:064x}", 10 + i, 20) for i in range(4))
ODD = Item("na\udcffme\n\"'.png", "f" * 64, 1, 2)


@pytest.fixture
def items():
    head = ItemsHead(run="abc", n_train=4, n_test=1, labelled=False, mean=(0.1,), std=(0.3,))
    return Items(head=head, train=IMAGES, test=(ODD,))


def test_what_is_written_is_read_names_with_any_bytes_included(tmp_path, items):
    write_items(tmp_path, items)
    read = read_items(tmp_path, "abc")
    assert (read.train, read.test) == (IMAGES, (ODD,))
    assert read.content == items.content
    assert read_head(tmp_path, "abc") == read.head
    assert read_items(tmp_path / "none", "abc") is read_head(tmp_path / "none", "abc") is None


def test_added_images_are_drawn_from_by_their_cycle_and_later_ones(items):
    grown = items.with_added([ODD, ODD], 2, 5.0).with_added([ODD], 4, 6.0)
    assert [grown.head.n_at(cycle) for cycle in range(6)] == [4, 4, 6, 6, 7, 7]
    assert grown.head.n_train == len(grown.train) == 7
    assert grown.head.notes() == (
        "2 images were added to the folder of the images (ids 4 to 5); cycle 2 is the first to draw from them",
        "1 image was added to the folder of the images (id 6); cycle 4 is the first to draw from it",
    )
    assert items.with_added([], 2, 5.0) is items


def test_a_place_is_kept_as_a_whole_path_and_relative_to_the_run(tmp_path, items):
    head = items.at(tmp_path / "photos", tmp_path / "runs" / "first").head
    assert (head.folder, head.beside) == (os.path.realpath(tmp_path / "photos"), os.path.join("..", "..", "photos"))


def line(place, change):
    """Change the values of the first line, and leave the digest."""
    first, _, rest = place.read_bytes().partition(b"\n")
    values = json.loads(first)
    change(values)
    place.write_bytes(json.dumps(values).encode() + b"\n" + rest)


DAMAGES = {
    "a name": (
        lambda place: place.write_bytes(place.read_bytes().replace(b"a/2.png", b"a/7.png")),
        "its lines are not",
    ),
    "a line less": (
        lambda place: place.write_bytes(place.read_bytes().rsplit(b"\n", 2)[0] + b"\n"),
        "its lines are not",
    ),
    "the number": (
        lambda place: line(place, lambda head: head.update(n_train=3)),
        "the digest in its first line is not",
    ),
    "no digest": (lambda place: line(place, lambda head: head.pop("digest")), "the digest in its first line is not"),
    "a list": (lambda place: place.write_bytes(b"[1]\n"), "its first line holds no names and values"),
    "nothing": (lambda place: place.write_bytes(b""), "is damaged ("),
    "bytes": (lambda place: place.write_bytes(b"\xff\xfe" * 40), "is damaged ("),
    "a folder": (lambda place: (place.unlink(), place.mkdir()), ITEMS_FILE),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_one_sentence_that_names_the_file(tmp_path, items, damage):
    write_items(tmp_path, items)
    harm, words = DAMAGES[damage]
    harm(tmp_path / ITEMS_FILE)
    with pytest.raises(StoreError) as said:
        read_items(tmp_path, "abc")
    assert str(said.value).startswith(f"{tmp_path / ITEMS_FILE} ")
    assert words in str(said.value)
    assert "\n" not in str(said.value)


def test_the_file_of_another_run_is_refused(tmp_path, items):
    write_items(tmp_path, items)
    with pytest.raises(
        StoreError, match=r"is damaged \(it is of another run\); restore it from a copy; or let `lada-explore repair`"
    ):
        read_head(tmp_path, "xyz")
