"""One-to-one matchings by scipy's linear_sum_assignment and correlations by numpy, for tests/plugins/infogan/codes.test.ts.

    python3 tests/references/matching.py > tests/references/matching.json
"""
import json

import numpy as np
from scipy.optimize import linear_sum_assignment

random = np.random.default_rng(20)


def matching(classes, count, noise):
    predictions = random.integers(0, classes, count)
    codes = np.where(random.random(count) < noise, random.integers(0, classes, count), random.permutation(classes)[predictions])
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (codes, predictions), 1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return {"classes": classes, "codes": codes.tolist(), "predictions": predictions.tolist(), "agreement": float(counts[rows, columns].sum() / count)}


def related(count, share):
    a = random.normal(size=count)
    b = share * a + (1 - share) * random.normal(size=count) + 3
    return {"a": a.tolist(), "b": b.tolist(), "r": float(np.corrcoef(a, b)[0, 1])}


print(json.dumps({
    "matchings": [matching(10, 60, noise) for noise in (0.2, 0.7, 1.0)] + [matching(4, 12, 0.9)],
    "correlations": [related(12, share) for share in (0.9, -0.5, 0.0)],
}))
