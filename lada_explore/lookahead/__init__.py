"""Looking ahead: the acquisition profile, two estimators of the look-ahead value, and the policy's training."""

from lada_explore.lookahead.estimator import LookAheadEstimator, ScoreHidden
from lada_explore.lookahead.pathwise import Pathwise
from lada_explore.lookahead.policies import CHOOSERS, Choice, ChosenTau, choose_tau
from lada_explore.lookahead.policy_training import predict_tau, train_policy
from lada_explore.lookahead.profile import Outputs, acquisition_profile, outputs_along_path, profile_grid, uniform_nodes
from lada_explore.lookahead.quadrature import Quadrature

__all__ = [
    "CHOOSERS",
    "Choice",
    "ChosenTau",
    "LookAheadEstimator",
    "Outputs",
    "Pathwise",
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
