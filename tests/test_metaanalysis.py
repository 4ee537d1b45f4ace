"""Pooled proportions, held against published results of R, against scipy, and against laws."""

from collections.abc import Sequence
from math import comb, log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize
from scipy import special as functions
from scipy import stats as oracle

from marrowkg.metaanalysis.analysis import analyse, prediction_interval
from marrowkg.metaanalysis.count import Count
from marrowkg.metaanalysis.glmm import fit_common, fit_random
from marrowkg.metaanalysis.hermite import gauss_hermite
from marrowkg.metaanalysis.heterogeneity import i_squared, likelihood_ratio, wald
from marrowkg.metaanalysis.likelihood import cohort_likelihood, expit, logit
from marrowkg.metaanalysis.tail import chi_squared_tail, student_quantile, student_tail
from marrowkg.stats import wilson_interval


def counts(*pairs: tuple[int, int]) -> list[Count]:
    return [Count(events, size) for events, size in pairs]


CATHETERS = [
    *((3, 117, 0, 116), (3, 35, 1, 44), (9, 195, 2, 208), (7, 136, 0, 130), (6, 157, 5, 151), (4, 139, 1, 98)),
    *((3, 177, 1, 174), (2, 39, 1, 74), (19, 103, 1, 97), (2, 122, 1, 113), (7, 64, 0, 66), (1, 58, 0, 70)),
    *((5, 175, 3, 188), (11, 180, 6, 187), (0, 105, 0, 118), (1, 262, 0, 252), (3, 362, 1, 345), (1, 69, 4, 64)),
]
"""dat.nielweise2007 of R's metadat: infections and patients with standard catheters, and with coated ones."""
STANDARD = counts(*((events, size) for events, size, _, _ in CATHETERS))
COATED = counts(*((events, size) for _, _, events, size in CATHETERS))
VASOSPASM = counts(
    *((16, 17), (10, 12), (4, 8), (43, 58), (10, 10), (25, 42), (13, 14)),
    *((12, 12), (22, 41), (4, 5), (5, 6), (18, 23), (58, 68), (6, 10)),
)
"""dat.pritz1997 of R's metadat."""


# ---- against published results


@pytest.mark.parametrize(
    ("data", "fitted", "pooled"),
    [
        (STANDARD, (-3.4964, 0.2570, 0.8124), (0.0294, 0.0180, 0.0478)),
        (COATED, (-4.8121, 0.3555, 0.8265), (0.0081, 0.0040, 0.0161)),
    ],
    ids=["standard", "coated"],
)
def test_the_model_is_that_of_stijnen_2010(
    data: list[Count], fitted: tuple[float, float, float], pooled: tuple[float, float, float]
) -> None:
    """Stijnen, Hamza, Özdemir, Stat Med 2010;29:3046-3067, table II, as in the tests of R's metafor.

    The file is tests/testthat/test_analysis_example_stijnen2010.r of github.com/wviechtb/metafor, for rma.glmm with
    measure "PLO"; metafor holds itself to 1 %, for its quadrature has 7 nodes.
    """
    fit = fit_random(data)
    assert fit is not None
    assert (fit.mu, fit.se, fit.tau2) == pytest.approx(fitted, rel=2e-3)
    limits = [expit(fit.mu + z * fit.se) for z in (0, -1.959964, 1.959964)]
    assert limits == pytest.approx(pooled, abs=6e-5)


def test_estimates_and_prediction_are_those_of_metaprop() -> None:
    """What R's meta, metaprop(xi, ni, sm = "PLOGIT"), gives by its default method, GLMM, for dat.pritz1997.

    Published in manuscript/data/tidy/pritz_recurrence.csv of github.com/drhrf/ggmeta; 0.820059797763657 is the standard
    error of the prediction there, sqrt(tau^2 + se^2). The quadrature has 7 nodes, hence the tolerance.
    """
    found = analyse(VASOSPASM)
    assert found.random is not None and found.random.se is not None and found.random.tau2 is not None
    spread = (found.random.tau2 + found.random.se**2) ** 0.5
    common, random, se = found.common, found.random, found.random.se
    expected = (0.754601226992473, 0.704963635234239, 0.798277324568417, 0.1287050691349)
    assert (common.share, common.low, common.high, common.se) == pytest.approx(expected, abs=3e-7)
    expected = (0.798445096529633, 0.692402619995603, 0.874553367602886, 0.288387187848756)
    assert (random.share, random.low, random.high, se) == pytest.approx(expected, abs=1e-5)
    assert spread == pytest.approx(0.820059797763657, abs=2e-5)
    assert found.prediction == pytest.approx((0.402507718044281, 0.958839153959593), abs=1e-5)


# ---- against scipy

proportions = st.integers(1, 60).flatmap(lambda size: st.builds(Count, st.integers(0, size), st.just(size)))
cohorts = st.lists(proportions, min_size=2, max_size=4)
few = settings(max_examples=25)


