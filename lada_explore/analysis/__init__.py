"""From records to the arrays and sentences that charts and the command line show; needs neither torch nor plotly."""

from lada_explore.analysis.accuracy import AccuracyByLabels, accuracy_by_labels
from lada_explore.analysis.agreement import Agreement, Pace, agreement, pace, true_classes
from lada_explore.analysis.describe import describe
from lada_explore.analysis.embedding import Layout, place_points
from lada_explore.analysis.layouts import Layouts
from lada_explore.analysis.learning import (
    ClassBalance,
    RecallByCycle,
    Reliability,
    class_balance,
    evaluated_at,
    recall_by_cycle,
    reliability,
    why_not_measured,
)
from lada_explore.analysis.ledger import Ledger, Reranked, rerank, score_ledger
from lada_explore.analysis.map_points import Kind, MapPoints, VirtualPoints, cycle_of_map, map_points
from lada_explore.analysis.pair_path import ClassesAlongPath, PairPath, TauTable, pair_path
from lada_explore.analysis.pairs import (
    best_first,
    counts_values,
    drawn_note,
    draws_note,
    known_of,
    not_counted_note,
    only_drawn,
    pair_terms,
    pairs_at,
    pixels_of,
    predicted_of,
    sampled_values,
)
from lada_explore.analysis.prequential import Prequential, prequential
from lada_explore.analysis.queries import QueriedImage, QueryGroup, queried
from lada_explore.analysis.remaining import TimeLeft, time_left
from lada_explore.analysis.tau import TauByCycle, TauTraces, acquired_pairs, tau_by_cycle, tau_traces, tau_warnings
from lada_explore.analysis.theta import ThetaOfCycle, theta_afterwards, theta_of_cycle
from lada_explore.analysis.what_if import (
    RULES,
    Choice,
    Counterfactual,
    Rule,
    RuleKind,
    image_rules_for,
    rule_kind_named,
    rules_for,
    what_if,
)
from lada_explore.analysis.worth import TauWorth, beta_density, pair_row, tau_worth, value_at

__all__ = [
    "RULES",
    "AccuracyByLabels",
    "Agreement",
    "Choice",
    "ClassBalance",
    "ClassesAlongPath",
    "Counterfactual",
    "Kind",
    "Layout",
    "Layouts",
    "Ledger",
    "MapPoints",
    "Pace",
    "PairPath",
    "Prequential",
    "QueriedImage",
    "QueryGroup",
    "RecallByCycle",
    "Reliability",
    "Reranked",
    "Rule",
    "RuleKind",
    "TauByCycle",
    "TauTable",
    "TauTraces",
    "TauWorth",
    "ThetaOfCycle",
    "TimeLeft",
    "VirtualPoints",
    "accuracy_by_labels",
    "acquired_pairs",
    "agreement",
    "best_first",
    "beta_density",
    "class_balance",
    "counts_values",
    "cycle_of_map",
    "describe",
    "drawn_note",
    "draws_note",
    "evaluated_at",
    "image_rules_for",
    "known_of",
    "map_points",
    "not_counted_note",
    "only_drawn",
    "pace",
    "pair_path",
    "pair_row",
    "pair_terms",
    "pairs_at",
    "pixels_of",
    "place_points",
    "predicted_of",
    "prequential",
    "queried",
    "recall_by_cycle",
    "reliability",
    "rerank",
    "rule_kind_named",
    "rules_for",
    "sampled_values",
    "score_ledger",
    "tau_by_cycle",
    "tau_traces",
    "tau_warnings",
    "tau_worth",
    "theta_afterwards",
    "theta_of_cycle",
    "time_left",
    "true_classes",
    "value_at",
    "what_if",
    "why_not_measured",
]
