"""Reference values for the penalties, computed by PyTorch in float64: python3 penalties.py > penalties.json

Layouts are this library's: images [batch, height, width, channels], kernels of convolutions [height, width, in, out], of
transposed ones [height, width, out, in], dense kernels [in, out].
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(4)
torch.set_default_dtype(torch.float64)


def normal(*shape):
    # Rounded to float32, so that both sides start from the same numbers.
    return torch.randn(*shape).to(torch.float32).to(torch.float64)


def written(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]}


def leaky(x):
    return F.leaky_relu(x, 0.2)


def dense(activation):
    return lambda p, x: activation(x @ p["dense1/kernel"] + p["dense1/bias"]) @ p["logits/dense1/kernel"] + p["logits/dense1/bias"]


def convolutional(activation):
    def critic(p, x):
        # Kernel 4, stride 2, "same": one pixel on every side.
        y = F.conv2d(x.permute(0, 3, 1, 2), p["conv2d1/kernel"].permute(3, 2, 0, 1), p["conv2d1/bias"], stride=2, padding=1)
        y = activation(y).permute(0, 2, 3, 1).flatten(1)
        return y @ p["logits/dense1/kernel"] + p["logits/dense1/bias"]

    return critic


dense_shapes = {"dense1/kernel": (3, 5), "dense1/bias": (5,), "logits/dense1/kernel": (5, 1), "logits/dense1/bias": (1,)}
conv_shapes = {"conv2d1/kernel": (4, 4, 2, 3), "conv2d1/bias": (3,), "logits/dense1/kernel": (12, 1), "logits/dense1/bias": (1,)}

critics = [
    ("dense, leaky ReLU", dense(leaky), dense_shapes, (3,)),
    ("dense, tanh", dense(torch.tanh), dense_shapes, (3,)),
    ("conv2d, leaky ReLU", convolutional(leaky), conv_shapes, (4, 4, 2)),
    ("conv2d, tanh", convolutional(torch.tanh), conv_shapes, (4, 4, 2)),
]

penalties = {
    "two-sided, target 1": lambda norms: ((norms - 1) ** 2).mean(),
    "one-sided, target 1": lambda norms: (torch.relu(norms - 1) ** 2).mean(),
    "two-sided, target 0.4": lambda norms: ((norms - 0.4) ** 2).mean(),
    "zero-centred": lambda norms: (norms**2).mean() / 2,
}

gradient_cases = []
for title, critic, shapes, extent in critics:
    parameters = {name: (normal(*shape) * 0.6).to(torch.float32).to(torch.float64).requires_grad_() for name, shape in shapes.items()}
    points = normal(4, *extent).requires_grad_()
    (slope,) = torch.autograd.grad(critic(parameters, points).sum(), points, create_graph=True)
    norms = torch.sqrt((slope.flatten(1) ** 2).sum(1) + 1e-12)
    results = {}
    for name, penalty in penalties.items():
        value = penalty(norms)
        gradients = torch.autograd.grad(value, list(parameters.values()), retain_graph=True, allow_unused=True)
        results[name] = {
            "value": value.item(),
            "gradients": {p: written(g if g is not None else torch.zeros_like(parameters[p])) for p, g in zip(parameters, gradients)},
        }
    gradient_cases.append({
        "critic": title,
        "points": written(points),
        "parameters": {name: written(value) for name, value in parameters.items()},
        "norms": written(norms),
        "penalties": results,
    })

clipping = []
for norm in [0.5, 100.0]:
    gradients = [normal(3, 2), normal(4)]
    leaves = [torch.zeros_like(g).requires_grad_() for g in gradients]
    for leaf, gradient in zip(leaves, gradients):
        leaf.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_(leaves, norm)
    clipping.append({"norm": norm, "gradients": [written(g) for g in gradients], "clipped": [written(leaf.grad) for leaf in leaves]})

orthogonality = []
for shape in [(5, 3), (2, 4)]:
    matrix = normal(*shape).requires_grad_()
    gram, identity = matrix.T @ matrix, torch.eye(shape[1])
    for kind, value in [("orthonormal", ((gram - identity) ** 2).sum()), ("decorrelated", ((gram * (1 - identity)) ** 2).sum())]:
        (gradient,) = torch.autograd.grad(value, matrix, retain_graph=True)
        orthogonality.append({"kind": kind, "matrix": written(matrix), "value": value.item(), "gradient": written(gradient)})


def spectral(title, make, kernel, to_torch, from_torch, x, layout, iterations, passes):
    """After `passes` training passes: the last one's output, the gradients of its weighted sum, and u."""
    module = make()
    with torch.no_grad():
        module.weight.copy_(to_torch(kernel))
    module = torch.nn.utils.spectral_norm(module, n_power_iterations=iterations)
    start = normal(module.weight_u.shape[0])
    module.weight_u.copy_(start)
    x = x.requires_grad_()
    for _ in range(passes):
        output = layout(module, x)
    weights = normal(*output.shape)
    in_weight, in_x = torch.autograd.grad((output * weights).sum(), [module.weight_orig, x])
    return {
        "title": title,
        "iterations": iterations,
        "passes": passes,
        "input": written(x),
        "kernel": written(kernel),
        "start": written(start),
        "output": written(output),
        "weights": written(weights),
        "inKernel": written(from_torch(in_weight)),
        "inInput": written(in_x),
        "u": written(module.weight_u),
    }


def image(module, x):
    return module(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


spectral_cases = [
    spectral("dense", lambda: torch.nn.Linear(4, 3, bias=False), normal(4, 3), lambda k: k.T, lambda w: w.T, normal(2, 4), lambda m, x: m(x), 1, 1),
    spectral("dense", lambda: torch.nn.Linear(3, 5, bias=False), normal(3, 5), lambda k: k.T, lambda w: w.T, normal(2, 3), lambda m, x: m(x), 2, 3),
    spectral(
        "conv2d", lambda: torch.nn.Conv2d(2, 3, 4, stride=2, padding=1, bias=False), normal(4, 4, 2, 3),
        lambda k: k.permute(3, 2, 0, 1), lambda w: w.permute(2, 3, 1, 0), normal(2, 4, 4, 2), image, 1, 3,
    ),
    spectral(
        "conv2dTranspose", lambda: torch.nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1, bias=False), normal(4, 4, 2, 3),
        lambda k: k.permute(3, 2, 0, 1), lambda w: w.permute(2, 3, 1, 0), normal(2, 2, 2, 3), image, 1, 3,
    ),
]

print(json.dumps({"madeBy": f"penalties.py, PyTorch {torch.__version__}", "gradients": gradient_cases, "clipping": clipping, "orthogonality": orthogonality, "spectral": spectral_cases}, separators=(",", ":")))
