"""Reference values for tests/evaluation/*.test.ts, computed by numpy, scipy and scikit-learn in float64:
python3 evaluation.py > evaluation.json

Precision, recall, density and coverage follow the authors' code of density and coverage (github.com/clovaai/generative-evaluation-prdc):
All distances by scikit-learn, radii by numpy.partition. MS-SSIM is written down here from Wang, Simoncelli and Bovik 2003
with a two-dimensional window and scipy's convolution.
"""

import json

import numpy as np
import scipy
import sklearn
from scipy.signal import convolve2d
from scipy.stats import entropy, mannwhitneyu, wasserstein_distance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import polynomial_kernel

rng = np.random.default_rng(5)


def rounded(values):
    # So that the file is short and both sides start from the same numbers.
    return np.round(values, 4)


def flat(values):
    return np.asarray(values).reshape(-1).tolist()


def features(count, size, offset=0.0, scale=1.0):
    return rounded(rng.normal(size=(count, size)) * scale + offset)


def prdc(real, fake, k):
    def radii(rows):
        return np.partition(pairwise_distances(rows), k, axis=-1)[:, k]

    real_radii, fake_radii = radii(real), radii(fake)
    distance = pairwise_distances(real, fake)
    return {
        "precision": (distance < real_radii[:, None]).any(axis=0).mean(),
        "recall": (distance < fake_radii[None, :]).any(axis=1).mean(),
        "density": (distance < real_radii[:, None]).sum(axis=0).mean() / k,
        "coverage": (distance.min(axis=1) < real_radii).mean(),
    }


def neighbours(title, real, fake, k):
    return {"title": title, "featureSize": real.shape[1], "neighbours": k, "real": flat(real), "generated": flat(fake), **prdc(real, fake, k)}


def unbiased_mmd(x, y):
    kxx, kyy, kxy = (polynomial_kernel(a, b, degree=3, gamma=None, coef0=1) for a, b in ((x, x), (y, y), (x, y)))
    m, n = len(x), len(y)
    return (kxx.sum() - np.trace(kxx)) / (m * (m - 1)) + (kyy.sum() - np.trace(kyy)) / (n * (n - 1)) - 2 * kxy.mean()


def kernel(title, x, y):
    # The jackknife by leaving out each row in turn and computing everything anew.
    def variance(left_out):
        return (len(left_out) - 1) * np.var(left_out)

    error = variance([unbiased_mmd(np.delete(x, i, 0), y) for i in range(len(x))])
    error += variance([unbiased_mmd(x, np.delete(y, j, 0)) for j in range(len(y))])
    return {"title": title, "featureSize": x.shape[1], "first": flat(x), "second": flat(y), "value": unbiased_mmd(x, y), "standardError": np.sqrt(error)}


def inception(title, probabilities, splits):
    scores = []
    for part in np.split(probabilities, splits):
        scores.append(np.exp(np.mean([entropy(row, part.mean(axis=0)) for row in part])))
    return {
        "title": title,
        "classes": probabilities.shape[1],
        "splits": splits,
        "probabilities": flat(probabilities),
        "value": np.mean(scores),
        "deviation": np.std(scores),
    }


def window():
    grid = np.arange(11) - 5
    weights = np.exp(-(grid[:, None] ** 2 + grid[None, :] ** 2) / (2 * 1.5**2))
    return weights / weights.sum()


def scale_terms(x, y, extent):
    def smooth(image):
        return convolve2d(image, window(), mode="valid")

    c1, c2 = (0.01 * extent) ** 2, (0.03 * extent) ** 2
    mx, my = smooth(x), smooth(y)
    vx, vy, cov = smooth(x * x) - mx**2, smooth(y * y) - my**2, smooth(x * y) - mx * my
    contrast = (2 * cov + c2) / (vx + vy + c2)
    return ((2 * mx * my + c1) / (mx**2 + my**2 + c1) * contrast).mean(), contrast.mean()


def ms_ssim(x, y, extent, scales):
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[:scales]
    weights = weights / weights.sum()
    product = 1.0
    for scale, weight in enumerate(weights):
        full, contrast = scale_terms(x, y, extent)
        product *= max(full if scale == scales - 1 else contrast, 0) ** weight
        h, w = x.shape[0] // 2, x.shape[1] // 2
        x, y = (image[: 2 * h, : 2 * w].reshape(h, 2, w, 2).mean(axis=(1, 3)) for image in (x, y))
    return product


