"""What squigglepy draws of the same distributions, recorded: it is no dependency of the project.

`python -m tests.evaluator.draws.squiggle` prints the table, where squigglepy is installed: 5%, 25%, 50%, 75% and 95% quantiles
of a million draws, and what a model of three of them comes to.
"""

from __future__ import annotations

from dsl.program.declared import Spread

PARTS = (0.05, 0.25, 0.5, 0.75, 0.95)
RECORDED: dict[str, tuple[Spread, tuple[float, ...]]] = {
    "0.05 to 0.1": (Spread("to", (0.05, 0.1)), (0.0500397, 0.0613526, 0.0707165, 0.0814499, 0.09994)),
    "normal": (Spread("normal", (0.35, 0.06)), (0.251356, 0.309589, 0.350045, 0.390581, 0.448803)),
    "triangular": (Spread("triangular", (0.001, 0.03, 0.1)), (0.0130068, 0.027808, 0.0411504, 0.0584326, 0.0814393)),
    "beta": (Spread("beta", (2.0, 5.0)), (0.0631768, 0.161271, 0.264541, 0.389515, 0.581827)),
    "mixture": (
        Spread("mixture", (0.7, 0.3), (), (Spread("normal", (0.3, 0.06)), Spread("normal", (0.1, 0.02)))),
        (0.0806552, 0.119075, 0.266105, 0.321915, 0.387835),
    ),
}
"""As squigglepy 0.30 drew them on 2026-11-27, with seed 1."""
MODEL = {"mean": 1278.664, "below 500": 0.104363, "median": 1168.793}
"""Of 1000 × (1 + growth) × margin × multiple, a million draws."""


def main() -> None:
    """Draws and prints."""
    import numpy as np
    import squigglepy as sq  # type: ignore[import-not-found]

    sq.set_seed(1)
    drawn = {
        "0.05 to 0.1": sq.to(0.05, 0.1),
        "-0.02 to 0.04": sq.to(-0.02, 0.04),
        "normal": sq.norm(mean=0.35, sd=0.06),
        "triangular": sq.triangular(0.001, 0.03, 0.1),
        "beta": sq.beta(2, 5),
        "mixture": sq.mixture([sq.norm(mean=0.3, sd=0.06), sq.norm(mean=0.1, sd=0.02)], [0.7, 0.3]),
    }
    for name, each in drawn.items():
        found = np.quantile(np.asarray(sq.sample(each, n=1_000_000)), PARTS)
        print(f"{name}: {tuple(float(f'{x:.6g}') for x in found)}")
    growth, margin, multiple = (np.asarray(sq.sample(each, n=1_000_000)) for each in (
        sq.norm(mean=0.35, sd=0.06), sq.triangular(0.001, 0.03, 0.1), sq.to(15, 30)
    ))  # fmt: skip
    worth = 1000 * (1 + growth) * margin * multiple
    print("model:", {"mean": worth.mean(), "below 500": (worth < 500).mean(), "median": float(np.median(worth))})


if __name__ == "__main__":
    main()
