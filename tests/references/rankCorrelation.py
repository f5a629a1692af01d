"""Reference values for tests/evaluation/rankCorrelation.test.ts, computed by scipy in float64:
python3 rankCorrelation.py > rankCorrelation.json
"""

import json

import numpy as np
import scipy
from scipy.stats import pearsonr, spearmanr

rng = np.random.default_rng(12)


def case(title, a, b):
    a, b = np.round(a, 3), np.round(b, 3)
    return {"title": title, "a": a.tolist(), "b": b.tolist(), "pearson": pearsonr(a, b).statistic, "spearman": spearmanr(a, b).statistic}


x = rng.normal(size=16)
print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "cases": [
                case("noise about a line", x, 0.5 * x + 0.4 * rng.normal(size=16)),
                case("a curve that only rises", x, np.exp(3 * x)),
                case("what has nothing in common", rng.normal(size=20), rng.normal(size=20)),
                case("many ties", rng.integers(0, 4, size=25).astype(float), rng.integers(0, 3, size=25).astype(float)),
                case("falling, with ties on one side", np.arange(9.0), -np.array([0, 1, 1, 2, 5, 5, 5, 6, 9.0])),
                case("two points", np.array([1.0, 2.0]), np.array([5.0, 3.0])),
            ],
        }
    )
)
