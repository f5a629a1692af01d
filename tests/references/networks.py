"""Reference values for tests/networks, computed by PyTorch in float64: python3 networks.py > networks.json

Tensors are written in the layouts of this library: images [batch, height, width, channels], kernels of convolutions
[height, width, in, out], of transposed ones [height, width, out, in], dense kernels [in, out]. "same" padding is put on by
hand, by the formula in src/networks/layers/convolution.ts, so that odd sides and kernels are covered too.
"""

import math

import torch
import torch.nn.functional as F
from layerCases import case, cases, layer, line, normal, written

torch.manual_seed(20)


def before_and_after(side, kernel, stride):
    total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def conv2d(x, kernel, bias, stride, padding):
    x = x.permute(0, 3, 1, 2)
    if padding == "same":
        top, bottom = before_and_after(x.shape[2], kernel.shape[0], stride)
        left, right = before_and_after(x.shape[3], kernel.shape[1], stride)
        x = F.pad(x, (left, right, top, bottom))
    return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride).permute(0, 2, 3, 1)


def conv2d_transpose(x, kernel, bias, stride, padding):
    x = x.permute(0, 3, 1, 2)
    height, width = x.shape[2] * stride, x.shape[3] * stride
    size = kernel.shape[0]
    if padding == "same":
        # The whole of it, cut to the side that the convolution would have had padded; what it lacks at the end is bias alone.
        whole = F.conv_transpose2d(x, kernel.permute(3, 2, 0, 1), None, stride)
        top, left = before_and_after(height, size, stride)[0], before_and_after(width, size, stride)[0]
        whole = F.pad(whole, (0, max(0, width + left - whole.shape[3]), 0, max(0, height + top - whole.shape[2])))
        y = whole[:, :, top : top + height, left : left + width] + bias.reshape(1, -1, 1, 1)
    else:
        y = F.conv_transpose2d(x, kernel.permute(3, 2, 0, 1), bias, stride)
    return y.permute(0, 2, 3, 1)


def resize_conv(x, kernel, bias, factor):
    larger = F.interpolate(x.permute(0, 3, 1, 2), scale_factor=factor, mode="nearest").permute(0, 2, 3, 1)
    return conv2d(larger, kernel, bias, 1, "same")


def batch_norm(x, gamma, beta, mean, variance, training, momentum=0.1, eps=1e-5):
    images = x.dim() == 4
    y = F.batch_norm(x.permute(0, 3, 1, 2) if images else x, mean, variance, gamma, beta, training, momentum, eps)
    return y.permute(0, 2, 3, 1) if images else y


def maxout(x, kernel, bias, units, pieces):
    return (x @ kernel + bias).reshape(-1, pieces, units).max(dim=1).values


case("dense", layer("dense", units=3), normal(2, 4), {"kernel": normal(4, 3), "bias": normal(3)}, lambda x, kernel, bias: x @ kernel + bias)

for kernel, stride, padding, height, width in [(4, 2, "same", 6, 6), (4, 2, "same", 7, 5), (3, 1, "same", 4, 4), (3, 2, "valid", 7, 5), (5, 2, "same", 6, 6), (3, 4, "same", 9, 8)]:
    case(
        f"conv2d, kernel {kernel}, stride {stride}, {padding}, {height} x {width}",
        layer("conv2d", filters=3, kernel=kernel, stride=stride, padding=padding),
        normal(2, height, width, 2),
        {"kernel": normal(kernel, kernel, 2, 3), "bias": normal(3)},
        lambda x, kernel, bias: conv2d(x, kernel, bias, stride, padding),
    )

for kernel, stride, padding, height, width in [(4, 2, "same", 3, 3), (3, 1, "same", 4, 3), (4, 2, "valid", 2, 3), (5, 2, "same", 3, 3), (3, 2, "same", 2, 3), (2, 3, "same", 2, 2)]:
    case(
        f"conv2dTranspose, kernel {kernel}, stride {stride}, {padding}, {height} x {width}",
        layer("conv2dTranspose", filters=2, kernel=kernel, stride=stride, padding=padding),
        normal(2, height, width, 3),
        {"kernel": normal(kernel, kernel, 2, 3), "bias": normal(2)},
        lambda x, kernel, bias: conv2d_transpose(x, kernel, bias, stride, padding),
    )

for factor in [2, 3]:
    case(
        f"resizeConv by {factor}",
        layer("resizeConv", filters=2, factor=factor),
        normal(2, 2, 3, 2),
        {"kernel": normal(3, 3, 2, 2), "bias": normal(2)},
        lambda x, kernel, bias: resize_conv(x, kernel, bias, factor),
    )

for title, x in [("vectors", normal(5, 3) + 2), ("images", normal(2, 3, 2, 3) * 3 - 1)]:
    for training in [True, False]:
        case(
            f"batchNorm of {title}, {'training' if training else 'not training'}",
            layer("batchNorm"),
            x,
            {"gamma": normal(3), "beta": normal(3)},
            lambda x, gamma, beta, mean, variance: batch_norm(x, gamma, beta, mean, variance, training),
            {"mean": normal(3), "variance": normal(3).abs() + 0.5},
            training,
        )
