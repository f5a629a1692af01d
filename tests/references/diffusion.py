"""Reference values for the layers of the U-Net, by PyTorch, and for signal schedules, by numpy.

    /usr/bin/python3 tests/references/diffusion.py > tests/references/diffusion.json
"""

import numpy as np
import torch
import torch.nn.functional as F

from layerCases import case, cases, layer, line, normal

torch.manual_seed(7)


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def features(alpha):
    """math/signalFeatures.ts in PyTorch's words, by acos in float64."""
    phase = 2 / torch.pi * torch.acos(torch.sqrt(alpha))
    angles = phase * torch.tensor([torch.pi * 32 ** (k / 15) for k in range(16)])
    return torch.cat([torch.sin(angles), torch.cos(angles)], 1)


def adaptive(x, alpha, p, labels=None):
    hidden = features(alpha) @ p["embedding/kernel"] + p["embedding/bias"]
    if labels is not None:
        # -1 is no label: zeros.
        rows = torch.where((labels >= 0)[:, None], p["labels/table"][labels.clamp(min=0)], torch.zeros(()))
        hidden = hidden + rows
    scale, offset = (F.silu(hidden) @ p["modulation/kernel"] + p["modulation/bias"]).chunk(2, 1)
    normalised = F.group_norm(nchw(x), 2)
    return nhwc(normalised * (1 + scale)[:, :, None, None] + offset[:, :, None, None])


def adaptive_parameters(channels, classes=None):
    table = {} if classes is None else {"labels/table": normal(classes, 5)}
    return {
        # Small, since sines of large angles have fewer digits in float32.
        "embedding/kernel": (normal(32, 5) / 8),
        "embedding/bias": normal(5),
        **table,
        "modulation/kernel": normal(5, 2 * channels) / 16,
        "modulation/bias": normal(2 * channels),
    }


image = lambda c: normal(3, 4, 2, c)
alpha = torch.tensor([[0.99], [0.5], [0.03]], dtype=torch.float32).to(torch.float64)
labels = torch.tensor([1, -1, 0])


def with_inputs(**inputs):
    cases[-1]["inputs"] = {
        name: {"shape": list(value.shape), "values": value.reshape(-1).tolist(), "dtype": "int32" if value.dtype == torch.int64 else "float32"}
        for name, value in inputs.items()
    }


case("SiLU", layer("silu"), image(3), {}, lambda x: F.silu(x))
case("nearest-neighbour upsampling by 2", layer("upsample", factor=2), image(3), {}, lambda x: nhwc(F.interpolate(nchw(x), scale_factor=2, mode="nearest")))


def to_space(x):
    # PyTorch counts channels first, then places within the patch.
    b, h, w, d = x.shape
    return nhwc(F.pixel_shuffle(x.reshape(b, h, w, 4, d // 4).transpose(3, 4).reshape(b, h, w, d).permute(0, 3, 1, 2), 2))


case("depth to space by 2", layer("depthToSpace", factor=2), image(8), {}, to_space)
names = ["embedding/kernel", "embedding/bias", "modulation/kernel", "modulation/bias"]
case("adaptive group norm", layer("adaptiveGroupNorm", groups=2, units=5), image(4), adaptive_parameters(4), lambda x, **p: adaptive(x, alpha, p))
with_inputs(alpha=alpha)
case(
    "adaptive group norm with labels, one of them none",
    layer("adaptiveGroupNorm", groups=2, units=5, classes=3),
    image(4),
    adaptive_parameters(4, 3),
    lambda x, **p: adaptive(x, alpha, p, labels),
)
with_inputs(alpha=alpha, labels=labels)
noisy = image(3)
rate = alpha[:, :, None, None]
case("noise from velocity", layer("noiseFromVelocity"), image(3), {}, lambda v: torch.sqrt(1 - rate) * noisy + torch.sqrt(rate) * v)
with_inputs(alpha=alpha, samples=noisy)
conv = {"name": "conv2d", "options": {"filters": 5, "kernel": 3, "stride": 1}}
convolved = lambda x, k, b: nhwc(F.conv2d(nchw(x), k.permute(3, 2, 0, 1), b, padding=1))
parameters = lambda: {"conv2d1/kernel": normal(3, 3, 2, 5), "conv2d1/bias": normal(5)}
case(
    "a residual connection that changes the number of channels",
    layer("residual", layers=[conv]),
    image(2),
    {**parameters(), "shortcut": normal(2, 5)},
    lambda x, shortcut, **p: x @ shortcut + convolved(x, p["conv2d1/kernel"], p["conv2d1/bias"]),
)
case(
    "a residual connection that keeps it",
    layer("residual", layers=[{"name": "silu", "options": {}}]),
    image(2),
    {},
    lambda x: x + F.silu(x),
)
case("a skip connection", layer("skip", layers=[conv]), image(2), parameters(), lambda x, **p: torch.cat([x, convolved(x, p["conv2d1/kernel"], p["conv2d1/bias"])], -1))

at = [1, 10, 250, 500, 750, 1000]
linear = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
# Published as code by Nichol and Dhariwal: betas_for_alpha_bar.
bar = lambda t: np.cos((t + 0.008) / 1.008 * np.pi / 2) ** 2
betas = [min(1 - bar((i + 1) / 1000) / bar(i / 1000), 0.999) for i in range(1000)]
cosine = np.cumprod(1 - np.array(betas))
print('{"signals":' + line({"at": at, "linear": [linear[t - 1] for t in at], "cosine": [cosine[t - 1] for t in at]}) + ',\n"layers":[')
print(",\n".join(line(one) for one in cases))
print("]}")
