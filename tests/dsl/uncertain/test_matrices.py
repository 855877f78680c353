"""Which correlations can all be true at once, and the nearest that can."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.uncertain.matrices import eigen, nearest, of_normals, of_ranks, possible


@st.composite
def symmetric(draw: st.DrawFn) -> list[list[float]]:
    """A symmetric matrix with ones on its diagonal and anything between −1 and 1 beside it."""
    size = draw(st.integers(2, 5))
    found = [[1.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            found[i][j] = found[j][i] = draw(st.floats(-1, 1))
    return found


@given(symmetric())
def test_eigenvalues_and_vectors_make_the_matrix(matrix: list[list[float]]) -> None:
    values, vectors = eigen(matrix)
    size = range(len(matrix))
    for i in size:
        for j in size:
            made = sum(vectors[i][k] * values[k] * vectors[j][k] for k in size)
            assert math.isclose(made, matrix[i][j], abs_tol=1e-9)


@given(symmetric())
def test_the_nearest_can_be_true_and_is_the_same_where_all_can(matrix: list[list[float]]) -> None:
    found = nearest(matrix)
    assert min(eigen(found)[0]) > -1e-6
    assert all(math.isclose(found[i][i], 1.0) for i in range(len(found)))
    if possible(matrix) and min(eigen(matrix)[0]) > 1e-6:
        assert all(
            math.isclose(a, b, abs_tol=1e-6)
            for x, y in zip(found, matrix, strict=True)
            for a, b in zip(x, y, strict=True)
        )


def test_highams_example() -> None:
    """Higham, Computing the nearest correlation matrix (2002), section 4: tridiagonal, of order 3."""
    found = nearest([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    assert not possible([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    assert found[0][1] == pytest.approx(0.7607, abs=1e-3)
    assert found[0][2] == pytest.approx(0.1573, abs=1e-3)


@given(st.floats(-1, 1))
def test_ranks_and_normals(rank: float) -> None:
    assert math.isclose(of_ranks(of_normals(rank)), rank, abs_tol=1e-12)
    assert abs(of_normals(rank)) <= 1 + 1e-15
