"""Reference values for tests/networks/layers/normalisation.test.ts: python3 normalisation.py > normalisation.json

Layers that PyTorch has are PyTorch's. The others are written out in it, sample by sample and group by group where the
layer says so, and differentiated by it.
"""

import torch
import torch.nn.functional as F
from layerCases import case, cases, layer, line, normal

torch.manual_seed(22)


def channels_first(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def channels_last(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def affine(n):
    return {"gamma": normal(n), "beta": normal(n)}


vectors, images = normal(4, 6) * 2 + 1, normal(3, 3, 2, 6) * 2 - 1

case("instanceNorm", layer("instanceNorm"), images, {}, lambda x: channels_last(F.instance_norm(channels_first(x))))
case(
    "instanceNorm, affine, with its own epsilon",
    layer("instanceNorm", affine=True, epsilon=0.1),
    images,
    affine(6),
    lambda x, gamma, beta: channels_last(F.instance_norm(channels_first(x), weight=gamma, bias=beta, eps=0.1)),
)
case("layerNorm of vectors", layer("layerNorm"), vectors, affine(6), lambda x, gamma, beta: F.layer_norm(x, (6,), gamma, beta))
case("layerNorm of images", layer("layerNorm"), images, affine(6), lambda x, gamma, beta: channels_last(F.group_norm(channels_first(x), 1, gamma, beta)))
case("layerNorm without affine", layer("layerNorm", affine=False), images, {}, lambda x: F.layer_norm(x, (3, 2, 6)))
for groups in [2, 3, 6]:
    case(
        f"groupNorm of images, {groups} groups",
        layer("groupNorm", groups=groups),
        images,
        affine(6),
        lambda x, gamma, beta: channels_last(F.group_norm(channels_first(x), groups, gamma, beta)),
    )
case("groupNorm of vectors", layer("groupNorm", groups=2), vectors, affine(6), lambda x, gamma, beta: F.group_norm(x, 2, gamma, beta))
for title, x in [("vectors", vectors), ("images", images)]:
    case(f"pixelNorm of {title}", layer("pixelNorm"), x, {}, lambda x: x / (x.square().mean(-1, keepdim=True) + 1e-8).sqrt())


def weight(v, g, axes, dim):
    """PyTorch's own weight_norm on a kernel brought into its layout."""
    return torch._weight_norm(v.permute(axes), g.reshape([-1 if axis == dim else 1 for axis in range(v.dim())]), dim)


def padded(x):
    return F.pad(channels_first(x), (1, 1, 1, 1))


case(
    "weightNorm of dense",
    layer("weightNorm", layer=layer("dense", units=3)),
    vectors,
    {"direction": normal(6, 3), "length": normal(3), "bias": normal(3)},
    lambda x, direction, length, bias: F.linear(x, weight(direction, length, (1, 0), 0), bias),
)
case(
    "weightNorm of conv2d",
    layer("weightNorm", layer=layer("conv2d", filters=3)),
    normal(2, 4, 6, 2),
    {"direction": normal(4, 4, 2, 3), "length": normal(3), "bias": normal(3)},
    lambda x, direction, length, bias: channels_last(F.conv2d(padded(x), weight(direction, length, (3, 2, 0, 1), 0), bias, 2)),
)
case(
    "weightNorm of conv2dTranspose",
    layer("weightNorm", layer=layer("conv2dTranspose", filters=3)),
    normal(2, 3, 2, 2),
    {"direction": normal(4, 4, 3, 2), "length": normal(3), "bias": normal(3)},
    lambda x, direction, length, bias: channels_last(
        F.conv_transpose2d(channels_first(x), weight(direction, length, (3, 2, 0, 1), 1), bias, 2, 1)
    ),
)
case(
    "equalised dense, gain 1",
    layer("equalised", layer=layer("dense", units=3), gain=1),
    vectors,
    {"kernel": normal(6, 3), "bias": normal(3)},
    lambda x, kernel, bias: F.linear(x, kernel.T / 6**0.5, bias),
)
case(
    "equalised conv2d",
    layer("equalised", layer=layer("conv2d", filters=3)),
    normal(2, 4, 6, 2),
    {"kernel": normal(4, 4, 2, 3), "bias": normal(3)},
    lambda x, kernel, bias: channels_last(F.conv2d(padded(x), kernel.permute(3, 2, 0, 1) * (2 / 32) ** 0.5, bias, 2)),
)
case(
    "equalised conv2dTranspose",
    layer("equalised", layer=layer("conv2dTranspose", filters=3)),
    normal(2, 3, 2, 2),
    {"kernel": normal(4, 4, 3, 2), "bias": normal(3)},
    lambda x, kernel, bias: channels_last(F.conv_transpose2d(channels_first(x), kernel.permute(3, 2, 0, 1) * (2 / 32) ** 0.5, bias, 2, 1)),
)


def attention(x, query, key, value, output, gamma):
    """Pixel by pixel, as the paper has it: what pixel j gets is W (sum over i of beta[j, i] V x[i])."""
    samples = []
    for sample in x:
        pixels = sample.reshape(-1, sample.shape[2])
        rows = []
        for pixel in pixels:
            beta = torch.softmax(torch.stack([(other @ key) @ (pixel @ query) for other in pixels]), 0)
            rows.append(sum(b * (other @ value) for b, other in zip(beta, pixels)) @ output)
        samples.append(gamma * torch.stack(rows).reshape(sample.shape) + sample)
    return torch.stack(samples)


for title, options, n, inner in [("of 16 channels", {}, 16, 2), ("with 3 inner channels", {"channels": 3}, 5, 3)]:
    case(
        f"selfAttention {title}",
        layer("selfAttention", **options),
        normal(2, 3, 2, n),
        {
            "query": normal(n, inner) * 0.3,
            "key": normal(n, inner) * 0.3,
            "value": normal(n, inner),
            "output": normal(inner, n),
            "gamma": torch.tensor(0.75),
        },
        attention,
    )


def conditional(x, labels, gamma, beta, mean, variance, training):
    y = F.batch_norm(channels_first(x), mean, variance, None, None, training)
    rows = [F.embedding(labels, table) for table in (gamma, beta)]
    scale, offset = [row[:, :, None, None] if x.dim() == 4 else row for row in rows]
    return channels_last(y * scale + offset)


for title, x, labels in [("vectors", vectors, torch.tensor([2, 0, 2, 3])), ("images", images, torch.tensor([1, 3, 1]))]:
    for training in [True, False]:
        case(
            f"conditionalBatchNorm of {title}, {'training' if training else 'not training'}",
            layer("conditionalBatchNorm", classes=4),
            x,
            {"gamma": normal(4, 6), "beta": normal(4, 6)},
            lambda x, **variables: conditional(x, labels, training=training, **variables),
            {"mean": normal(6), "variance": normal(6).abs() + 0.5},
            training,
            {"labels": labels},
        )

digits = torch.tensor([2, 0, 2, 3])
case(
    "projection",
    layer("projection", classes=4, field="digits"),
    vectors,
    {"kernel": normal(6, 1), "bias": normal(1), "table": normal(4, 6)},
    lambda x, kernel, bias, table: F.linear(x, kernel.T, bias) + (F.embedding(digits, table) * x).sum(1, keepdim=True),
    inputs={"digits": digits},
)


def minibatch_discrimination(x, tensor):
    m = (x @ tensor).reshape(4, 3, 2)
    closeness = [torch.exp(-torch.cdist(m[:, b], m[:, b], p=1)).sum(1) for b in range(3)]
    return torch.cat([x, torch.stack(closeness, 1)], 1)


case(
    "minibatchDiscrimination",
    layer("minibatchDiscrimination", kernels=3, dimensions=2),
    vectors,
    {"tensor": normal(6, 6) * 0.3},
    minibatch_discrimination,
)


def minibatch_deviation(x, size):
    """Group m holds the samples m, m + M, m + 2 M ... of M groups."""
    groups = len(x) // size
    column = [None] * len(x)
    for m in range(groups):
        members = x[m::groups]
        for i in range(m, len(x), groups):
            column[i] = (members.var(0, unbiased=False) + 1e-8).sqrt().mean()
    column = torch.stack(column).reshape(-1, *[1] * (x.dim() - 1)).expand(*x.shape[:-1], 1)
    return torch.cat([x, column], -1)


many = normal(6, 2, 3, 2)
case("minibatchDeviation of images, groups of 3", layer("minibatchDeviation", groupSize=3), many, {}, lambda x: minibatch_deviation(x, 3))
case("minibatchDeviation of images, groups of 2", layer("minibatchDeviation", groupSize=2), many, {}, lambda x: minibatch_deviation(x, 2))
case("minibatchDeviation of a batch below the group's size", layer("minibatchDeviation", groupSize=8), many, {}, lambda x: minibatch_deviation(x, 6))
case("minibatchDeviation of vectors", layer("minibatchDeviation"), vectors, {}, lambda x: minibatch_deviation(x, 4))


def whole_batch(x, gamma, beta):
    return channels_last(F.batch_norm(channels_first(x), None, None, gamma, beta, True))


def virtual(reference, x, gamma, beta):
    """Each sample by a batch norm of the reference batch and that sample alone."""
    return torch.stack([whole_batch(torch.cat([reference, sample[None]]), gamma, beta)[-1] for sample in x])


def by_reference(reference, x, gamma, beta):
    axes = list(range(x.dim() - 1))
    mean, variance = reference.mean(axes), reference.var(axes, unbiased=False)
    return (x - mean) / (variance + 1e-5).sqrt() * gamma + beta


def moderate(n):
    """Scales and offsets that neither saturate the tanh after them nor leave the next normalisation nothing but rounding."""
    return {"gamma": 1 + normal(n) / 4, "beta": normal(n) / 4}


for kind, of in [("virtualBatchNorm", virtual), ("referenceBatchNorm", by_reference)]:

    def dense_norm_dense(x, reference, isCaptured, **p):
        if isCaptured == 0:
            reference.copy_(x.detach()[:3])
            isCaptured.fill_(1)
        x, rows = x @ p["dense1/kernel"], reference @ p["dense1/kernel"]
        return of(rows, x, p[f"{kind}1/gamma"], p[f"{kind}1/beta"]) @ p["dense2/kernel"]

    def twice(x, reference, isCaptured, **p):
        """The second takes its statistics of what the first makes of the reference batch."""
        gammas = [(p[f"{kind}{k}/gamma"], p[f"{kind}{k}/beta"]) for k in (1, 2)]
        once = torch.tanh(of(reference, x, *gammas[0]))
        return of(torch.tanh(whole_batch(reference, *gammas[0])), once, *gammas[1])

    dense = {"dense1/kernel": normal(6, 5), f"{kind}1/gamma": normal(5), f"{kind}1/beta": normal(5), "dense2/kernel": normal(5, 2)}
    layers = [layer("dense", units=5, bias=False), layer(kind), layer("dense", units=2, bias=False)]
    spec = layer("referenceBatch", size=3, layers=layers)
    case(f"{kind}, first pass", spec, vectors, dense, dense_norm_dense, {"reference": torch.zeros(3, 6), "isCaptured": torch.tensor(0.0)})
    case(f"{kind}, later pass", spec, vectors, dense, dense_norm_dense, {"reference": normal(3, 6), "isCaptured": torch.tensor(1.0)})
    case(
        f"{kind}, twice, of images, not training",
        layer("referenceBatch", size=2, layers=[layer(kind), layer("tanh"), layer(kind)]),
        images,
        {f"{kind}{k}/{name}": value for k in (1, 2) for name, value in moderate(6).items()},
        twice,
        {"reference": normal(2, 3, 2, 6), "isCaptured": torch.tensor(1.0)},
        False,
    )

print('{"madeBy":' + line(f"normalisation.py, PyTorch {torch.__version__}") + ',\n"layers":[')
print(",\n".join(line(one) for one in cases))
print("]}")
