"""Reference values for tests/latent, computed by numpy and scikit-learn in float64:
python3 latent.py > latent.json
"""

import json

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

rng = np.random.default_rng(5)


def rounded(array, digits=4):
    # So that the file is short and both sides start from the same numbers.
    return np.round(array, digits)


def listed(array):
    return np.asarray(array, dtype=float).ravel().tolist()


def pca(rows, size, count):
    values = rounded(rng.normal(size=(rows, size)) @ rng.normal(size=(size, size)))
    fitted = PCA(n_components=count, svd_solver="full").fit(values)
    return {
        "rows": rows,
        "size": size,
        "count": count,
        "values": listed(values),
        "mean": listed(fitted.mean_),
        "components": listed(fitted.components_),
        "deviations": listed(np.sqrt(fitted.explained_variance_)),
        "shares": listed(fitted.explained_variance_ratio_),
    }


def ganspace(rows, latent_size, feature_size, count):
    latents = rounded(rng.normal(size=(rows, latent_size)))
    features = rounded(np.maximum(latents @ rng.normal(size=(latent_size, feature_size)), 0))
    coordinates = PCA(n_components=count, svd_solver="full").fit_transform(features)
    # All components at once, as the paper's equation 3 has it.
    basis = np.linalg.lstsq(coordinates, latents, rcond=None)[0]
    return {
        "rows": rows,
        "latentSize": latent_size,
        "count": count,
        "latents": listed(latents),
        "features": listed(features),
        "directions": listed(basis / np.linalg.norm(basis, axis=1, keepdims=True)),
    }


def sefa(latent_size, units, count):
    kernel = rounded(rng.normal(size=(latent_size, units)))
    weight = kernel.T
    values, vectors = np.linalg.eig(weight.T @ weight)
    order = np.argsort(-values)[:count]
    return {
        "latentSize": latent_size,
        "count": count,
        "kernel": listed(kernel),
        "eigenvalues": listed(values[order]),
        "directions": listed(vectors[:, order].T),
    }


def logistic(rows, size, regularisation):
    latents = rounded(rng.normal(size=(rows, size)))
    labels = latents @ rng.normal(size=size) + 0.5 + rng.normal(size=rows) > 0
    fitted = LogisticRegression(C=1 / regularisation, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(latents, labels)
    length = np.linalg.norm(fitted.coef_)
    return {
        "regularisation": regularisation,
        "latents": listed(latents),
        "labels": labels.tolist(),
        "direction": listed(fitted.coef_ / length),
        "offset": float(fitted.intercept_[0] / length),
        "accuracy": float(fitted.score(latents, labels)),
    }


def ridge(rows, size, weight):
    latents = rounded(rng.normal(size=(rows, size)))
    values = rounded(latents @ rng.normal(size=size) + 2 + 0.3 * rng.normal(size=rows))
    fitted = Ridge(alpha=weight, solver="svd").fit(latents, values)
    length = np.linalg.norm(fitted.coef_)
    return {
        "ridge": weight,
        "latents": listed(latents),
        "values": listed(values),
        "direction": listed(fitted.coef_ / length),
        "slope": float(length),
        "offset": float(fitted.intercept_),
        "determination": float(fitted.score(latents, values)),
    }


def latent_map(rows, held, from_size, to_size, weight):
    x = rounded(rng.normal(size=(rows + held, from_size)))
    y = rounded(x @ rng.normal(size=(from_size, to_size)) + rng.normal(size=to_size) + 0.5 * rng.normal(size=(rows + held, to_size)))
    fitted = (Ridge(alpha=weight, solver="svd") if weight > 0 else LinearRegression()).fit(x[:rows], y[:rows])
    missed = ((fitted.predict(x[rows:]) - y[rows:]) ** 2).sum()
    return {
        "count": rows,
        "held": held,
        "ridge": weight,
        "from": listed(x),
        "to": listed(y),
        "matrix": listed(fitted.coef_),
        "offset": listed(fitted.intercept_),
        "error": float(missed / ((y[rows:] - y[rows:].mean(axis=0)) ** 2).sum()),
    }


print(json.dumps({
    "pca": [pca(30, 4, 3), pca(6, 10, 4)],
    "ganspace": ganspace(40, 3, 6, 3),
    "sefa": sefa(4, 7, 3),
    "logistic": [logistic(40, 3, 1.0), logistic(40, 3, 0.05)],
    "ridge": ridge(30, 3, 2.0),
    "maps": [latent_map(12, 6, 3, 2, 0.0), latent_map(5, 6, 7, 3, 0.7)],
}))
