"""Look-ahead: the acquisition profile, two estimators of the look-ahead value, and the training of the policy."""

from lada_explore.lookahead.estimator import LookAheadEstimator, ScoreHidden
from lada_explore.lookahead.pathwise import Pathwise
from lada_explore.lookahead.policies import TAU_POLICIES, ChosenTau, PolicyInputs, choose_tau
from lada_explore.lookahead.policy_training import predict_tau, train_policy
from lada_explore.lookahead.profile import Outputs, acquisition_profile, outputs_along_path, profile_grid, uniform_nodes
from lada_explore.lookahead.quadrature import Quadrature

__all__ = [
    "TAU_POLICIES",
    "ChosenTau",
    "LookAheadEstimator",
    "Outputs",
    "Pathwise",
    "PolicyInputs",
    "Quadrature",
    "ScoreHidden",
    "acquisition_profile",
    "choose_tau",
    "outputs_along_path",
    "predict_tau",
    "profile_grid",
    "train_policy",
    "uniform_nodes",
]
