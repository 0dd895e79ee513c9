"""Export of a run's labels for people and other programs, and import of labels into a run. Needs no torch."""

from lada_explore.exchange.class_folders import write_class_folders, write_fiftyone, write_image_folder
from lada_explore.exchange.documents import Guess, coco_text, guesses_of, label_studio_text
from lada_explore.exchange.forms import FORMS, LabelExport, PlacedForm, TextForm
from lada_explore.exchange.given import Given, GivenLabels, Naming
from lada_explore.exchange.images import RunImages
from lada_explore.exchange.labels import Label, labels_of
from lada_explore.exchange.matching import By
from lada_explore.exchange.plan import ImportPlan, Takes, Verdict, VerdictKind, plan_import
from lada_explore.exchange.reading import read_given
from lada_explore.exchange.tables import csv_text, write_parquet

__all__ = [
    "FORMS",
    "By",
    "Given",
    "GivenLabels",
    "Guess",
    "ImportPlan",
    "Label",
    "LabelExport",
    "Naming",
    "PlacedForm",
    "RunImages",
    "Takes",
    "TextForm",
    "Verdict",
    "VerdictKind",
    "coco_text",
    "csv_text",
    "guesses_of",
    "label_studio_text",
    "labels_of",
    "plan_import",
    "read_given",
    "write_class_folders",
    "write_fiftyone",
    "write_image_folder",
    "write_parquet",
]
