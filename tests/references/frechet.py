"""Reference values for tests/evaluation/frechetDistance.test.ts, computed by numpy in float64:
python3 frechet.py > frechet.json

The trace of (S1 S2)^(1/2) is taken the other way round than in the library: as the sum of the singular values of
R1^T R2, where the columns of R = X^T / sqrt(n - 1), X the centred features, are a root of the covariance: S = R R^T.
That needs no root of a matrix and is exact for singular covariances too.
"""

import json

import numpy as np

rng = np.random.default_rng(21)


def statistics(features):
    return features.mean(axis=0), np.cov(features, rowvar=False)


def frechet(a, b):
    def root(features):
        return (features - features.mean(axis=0)).T / np.sqrt(len(features) - 1)

    shared = np.linalg.svd(root(a).T @ root(b), compute_uv=False).sum()
    (m1, s1), (m2, s2) = statistics(a), statistics(b)
    return float(((m1 - m2) ** 2).sum() + np.trace(s1) + np.trace(s2) - 2 * shared)


def features(count, size, rank=None, offset=0.0):
    rank = size if rank is None else rank
    mixed = rng.normal(size=(count, rank)) @ rng.normal(size=(rank, size))
    # Rounded, so that the file is short and both sides start from the same numbers.
    return np.round(mixed + offset * rng.normal(size=size), 4)


def case(title, a, b):
    mean, covariance = statistics(a)
    return {
        "title": title,
        "featureSize": a.shape[1],
        "first": a.reshape(-1).tolist(),
        "second": b.reshape(-1).tolist(),
        "mean": mean.tolist(),
        "covariance": covariance.reshape(-1).tolist(),
        "distance": frechet(a, b),
    }


def dead(features, *columns):
    features = features.copy()
    features[:, columns] = 0
    return features


cases = [
    case("features of full rank", features(40, 5), features(30, 5, offset=2)),
    case("features that never fire", dead(features(40, 6), 1, 4), dead(features(40, 6), 4)),
    case("fewer samples than features", features(5, 8), features(6, 8, offset=1)),
    case("features of rank 2 in two different planes", features(30, 6, rank=2), features(30, 6, rank=2)),
    case("a large offset beside a small spread", features(30, 4) + 1000, features(30, 4) + 1000),
    case("rectified features, like the classifier's", np.maximum(features(60, 8), 0), np.maximum(features(60, 8, offset=1), 0)),
]

print(json.dumps({"numpy": np.__version__, "cases": cases}))
