"""Intervals and p-values of paired differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lada_explore.experiments.statistics import holm, paired_interval, paired_shares, resampled


class TestIntervals:
    def test_three_differences_with_a_standard_deviation_of_a_point(self):
        # t of 2 degrees of freedom at 97.5 % is 4.302653: half the width is 4.302653 * 0.01 / sqrt(3).
        lower, upper = paired_interval(np.array([0.01, 0.03, 0.02]))
        assert lower == pytest.approx(0.02 - 0.0248414, abs=1e-7)
        assert upper == pytest.approx(0.02 + 0.0248414, abs=1e-7)

    def test_two_differences_use_the_widest_t(self):
        # One degree of freedom: 12.706205; s = 0.02 / sqrt(2), so half the width is 12.706205 * 0.01.
        lower, upper = paired_interval(np.array([0.0, 0.02]))
        assert (lower, upper) == (pytest.approx(0.01 - 0.12706205), pytest.approx(0.01 + 0.12706205))

    def test_one_difference_has_none(self):
        assert paired_interval(np.array([0.02])) is None

    def test_equal_differences_leave_no_doubt(self):
        assert paired_interval(np.array([0.25, 0.25, 0.25])) == (0.25, 0.25)


class TestResampling:
    def test_the_spread_is_that_of_drawing_rows_and_columns_of_two_by_two(self):
        matrix = np.array([[0.0, 1.0], [2.0, 5.0]])
        # Every one of the 4 x 4 equally likely draws of two rows and two columns, written out.
        draws = list(itertools.product((0, 1), repeat=2))
        means = [matrix[np.ix_(rows, columns)].mean() for rows in draws for columns in draws]
        found = resampled(matrix, resamples=40_000)
        assert found.mean == 2.0
        assert (found.lower, found.upper) == (min(means), max(means)) == (0.0, 5.0)
        # Of the 16 draws only that of the first row and first column alone has a mean of 0 or less.
        assert np.mean(np.array(means) <= 0) == 1 / 16
        assert found.p == pytest.approx(2 / 16, abs=0.005)

    def test_both_the_seeds_and_the_test_images_widen_the_interval(self, rng):
        of_seeds, of_images = rng.normal(size=(20, 1)), rng.normal(size=(1, 50))
        widths = [
            (found := resampled(matrix, resamples=4000)).upper - found.lower
            for matrix in (of_seeds + np.zeros((1, 50)), of_images + np.zeros((20, 1)), of_seeds + of_images)
        ]
        # 2 x 1.96 s / sqrt(n) of each alone, and the root of the sum of squares together.
        alone = [3.92 * of_seeds.std() / np.sqrt(20), 3.92 * of_images.std() / np.sqrt(50)]
        assert widths[:2] == pytest.approx(alone, rel=0.06)
        assert widths[2] == pytest.approx(np.hypot(*alone), rel=0.06)

    def test_no_difference_anywhere_leaves_no_doubt_and_a_p_value_of_1(self):
        found = resampled(np.zeros((3, 4)), resamples=100)
        assert (found.mean, found.lower, found.upper, found.p) == (0, 0, 0, 1)

    def test_a_p_value_is_never_0(self):
        assert resampled(np.ones((3, 4)), resamples=199).p == 2 / 200

    def test_the_same_seed_draws_the_same(self, rng):
        matrix = rng.normal(size=(4, 6))
        assert resampled(matrix, resamples=50) == resampled(matrix, resamples=50)
        assert resampled(matrix, resamples=50) != resampled(matrix, seed=1, resamples=50)

    @pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
    def test_one_seed_or_one_image_is_no_sample(self, shape):
        with pytest.raises(ValueError, match="there must be 2 seeds and 2 images at least"):
            resampled(np.zeros(shape))


class TestHolm:
    def test_the_smallest_is_multiplied_by_the_number_of_all_and_none_falls_below_a_smaller_one(self):
        # 0.01 x 4, 0.02 x 3, 0.025 x 2 = 0.05 but not below 0.06, 0.9 x 1.
        assert holm([0.02, 0.9, 0.01, 0.025]) == pytest.approx([0.06, 0.9, 0.04, 0.06])

    def test_none_exceeds_1(self):
        assert holm([0.6, 0.7]) == [1.0, 1.0]
        assert holm([]) == []


class TestSharesOfTheSameImages:
    def test_eight_changes_of_21_images_are_worked_out_by_hand(self):
        # p1 = 2/23, p2 = 8/23: 6/23 -+ 1.959964 * sqrt((10/23 - 36/529) / 23), half the width is 0.2474897.
        found = paired_shares(only_first=1, only_second=7, n=21)
        assert found.difference == pytest.approx(6 / 21)
        assert (found.lower, found.upper) == (pytest.approx(0.0133798, abs=1e-7), pytest.approx(0.5083593))
        # 2 * (1 + 8) / 2^8: no or one of eight changes to the first, or as many to the second.
        assert found.p == pytest.approx(18 / 256)

    def test_exchanging_the_two_changes_the_sign_alone(self):
        one, other = paired_shares(3, 9, 40), paired_shares(9, 3, 40)
        assert (one.difference, one.lower, one.upper) == pytest.approx((-other.difference, -other.upper, -other.lower))
        assert one.p == other.p

    def test_classifiers_that_are_right_of_the_same_images_do_not_differ(self):
        found = paired_shares(0, 0, 98)
        # p1 = p2 = 1 / 100: half the width is 1.96 * sqrt(0.02 / 100).
        assert (found.difference, found.p) == (0, 1)
        assert (found.lower, found.upper) == (pytest.approx(-0.0277181), pytest.approx(0.0277181))

    def test_ends_stay_within_what_a_difference_can_be(self):
        assert paired_shares(0, 2, 2).upper == 1
        assert paired_shares(2, 0, 2).lower == -1

    @pytest.mark.parametrize("counts", [(3, 3, 5), (-1, 2, 5), (0, 0, 0)])
    def test_counts_that_cannot_be_are_refused(self, counts):
        with pytest.raises(ValueError, match="images cannot be classified correctly by one only"):
            paired_shares(*counts)