def image(height, width, channels):
    """Waves and a little noise, in [-1, 1], drawn again by the test: no file of pixels."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return lambda phase: np.sin(0.3 * x + 0.5 * c + phase) * np.cos(0.21 * y - phase * (1 + 0.1 * x))


def similarity(title, height, width, channels, scales):
    wave = image(height, width, channels)
    first, second = wave(0.0), wave(0.1)
    each = [ms_ssim(first[..., c] + 1, second[..., c] + 1, 2, scales) for c in range(channels)]
    return {"title": title, "shape": [height, width, channels], "scales": scales, "value": np.mean(each)}


def transport(title, x, y):
    return {"title": title, "first": flat(x), "second": flat(y), "value": wasserstein_distance(x, y)}


def copying(generated, training, held_out):
    def nearest(rows):
        return pairwise_distances(rows, training).min(axis=1)

    a, b = nearest(generated), nearest(held_out)
    statistic = mannwhitneyu(a, b).statistic
    pairs = len(a) * len(b)
    return {
        "featureSize": training.shape[1],
        "generated": flat(generated),
        "training": flat(training),
        "heldOut": flat(held_out),
        "rows": pairwise_distances(generated, training).argmin(axis=1).tolist(),
        "distances": a.tolist(),
        "closer": 1 - statistic / pairs,
        "pValue": mannwhitneyu(a, b, method="asymptotic", use_continuity=False).pvalue,
        "suspects": (a < b.min()).mean(),
    }


def probes():
    train, test = features(60, 5), features(40, 5)
    weights = rng.normal(size=(5, 3))

    def labels_of(rows):
        return np.argmax(rows @ weights + rng.normal(size=(len(rows), 3)), axis=1)

    labels, targets = labels_of(train), rounded(train @ rng.normal(size=(5, 2)) + 0.3 * rng.normal(size=(60, 2)) + [1, -2])
    logistic = LogisticRegression(C=1 / 2.0, solver="newton-cg", tol=1e-9, max_iter=10000).fit(train, labels)
    ridge = Ridge(alpha=2.0).fit(train, targets)
    wide = features(8, 20)
    wide_targets = rounded(rng.normal(size=(8, 1)))
    return {
        "featureSize": 5,
        "train": flat(train),
        "test": flat(test),
        "labels": labels.tolist(),
        "targets": flat(targets),
        "penalty": 2.0,
        "probabilities": flat(logistic.predict_proba(test)),
        "predictions": flat(ridge.predict(test)),
        "wide": flat(wide),
        "wideTargets": flat(wide_targets),
        "widePredictions": flat(Ridge(alpha=2.0).fit(wide, wide_targets).predict(wide + 0.5)),
    }


print(
    json.dumps(
        {
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "sklearn": sklearn.__version__,
            "neighbours": [
                neighbours("overlapping sets, k = 3", features(50, 4), features(43, 4, offset=0.5), 3),
                neighbours("a narrow generator, k = 5", features(40, 3), features(60, 3, scale=0.4), 5),
                neighbours("distant sets, k = 1", features(12, 2), features(13, 2, offset=9), 1),
            ],
            "kernels": [
                kernel("shifted sets of different size", features(30, 5), features(23, 5, offset=0.7)),
                kernel("like sets", features(25, 8), features(25, 8)),
                kernel("rectified features", np.maximum(features(20, 6), 0), np.maximum(features(20, 6, offset=1), 0)),
            ],
            "inception": [
                inception("soft predictions in four splits", rng.dirichlet(np.full(5, 0.3), size=40), 4),
                inception("one split", rng.dirichlet(np.full(3, 1.0), size=15), 1),
            ],
            "similarity": [
                similarity("28 pixels, two scales", 28, 28, 1, 2),
                similarity("28 pixels, one scale", 28, 28, 1, 1),
                similarity("odd sides and three channels", 47, 53, 3, 3),
                similarity("176 pixels, the published five scales", 176, 180, 1, 5),
            ],
            "transport": [
                transport("lists of one length", features(1, 20)[0], features(1, 20, offset=1)[0]),
                transport("lists of different length", features(1, 12)[0], features(1, 7, scale=3)[0]),
            ],
            "copying": copying(features(30, 3), features(40, 3), features(25, 3, offset=0.1)),
            "probes": probes(),
        }
    )
)
