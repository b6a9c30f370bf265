import random

import pytest

from coach.evaluation.statistics import f1, macro_f1, sign_test, wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        (0, 10, 0.0, 0.27753),
        (1, 10, 0.01788, 0.40415),
        (5, 10, 0.23659, 0.76341),
        (10, 10, 0.72247, 1.0),
        (81, 263, 0.25525, 0.36621),  # Newcombe 1998, table I: 0.2553 to 0.3662
        (15, 148, 0.06239, 0.16053),  # the same: 0.0624 to 0.1605
    ],
)
def test_the_wilson_interval_has_the_published_values(successes, trials, low, high):
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=1e-4)


def test_nothing_tried_means_nothing_known():
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("worse", "better", "p_value"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 0.0625),
        (6, 0, 0.03125),
        (8, 1, 0.0390625),
        (9, 3, 0.1459961),
        (10, 10, 1.0),
        (1, 8, 0.0390625),
    ],
)
def test_the_sign_test_has_the_exact_binomial_values(worse, better, p_value):
    assert sign_test(worse, better) == pytest.approx(p_value, abs=1e-7)


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    assert f1([True, True, False, False], [True, False, True, False]) == 0.5
    assert f1([False], [False]) == 0.0


def test_macro_f1_averages_over_columns_and_skips_those_that_say_nothing():
    actual = [["r", "o", "o"], ["r", "r", "o"]]
    predicted = [["r", "o", "o"], ["o", "r", "o"]]
    assert macro_f1(predicted, actual, "r") == pytest.approx((2 / 3 + 1) / 2)
    assert macro_f1([], [], "r") == 0.0


def test_macro_f1_agrees_with_scikit_learn():
    from sklearn.metrics import f1_score

    dice = random.Random(7)
    actual = [[dice.choice("roc") for _ in range(14)] for _ in range(60)]
    predicted = [[dice.choice("roc") for _ in range(14)] for _ in range(60)]
    for label in "rc":
        columns = [f1_score([row[n] == label for row in actual], [row[n] == label for row in predicted]) for n in range(14)]
        assert macro_f1(predicted, actual, label) == pytest.approx(sum(columns) / 14)
