"""Intervals and tests, held against published values, against scipy, and against laws."""

from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as oracle

from marrowkg.stats import chi_squared, chi_squared_tail, fisher_exact, wilson_interval


@st.composite
def proportions(draw: st.DrawFn, largest: int = 10_000) -> tuple[int, int]:
    """Events and denominator."""
    denominator = draw(st.integers(1, largest))
    return draw(st.integers(0, denominator)), denominator


levels = st.floats(0.5, 0.999)
cells = st.integers(0, 200)


@pytest.mark.parametrize(
    ("events", "denominator", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_newcombe_1998(events: int, denominator: int, low: float, high: float) -> None:
    """Newcombe RG, Stat Med 1998;17:857-872, table I, method 3."""
    found = wilson_interval(events, denominator)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@given(proportions(), levels)
def test_the_interval_is_that_of_scipy(proportion: tuple[int, int], level: float) -> None:
    expected = oracle.binomtest(*proportion).proportion_ci(confidence_level=level, method="wilson")
    assert wilson_interval(*proportion, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(proportions(), levels)
def test_the_interval_holds_its_estimate_and_is_a_share(proportion: tuple[int, int], level: float) -> None:
    low, high = wilson_interval(*proportion, level)
    assert 0 <= low <= proportion[0] / proportion[1] <= high <= 1


@given(proportions(), levels)
def test_the_interval_mirrors_when_events_and_their_absence_are_swapped(
    proportion: tuple[int, int], level: float
) -> None:
    events, denominator = proportion
    low, high = wilson_interval(events, denominator, level)
    assert wilson_interval(denominator - events, denominator, level) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(proportions(1000), st.integers(2, 50))
def test_the_interval_narrows_with_more_patients(proportion: tuple[int, int], times: int) -> None:
    few, many = wilson_interval(*proportion), wilson_interval(proportion[0] * times, proportion[1] * times)
    assert many[1] - many[0] < few[1] - few[0]


@given(proportions(), st.floats(0.5, 0.9), st.floats(0.01, 0.09))
def test_the_interval_widens_with_confidence(proportion: tuple[int, int], level: float, more: float) -> None:
    narrow, wide = wilson_interval(*proportion, level), wilson_interval(*proportion, level + more)
    assert wide[0] <= narrow[0] and narrow[1] <= wide[1]


@pytest.mark.parametrize(
    ("events", "denominator", "level"), [(1, 0, 0.95), (-1, 5, 0.95), (6, 5, 0.95), (1, 5, 0.0), (1, 5, 1.0)]
)
def test_what_is_no_proportion_has_no_interval(events: int, denominator: int, level: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        wilson_interval(events, denominator, level)


def test_the_lady_tasting_tea() -> None:
    """Fisher RA, The Design of Experiments, 1935: 34 of 70 ways."""
    assert fisher_exact(3, 1, 1, 3) == pytest.approx(34 / 70)


def test_the_convictions_of_twins() -> None:
    """Fisher RA, 1962, as computed by R: fisher.test and chisq.test of rbind(c(2, 10), c(15, 3))."""
    assert fisher_exact(2, 10, 15, 3) == pytest.approx(0.0005367, abs=5e-8)
    assert chi_squared(2, 10, 15, 3) == pytest.approx(13.032, abs=5e-4)
    assert chi_squared(2, 10, 15, 3, corrected=True) == pytest.approx(10.4581, abs=5e-5)


@given(cells, cells, cells, cells)
def test_fisher_is_that_of_scipy(a: int, b: int, c: int, d: int) -> None:
    assume(a + b + c + d)
    assert isclose(fisher_exact(a, b, c, d), oracle.fisher_exact([[a, b], [c, d]]).pvalue, rel_tol=1e-6, abs_tol=1e-12)


@given(cells, cells, cells, cells)
def test_fisher_does_not_mind_rows_or_columns_swapped(a: int, b: int, c: int, d: int) -> None:
    assume(a + b + c + d)
    p = fisher_exact(a, b, c, d)
    assert p == fisher_exact(c, d, a, b) == fisher_exact(b, a, d, c) == fisher_exact(a, c, b, d)
    assert 0 < p <= 1


@given(cells, cells, cells, cells, st.booleans())
def test_chi_squared_is_that_of_scipy(a: int, b: int, c: int, d: int, corrected: bool) -> None:
    assume((a + b) * (c + d) * (a + c) * (b + d))
    expected = oracle.chi2_contingency([[a, b], [c, d]], correction=corrected)
    statistic = chi_squared(a, b, c, d, corrected=corrected)
    assert statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert chi_squared_tail(statistic) == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-9)


def test_impossible_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        fisher_exact(-1, 2, 3, 4)
    with pytest.raises(ValueError, match="positive margins"):
        chi_squared(0, 0, 3, 4)
    with pytest.raises(ValueError, match="at least 0"):
        chi_squared_tail(-1)
