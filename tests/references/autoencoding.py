"""Reference values for autoencoders, computed by PyTorch in float64: python3 autoencoding.py > autoencoding.json

Likelihoods and divergences come from torch.distributions; the bounds are those of a linear-Gaussian pair whose log p(x) is exact.
"""

import json

import torch
from torch.distributions import Bernoulli, Independent, MultivariateNormal, Normal, kl_divergence

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)


def normal(*shape, scale=1.0):
    # Rounded to float32, so that both sides start from the same numbers.
    return (scale * torch.randn(*shape)).to(torch.float32).to(torch.float64)


def listed(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]


rows, size = 4, 5
logits = normal(rows, size, scale=4.0).requires_grad_()
bits = (torch.rand(rows, size) < 0.5).double()
negative_log = -Independent(Bernoulli(logits=logits), 1).log_prob(bits)
negative_log.sum().backward()

mean = normal(rows, 3).requires_grad_()
log_variance = normal(rows, 3).requires_grad_()
divergence = kl_divergence(Independent(Normal(mean, (0.5 * log_variance).exp()), 1), Independent(Normal(torch.zeros(3), torch.ones(3)), 1))
divergence.sum().backward()

# p(z) = N(0, I₂), p(x | z) = N(W z, I₃): p(x) = N(0, W Wᵀ + I). −log p(x | z) is the squared error up to 3/2 log 2π.
weights = normal(3, 2)
points = normal(rows, 3, scale=1.5)
evidence = MultivariateNormal(torch.zeros(3), weights @ weights.T + torch.eye(3)).log_prob(points)
precision = torch.eye(2) + weights.T @ weights
posterior_mean = points @ weights @ torch.linalg.inv(precision)

print(json.dumps({
    "bernoulli": {"shape": [rows, size], "logits": listed(logits), "samples": listed(bits), "negativeLog": listed(negative_log), "gradient": listed(logits.grad)},
    "divergence": {
        "shape": [rows, 3], "mean": listed(mean), "logVariance": listed(log_variance), "value": listed(divergence),
        "gradients": {"mean": listed(mean.grad), "logVariance": listed(log_variance.grad)},
    },
    "linear": {
        "rows": rows, "weights": listed(weights), "points": listed(points), "evidence": listed(evidence), "posteriorMean": listed(posterior_mean),
        "posteriorVariance": listed(torch.linalg.inv(precision).diagonal()),
    },
}, indent=1))