case(
    "batchNorm with its own epsilon and momentum",
    layer("batchNorm", epsilon=0.1, momentum=0.4),
    normal(4, 2),
    {"gamma": normal(2), "beta": normal(2)},
    lambda x, gamma, beta, mean, variance: batch_norm(x, gamma, beta, mean, variance, True, 0.4, 0.1),
    {"mean": normal(2), "variance": normal(2).abs() + 0.5},
)

case("leakyRelu", layer("leakyRelu"), normal(3, 5), {}, lambda x: F.leaky_relu(x, 0.2))
case("leakyRelu, slope 0.01", layer("leakyRelu", slope=0.01), normal(3, 5), {}, lambda x: F.leaky_relu(x, 0.01))
case("relu", layer("relu"), normal(3, 5), {}, torch.relu)
case("tanh", layer("tanh"), normal(3, 5), {}, torch.tanh)
case("sigmoid", layer("sigmoid"), normal(3, 5), {}, torch.sigmoid)
case("softplus", layer("softplus"), normal(3, 5), {}, F.softplus)

labels = torch.tensor([3, 0, 3, 1])
case("embedding", layer("embedding", classes=5, units=2), labels, {"table": normal(5, 2)}, lambda x, table: F.embedding(x, table))
case(
    "maxout",
    layer("maxout", units=3, pieces=4),
    normal(2, 5),
    {"kernel": normal(5, 12), "bias": normal(12)},
    lambda x, kernel, bias: maxout(x, kernel, bias, 3, 4),
)


def gradient_penalty():
    """Gradients in the parameters of the mean of |d logit / d x|^2: second order through every layer of a discriminator."""
    x = normal(3, 4, 4, 2).requires_grad_()
    shapes = {
        "conv2d1/kernel": (4, 4, 2, 3),
        "conv2d1/bias": (3,),
        "conv2d2/kernel": (4, 4, 3, 4),
        "batchNorm1/gamma": (4,),
        "batchNorm1/beta": (4,),
        "logits/dense1/kernel": (4, 1),
        "logits/dense1/bias": (1,),
    }
    p = {name: (normal(*shape) * 0.5).requires_grad_() for name, shape in shapes.items()}
    h = F.leaky_relu(conv2d(x, p["conv2d1/kernel"], p["conv2d1/bias"], 2, "same"), 0.2)
    h = conv2d(h, p["conv2d2/kernel"], None, 2, "same")
    h = F.leaky_relu(batch_norm(h, p["batchNorm1/gamma"], p["batchNorm1/beta"], None, None, True), 0.2)
    logits = h.reshape(3, -1) @ p["logits/dense1/kernel"] + p["logits/dense1/bias"]
    (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    penalty = slope.square().sum((1, 2, 3)).mean()
    gradients = torch.autograd.grad(penalty, list(p.values()), allow_unused=True)
    return {
        "input": written(x),
        "parameters": {name: written(value) for name, value in p.items()},
        "logits": written(logits),
        "penalty": penalty.item(),
        "gradients": {name: written(torch.zeros_like(p[name]) if value is None else value) for name, value in zip(p, gradients)},
    }


def optimizer_runs():
    """100 steps of logistic regression, mean log(1 + exp(-A p)), with rows of A that no p separates."""
    rows, start = normal(12, 5) * 2, normal(5)
    makers = {
        "sgd": ({"learningRate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1)),
        "sgd with momentum": ({"learningRate": 0.05, "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
        "sgd with Nesterov momentum": (
            {"learningRate": 0.05, "momentum": 0.9, "isNesterov": True},
            lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
        ),
        "rmsprop": ({"learningRate": 0.01}, lambda p: torch.optim.RMSprop(p, lr=0.01)),
        "rmsprop with momentum": (
            {"learningRate": 0.005, "smoothing": 0.9, "momentum": 0.5, "epsilon": 1e-6},
            lambda p: torch.optim.RMSprop(p, lr=0.005, alpha=0.9, momentum=0.5, eps=1e-6),
        ),
        "adam": ({"learningRate": 0.01}, lambda p: torch.optim.Adam(p, lr=0.01)),
        "adam with beta1 0.5": ({"learningRate": 0.02, "beta1": 0.5}, lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.5, 0.999))),
        "adamW": ({"learningRate": 0.01, "decay": 0.1}, lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
    }
    runs = []
    for title, (options, make) in makers.items():
        p = start.clone().requires_grad_()
        optimizer = make([p])
        after = {}
        for step in range(1, 101):
            optimizer.zero_grad()
            F.softplus(-(rows @ p)).mean().backward()
            optimizer.step()
            if step in (1, 2, 10, 100):
                after[step] = written(p)["values"]
        runs.append({"title": title, "kind": title.split()[0], "options": options, "after": after})
    return {"rows": written(rows), "start": written(start), "runs": runs}


print('{"madeBy":' + line(f"networks.py, PyTorch {torch.__version__}") + ',\n"layers":[')
print(",\n".join(line(one) for one in cases))
print('],\n"gradientPenalty":' + line(gradient_penalty()) + ',\n"optimizers":' + line(optimizer_runs()) + "}")