def grid_log_likelihood(data: Sequence[Count], mu: float, tau: float) -> float:
    """By the trapezoidal rule on a fine grid: no Gauss, no Hermite, nothing adaptive."""
    z = np.linspace(-11, 11, 4401)
    shares = functions.expit(mu + tau * z)
    densities = oracle.norm.pdf(z)
    return sum(
        log(integrate.trapezoid(oracle.binom.pmf(count.events, count.size, shares) * densities, z)) for count in data
    )


@pytest.mark.parametrize("tau", [0.0, 0.1, 0.7, 2.0])
@pytest.mark.parametrize("count", counts((0, 5), (3, 10), (49, 54), (12, 12), (1, 2)), ids=str)
def test_the_likelihood_is_the_integral(count: Count, tau: float) -> None:
    found = cohort_likelihood(count, 1.0, tau)
    assert found.value == pytest.approx(grid_log_likelihood([count], 1.0, tau), abs=2e-7)
    step = 1e-4
    ahead, back = (cohort_likelihood(count, 1.0, tau + sign * step) for sign in (1, -1))
    assert found.tau == pytest.approx((ahead.value - back.value) / (2 * step), abs=1e-5)
    assert found.tau_tau == pytest.approx((ahead.tau - back.tau) / (2 * step), abs=1e-4)
    assert found.mu_tau == pytest.approx((ahead.mu - back.mu) / (2 * step), abs=1e-4)
    ahead, back = (cohort_likelihood(count, 1.0 + sign * step, tau) for sign in (1, -1))
    assert found.mu == pytest.approx((ahead.value - back.value) / (2 * step), abs=1e-5)
    assert found.mu_mu == pytest.approx((ahead.mu - back.mu) / (2 * step), abs=1e-4)


@pytest.mark.parametrize(
    "data",
    [
        counts((17, 22), (49, 54)),
        counts((17, 22), (13, 14)),
        counts((0, 5), (5, 10), (9, 12)),
        counts((3, 7), (42, 53)),  # the likelihood has a maximum at 0 and a higher one beside it
    ],
    ids=["two alike", "no variance", "one without events", "two maxima"],
)
def test_the_estimate_is_the_maximum_that_scipy_finds(data: list[Count]) -> None:
    fit = fit_random(data)
    assert fit is not None
    starts = [(fit.mu + shift, tau) for shift, tau in ((0.3, 0.05), (-0.3, 1.0))]
    found = [
        optimize.minimize(lambda at: -grid_log_likelihood(data, at[0], abs(at[1])), start, method="Nelder-Mead")
        for start in starts
    ]
    best = min(found, key=lambda one: float(one.fun))
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert (fit.mu, fit.tau2) == pytest.approx((best.x[0], best.x[1] ** 2), abs=2e-3)


def test_the_standard_error_is_that_of_the_curvature() -> None:
    fit, step = fit_random(VASOSPASM), 1e-3
    assert fit is not None
    at, tau = fit.mu, fit.tau2**0.5

    def second(a: tuple[float, float], b: tuple[float, float]) -> float:
        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        places = [(at + i * a[0] + j * b[0], tau + i * a[1] + j * b[1]) for i, j in signs]
        values = [i * j * grid_log_likelihood(VASOSPASM, *place) for (i, j), place in zip(signs, places, strict=True)]
        return sum(values) / (4 * step * step)

    mu, spread = (step, 0.0), (0.0, step)
    information = -np.array([[second(mu, mu), second(mu, spread)], [second(spread, mu), second(spread, spread)]])
    assert fit.se == pytest.approx(np.linalg.inv(information)[0, 0] ** 0.5, rel=1e-4)


@given(cohorts)
def test_the_likelihood_ratio_is_the_g_test_of_the_table(data: list[Count]) -> None:
    table = np.array([[count.events, count.size - count.events] for count in data])
    assume(table.sum(axis=0).all())
    expected = oracle.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    found = likelihood_ratio(data)
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue), abs=1e-9)


@given(cohorts)
def test_the_wald_test_is_that_of_contrasts_of_logits(data: list[Count]) -> None:
    found = wald(data)
    assert (found is None) == any(count.is_extreme for count in data)
    if found is not None:
        shares = np.array([count.share for count in data])
        covariance = np.diag([1 / (count.size * count.share * (1 - count.share)) for count in data])
        contrast = np.hstack([-np.ones((len(data) - 1, 1)), np.eye(len(data) - 1)])
        gaps = contrast @ functions.logit(shares)
        expected = float(gaps @ np.linalg.inv(contrast @ covariance @ contrast.T) @ gaps)
        assert found.statistic == pytest.approx(expected, rel=1e-7, abs=1e-9)
        assert found.p == pytest.approx(oracle.chi2.sf(expected, len(data) - 1), abs=1e-9)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 13, 40])
