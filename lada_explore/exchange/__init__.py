"""Export of a run's labels for people and other programs, and import of labels into a run. Needs no torch."""

from lada_explore.exchange.class_folders import write_class_folders
from lada_explore.exchange.forms import FORMS, LabelExport, PlacedForm, TextForm
from lada_explore.exchange.images import RunImages
from lada_explore.exchange.labels import Label, labels_of
from lada_explore.exchange.reading import Given, ImportPlan, plan_import, read_given
from lada_explore.exchange.tables import coco_text, csv_text, write_parquet

__all__ = [
    "FORMS",
    "Given",
    "ImportPlan",
    "Label",
    "LabelExport",
    "PlacedForm",
    "RunImages",
    "TextForm",
    "coco_text",
    "csv_text",
    "labels_of",
    "plan_import",
    "read_given",
    "write_class_folders",
    "write_parquet",
]
