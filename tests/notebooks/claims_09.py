"""What the ninth lesson says of its photographs, against the files themselves."""

from __future__ import annotations

import csv
from collections import Counter

from prose import ROOT, Prose


def the_folder_of_photographs(text: Prose):
    with (ROOT / "data" / "photos-truth.csv").open(encoding="utf-8", newline="") as file:
        shown = {row["file"]: row["class"] for row in csv.DictReader(file)}
    assert len(shown) == len(list((ROOT / "data" / "photos").rglob("*.JPG")))
    text.says(f"`data/photos`, {len(shown)} pictures of six kinds of things")
    counted = Counter(shown.values())
    assert len(counted) == 6
    text.says(f"`{min(counted, key=counted.__getitem__)}` is the smallest one here")


CLAIMS_09 = (the_folder_of_photographs,)
