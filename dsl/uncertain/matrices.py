"""Which coefficients of correlation can all be true at once, and the nearest that can.

In: a matrix of coefficients as rows of floats. Out: whether it is a correlation matrix, the nearest one. Must not know names.
Rank coefficients are turned into those of normal variables, of which a copula is made, by 2 sin(π r / 6) (Pearson, 1907).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Matrix = list[list[float]]
LEAST = 1e-9
"""The least that an eigenvalue may be, so that what is drawn is no mere rounding."""
_STEPS = 200


def of_normals(rank: float) -> float:
    """The correlation of two normal variables whose ranks have this one (Spearman's), from −1 to 1."""
    return 2 * math.sin(math.pi * rank / 6)


def of_ranks(correlation: float) -> float:
    """Back again."""
    return 6 / math.pi * math.asin(max(-1.0, min(1.0, correlation / 2)))


def eigen(matrix: Sequence[Sequence[float]]) -> tuple[list[float], Matrix]:
    """The eigenvalues of a symmetric matrix, and its eigenvectors as columns (Jacobi's rotations)."""
    size = len(matrix)
    a = [list(row) for row in matrix]
    vectors = [[float(i == j) for j in range(size)] for i in range(size)]
    for _ in range(100):
        off = max((abs(a[i][j]) for i in range(size) for j in range(i)), default=0.0)
        if off < 1e-14:
            break
        for i in range(size):
            for j in range(i + 1, size):
                if abs(a[i][j]) > 1e-15:
                    _rotate(a, vectors, i, j)
    return [a[i][i] for i in range(size)], vectors


def _rotate(a: Matrix, vectors: Matrix, i: int, j: int) -> None:
    theta = (a[j][j] - a[i][i]) / (2 * a[i][j])
    t = math.copysign(1.0, theta) / (abs(theta) + math.hypot(theta, 1.0))
    c = 1 / math.hypot(t, 1.0)
    s = t * c
    for k in range(len(a)):
        a[k][i], a[k][j] = c * a[k][i] - s * a[k][j], s * a[k][i] + c * a[k][j]
    for k in range(len(a)):
        a[i][k], a[j][k] = c * a[i][k] - s * a[j][k], s * a[i][k] + c * a[j][k]
    for row in vectors:
        row[i], row[j] = c * row[i] - s * row[j], s * row[i] + c * row[j]


def possible(matrix: Sequence[Sequence[float]]) -> bool:
    """Whether a symmetric matrix with ones on its diagonal is a correlation matrix: no eigenvalue is below 0."""
    return min(eigen(matrix)[0], default=1.0) >= -1e-12


def nearest(matrix: Sequence[Sequence[float]]) -> Matrix:
    """The correlation matrix that is nearest to a symmetric one in the sum of squares, by projections in turn with Dykstra's
    correction (Higham, Computing the nearest correlation matrix, 2002)."""
    size = len(matrix)
    y = [list(row) for row in matrix]
    correction = [[0.0] * size for _ in range(size)]
    for _ in range(_STEPS):
        r = [[y[i][j] - correction[i][j] for j in range(size)] for i in range(size)]
        x = _positive(r)
        correction = [[x[i][j] - r[i][j] for j in range(size)] for i in range(size)]
        moved = max((abs(x[i][j] - y[i][j]) for i in range(size) for j in range(size) if i != j), default=0.0)
        y = [[1.0 if i == j else x[i][j] for j in range(size)] for i in range(size)]
        if moved < 1e-10:
            break
    return y


def _positive(matrix: Matrix) -> Matrix:
    """The nearest matrix without an eigenvalue below the least that is taken."""
    values, vectors = eigen(matrix)
    size = len(matrix)
    kept = [max(value, LEAST) for value in values]
    return [
        [sum(vectors[i][k] * kept[k] * vectors[j][k] for k in range(size)) for j in range(size)] for i in range(size)
    ]
