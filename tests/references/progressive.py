"""Progressive growing of both players at 8 pixels, in PyTorch from the paper's text: python3 tests/references/progressive.py

Writes progressive.json: the generator's images and the discriminator's logits for several stages and alphas. Weights are
sin(0.37 i² + j + 1) for value i (in the layout [height, width, inputs, outputs]) of parameter j (by name, sorted), inputs
likewise. Karras et al. 2018, figure 2, table 2, sections 3 and 4.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

NOISE, WIDE, NARROW, CHANNELS, BATCH = 4, 5, 3, 2, 4
torch.set_default_dtype(torch.float64)


def waves(shape, phase):
    return torch.sin(0.37 * torch.arange(math.prod(shape), dtype=torch.float64) ** 2 + phase).reshape(shape)


shapes_generator = {
    "equalised1/kernel": [NOISE, 16 * WIDE], "equalised1/bias": [16 * WIDE],
    "equalised2/kernel": [3, 3, WIDE, WIDE], "equalised2/bias": [WIDE],
    "samples/growingImages1/block8/equalised1/kernel": [3, 3, WIDE, NARROW], "samples/growingImages1/block8/equalised1/bias": [NARROW],
    "samples/growingImages1/block8/equalised2/kernel": [3, 3, NARROW, NARROW], "samples/growingImages1/block8/equalised2/bias": [NARROW],
    "samples/growingImages1/pixels4/equalised1/kernel": [1, 1, WIDE, CHANNELS], "samples/growingImages1/pixels4/equalised1/bias": [CHANNELS],
    "samples/growingImages1/pixels8/equalised1/kernel": [1, 1, NARROW, CHANNELS], "samples/growingImages1/pixels8/equalised1/bias": [CHANNELS],
}
shapes_discriminator = {
    "growingFeatures1/reader4/equalised1/kernel": [1, 1, CHANNELS, WIDE], "growingFeatures1/reader4/equalised1/bias": [WIDE],
    "growingFeatures1/reader8/equalised1/kernel": [1, 1, CHANNELS, NARROW], "growingFeatures1/reader8/equalised1/bias": [NARROW],
    "growingFeatures1/block8/equalised1/kernel": [3, 3, NARROW, NARROW], "growingFeatures1/block8/equalised1/bias": [NARROW],
    "growingFeatures1/block8/equalised2/kernel": [3, 3, NARROW, WIDE], "growingFeatures1/block8/equalised2/bias": [WIDE],
    "equalised1/kernel": [3, 3, WIDE + 1, WIDE], "equalised1/bias": [WIDE],
    "equalised2/kernel": [16 * WIDE, WIDE], "equalised2/bias": [WIDE],
    "logits/equalised1/kernel": [WIDE, 1], "logits/equalised1/bias": [1],
}


def weights(shapes):
    return {name: waves(shapes[name], j + 1) for j, name in enumerate(sorted(shapes))}


def conv(x, w, name, gain=math.sqrt(2)):
    kernel, bias = w[f"{name}/kernel"], w[f"{name}/bias"]
    fan_in = kernel.shape[0] * kernel.shape[1] * kernel.shape[2]
    return F.conv2d(x, kernel.permute(3, 2, 0, 1) * gain / math.sqrt(fan_in), bias, padding=kernel.shape[0] // 2)


def dense(x, w, name, gain=math.sqrt(2)):
    kernel = w[f"{name}/kernel"]
    return x @ (kernel * gain / math.sqrt(kernel.shape[0])) + w[f"{name}/bias"]


def relu(x):
    return F.leaky_relu(x, 0.2)


def pixel_norm(x):
    return x / torch.sqrt((x * x).mean(1, keepdim=True) + 1e-8)


def up(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


def generator(noise, side, alpha):
    w, grow = weights(shapes_generator), "samples/growingImages1"
    x = dense(pixel_norm(noise), w, "equalised1", math.sqrt(2) / 4)
    x = x.reshape(-1, 4, 4, WIDE).permute(0, 3, 1, 2)
    x = pixel_norm(relu(x))
    x = pixel_norm(relu(conv(x, w, "equalised2")))
    old = up(conv(x, w, f"{grow}/pixels4/equalised1", 1))
    if side == 4:
        return old
    x = pixel_norm(relu(conv(up(x), w, f"{grow}/block8/equalised1")))
    x = pixel_norm(relu(conv(x, w, f"{grow}/block8/equalised2")))
    return (1 - alpha) * old + alpha * conv(x, w, f"{grow}/pixels8/equalised1", 1)


def deviation(x):
    """One group of the whole batch of four."""
    std = torch.sqrt(x.var(0, unbiased=False) + 1e-8).mean()
    return torch.cat([x, std.expand(x.shape[0], 1, x.shape[2], x.shape[3])], 1)


def discriminator(images, side, alpha):
    w, grow = weights(shapes_discriminator), "growingFeatures1"
    half = F.avg_pool2d(images, 2)
    x = relu(conv(half, w, f"{grow}/reader4/equalised1"))
    if side == 8:
        y = relu(conv(images, w, f"{grow}/reader8/equalised1"))
        y = relu(conv(y, w, f"{grow}/block8/equalised1"))
        y = relu(conv(y, w, f"{grow}/block8/equalised2"))
        x = (1 - alpha) * x + alpha * F.avg_pool2d(y, 2)
    x = relu(conv(deviation(x), w, "equalised1"))
    x = relu(dense(x.permute(0, 2, 3, 1).reshape(-1, 16 * WIDE), w, "equalised2"))
    return dense(x, w, "logits/equalised1", 1)


def real(images, side, alpha):
    half = up(F.avg_pool2d(images, 2))
    return half if side == 4 else (1 - alpha) * half + alpha * images


def rows(x):
    return [float(f"{v:.9g}") for v in (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).reshape(-1).tolist()]


noise = waves([BATCH, NOISE], 0.5)
images = waves([BATCH, 8, 8, CHANNELS], 0.25).permute(0, 3, 1, 2)
cases = [
    {
        "side": side,
        "alpha": alpha,
        "generated": rows(generator(noise, side, alpha)),
        "logits": rows(discriminator(images, side, alpha)),
        "real": rows(real(images, side, alpha)),
    }
    for side, alpha in [(4, 1), (8, 0), (8, 0.3), (8, 1)]
]
Path(__file__).with_suffix(".json").write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}) + "\n")
