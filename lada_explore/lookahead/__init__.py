"""Look-ahead: the acquisition profile, two estimators of the look-ahead value, and the training of the policy."""

from lada_explore.lookahead.estimator import LookAheadEstimator, ScoreHidden
from lada_explore.lookahead.pathwise import Pathwise
from lada_explore.lookahead.policies import TAU_POLICIES, ChosenTau, PolicyInputs, choose_tau
from lada_explore.lookahead.policy_training import predict_tau, train_policy
from lada_explore.lookahead.profile import (
    GRID_AT_LEAST,
    Outputs,
    acquisition_profile,
    outputs_along_path,
    profile_grid,
    uniform_nodes,
)
from lada_explore.lookahead.quadrature import Quadrature
from lada_explore.lookahead.trial import NodeTrial, n_tried, try_nodes

__all__ = [
    "GRID_AT_LEAST",
    "TAU_POLICIES",
    "ChosenTau",
    "LookAheadEstimator",
    "NodeTrial",
    "Outputs",
    "Pathwise",
    "PolicyInputs",
    "Quadrature",
    "ScoreHidden",
    "acquisition_profile",
    "choose_tau",
    "n_tried",
    "outputs_along_path",
    "predict_tau",
    "profile_grid",
    "train_policy",
    "try_nodes",
    "uniform_nodes",
]