def test_tails_and_quantiles_are_those_of_scipy(freedom: int) -> None:
    for value in (0.0, 0.2, 1.0, 4.5, 30.0):
        assert chi_squared_tail(value, freedom) == pytest.approx(oracle.chi2.sf(value, freedom), abs=1e-13)
        assert student_tail(value, freedom) == pytest.approx(oracle.t.sf(value, freedom), abs=1e-13)
    for probability in (0.5, 0.9, 0.975, 0.999):
        expected = oracle.t.ppf(probability, freedom)
        assert student_quantile(probability, freedom) == pytest.approx(expected, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("nodes", [1, 2, 7, 25, 40])
def test_the_nodes_are_those_of_scipy(nodes: int) -> None:
    points, weights = functions.roots_hermite(nodes)
    assert [node for node, _ in gauss_hermite(nodes)] == pytest.approx(points, abs=1e-13)
    assert [weight for _, weight in gauss_hermite(nodes)] == pytest.approx(weights, rel=1e-12)


# ---- laws


@few
@given(cohorts, st.randoms(use_true_random=False))
def test_the_order_of_cohorts_changes_nothing(data: list[Count], random: object) -> None:
    shuffled = list(data)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fit_random(shuffled) == fit_random(data)


@few
@given(cohorts)
def test_the_pooled_share_lies_among_those_of_the_cohorts(data: list[Count]) -> None:
    found = analyse(data)
    shares = [count.share for count in data]
    for pooled in filter(None, [found.common, found.random]):
        assert min(shares) - 1e-9 <= pooled.share <= max(shares) + 1e-9
        assert 0 <= pooled.low <= pooled.share <= pooled.high <= 1


@few
@given(cohorts)
def test_events_and_their_absence_mirror_each_other(data: list[Count]) -> None:
    here, there = fit_random(data), fit_random([Count(count.size - count.events, count.size) for count in data])
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert (there.mu, there.se, there.tau2) == pytest.approx((-here.mu, here.se, here.tau2), rel=1e-5, abs=1e-6)


@few
@given(st.integers(1, 9), st.integers(10, 20), st.lists(st.integers(1, 4), min_size=2, max_size=4))
def test_cohorts_of_one_share_have_no_variance_between_them(events: int, size: int, times: list[int]) -> None:
    found = analyse([Count(events * t, size * t) for t in times])
    assert found.random == found.common and found.random is not None
    assert found.random.tau2 == 0 and found.random.share == pytest.approx(events / size)
    assert found.heterogeneity is not None and found.heterogeneity.i2 == 0
    assert found.heterogeneity.ratio.statistic == pytest.approx(0, abs=1e-9)


@few
@given(cohorts)
def test_more_freedom_never_fits_worse(data: list[Count]) -> None:
    common, random = fit_common(data), fit_random(data)
    if common is not None and random is not None:
        saturated = sum(log(comb(c.size, c.events)) + float(functions.xlogy(c.events, c.share)) for c in data) + sum(
            float(functions.xlogy(c.size - c.events, 1 - c.share)) for c in data
        )
        assert common.log_likelihood - 1e-9 <= random.log_likelihood <= saturated + 1e-9


def test_leaving_one_out_is_pooling_the_others() -> None:
    data = VASOSPASM[:4]
    found = analyse(data)
    assert list(found.without) == [analyse(data[:i] + data[i + 1 :]).random for i in range(4)]


# ---- edges


def test_one_cohort_has_its_wilson_interval_and_nothing_else() -> None:
    found = analyse(counts((49, 54)))
    assert (found.common.low, found.common.high) == wilson_interval(49, 54)
    assert (found.random, found.heterogeneity, found.prediction, found.without) == (None, None, None, ())


def test_two_cohorts_have_no_prediction_and_none_is_left_out() -> None:
    found = analyse(counts((17, 22), (49, 54)))
    assert found.random is not None and found.heterogeneity is not None
    assert (found.prediction, found.without) == (None, ())


@pytest.mark.parametrize("data", [counts((0, 9), (0, 4)), counts((9, 9), (4, 4))], ids=["none", "all"])
def test_nobody_or_everybody_is_no_model(data: list[Count]) -> None:
    found = analyse(data)
    assert found.random is None and found.common.logit is None
    assert (found.common.low, found.common.high) == wilson_interval(sum(c.events for c in data), 13)


def test_a_likelihood_without_a_maximum_is_told() -> None:
    """0 of 10 beside 10 of 10: the greater the variance, the better."""
    found = analyse(counts((0, 10), (10, 10)))
    assert found.random is None
    assert found.common.share == 0.5


def test_what_cannot_be_is_refused() -> None:
    pooled = analyse(VASOSPASM).best
    wrong: list[object] = [
        lambda: Count(3, 2),
        lambda: Count(0, 0),
        lambda: analyse([]),
        lambda: prediction_interval(pooled, 2),
        lambda: i_squared(counts((1, 2)), 0.1),
        lambda: chi_squared_tail(-1, 1),
        lambda: likelihood_ratio(counts((1, 2))),
        lambda: student_tail(1, 0),
        lambda: student_quantile(0.4, 1),
        lambda: gauss_hermite(41),
    ]
    for call in wrong:
        with pytest.raises(ValueError, match="expected"):
            call()  # type: ignore[operator]


def test_logit_and_expit_undo_each_other() -> None:
    assert [expit(logit(share)) for share in (0.01, 0.5, 0.999)] == pytest.approx([0.01, 0.5, 0.999])
    assert (expit(-800), expit(800)) == (0, 1)
