"""Reference values for tests/math/augmentation, in float64: python3 augmentations.py > augmentations.json

DiffAugment (Zhao et al. 2020) pixel by pixel, with its gradient by PyTorch; ADA's transformations (Karras et al. 2020,
appendix B) as homogeneous matrices: positions by G⁻¹, colours by C.
"""

import json
import math

import numpy as np
import torch

rng = np.random.default_rng(20)
torch.set_default_dtype(torch.float64)


def rounded(values):
    return np.asarray(values).astype(np.float32).astype(np.float64)


def written(values):
    values = values.detach().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)
    return {"shape": list(values.shape), "values": [float(f"{value:.7g}") for value in values.reshape(-1)]}


def colour(x, brightness, saturation, contrast):
    def per_sample(values):
        return torch.tensor(values).reshape(-1, 1, 1, 1)

    x = x + per_sample(brightness)
    pixel = x.mean(dim=3, keepdim=True)
    x = (x - pixel) * per_sample(saturation) + pixel
    image = x.mean(dim=(1, 2, 3), keepdim=True)
    return (x - image) * per_sample(contrast) + image


def translation(x, down, right):
    batch, height, width, _ = x.shape
    out = torch.zeros_like(x)
    for b in range(batch):
        for i in range(height):
            for j in range(width):
                r, c = i + down[b], j + right[b]
                if 0 <= r < height and 0 <= c < width:
                    out[b, i, j] = x[b, r, c]
    return out


def cutout(x, row, column):
    batch, height, width, _ = x.shape
    tall, wide = int(height * 0.5 + 0.5), int(width * 0.5 + 0.5)
    kept = torch.ones(batch, height, width, 1)
    for b in range(batch):
        for i in range(tall):
            for j in range(wide):
                r = min(max(i + row[b] - tall // 2, 0), height - 1)
                c = min(max(j + column[b] - wide // 2, 0), width - 1)
                kept[b, r, c] = 0
    return x * kept


def diff_augment_case(name, channels, of, draws):
    x = torch.tensor(rounded(rng.normal(size=(4, 4, 6, channels))), requires_grad=True)
    y = of(x, **draws)
    weights = torch.tensor(rounded(rng.normal(size=tuple(y.shape))))
    (y * weights).sum().backward()
    draws = {key: [float(v) for v in values] for key, values in draws.items()}
    return {"name": name, "draws": draws, "input": written(x), "output": written(y), "weights": written(weights), "gradient": written(x.grad)}


def moved(image, flip, turns, down, right):
    """Every pixel of the outcome from where G⁻¹ puts it, about the image's centre; reflected at the border."""
    height, width, _ = image.shape
    scale = np.diag([1 - 2 * flip, 1, 1])
    angle = math.pi / 2 * turns
    rotate = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    translate = np.array([[1, 0, -right], [0, 1, -down], [0, 0, 1]])
    inverse = scale @ rotate @ translate
    out = np.zeros_like(image)

    def reflected(place, last):
        return -place if place < 0 else 2 * last - place if place > last else place

    for i in range(height):
        for j in range(width):
            x, y, _ = inverse @ np.array([j - (width - 1) / 2, i - (height - 1) / 2, 1])
            r, c = round(y + (height - 1) / 2), round(x + (width - 1) / 2)
            out[i, j] = image[reflected(r, height - 1), reflected(c, width - 1)]
    return out


def coloured(image, brightness, contrast, luma_flip, hue, saturation):
    v = np.array([1, 1, 1, 0]) / math.sqrt(3)
    grey = np.outer(v, v)
    matrix = np.eye(4)
    matrix[:3, 3] = brightness
    matrix = np.diag([contrast, contrast, contrast, 1]) @ matrix
    matrix = (np.eye(4) - 2 * grey * luma_flip) @ matrix
    x, y, z = v[:3]
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(4)
    turn[:3, :3] = np.eye(3) + math.sin(hue) * cross + (1 - math.cos(hue)) * cross @ cross
    if image.shape[2] == 3:
        matrix = turn @ matrix
        matrix = (grey + (np.eye(4) - grey) * saturation) @ matrix
        return image @ matrix[:3, :3].T + matrix[:3, 3]
    # One channel: the mean of the three rows, as if the image were grey.
    row = matrix[:3].mean(axis=0)
    return image * row[:3].sum() + row[3]


def ada_case(name, channels, p, shape=(5, 5), which=("flip", "rotation", "translation", "colour")):
    count = 8
    draws = {
        "flip": [0, 1, 1, 0, 1, 0, 1, 1],
        "rotation": [0, 1, 2, 3, 3, 2, 1, 0],
        "down": [1, 0, -1, 1, 0, -1, 1, -1],
        "right": [0, 1, -1, -1, 1, 1, 0, -1],
        "brightness": rounded(0.2 * rng.normal(size=count)),
        "contrast": rounded(0.5 * rng.normal(size=count)),
        "lumaFlip": [1, 0, 1, 0, 0, 1, 1, 0],
        "hue": rounded(rng.uniform(-math.pi, math.pi, size=count)),
        "saturation": rounded(rng.normal(size=count)),
    }
    chances = {key: rounded(rng.uniform(size=count)) for key in draws}
    chances["right"] = chances["down"]
    x = rounded(rng.normal(size=(count, *shape, channels)))
    y = np.zeros_like(x)
    for b in range(count):
        on = lambda key, of: draws[key][b] if of in which and chances[key][b] < p else 0
        image = moved(x[b], on("flip", "flip"), on("rotation", "rotation"), on("down", "translation"), on("right", "translation"))
        y[b] = coloured(image, on("brightness", "colour"), 2 ** on("contrast", "colour"), on("lumaFlip", "colour"), on("hue", "colour"), 2 ** on("saturation", "colour"))
    listed = lambda of: {key: [float(v) for v in values] for key, values in of.items()}
    return {"name": name, "p": p, "which": list(which), "amounts": listed(draws), "chances": listed(chances), "input": written(x), "output": written(y)}


amounts = lambda: {"brightness": rounded(rng.uniform(-0.5, 0.5, 4)), "saturation": rounded(rng.uniform(0, 2, 4)), "contrast": rounded(rng.uniform(0.5, 1.5, 4))}
print(json.dumps({
    "diffAugment": [
        diff_augment_case("colour", 3, colour, amounts()),
        diff_augment_case("colour", 1, colour, amounts()),
        diff_augment_case("translation", 2, translation, {"down": [1, -1, 0, 1], "right": [-1, 1, 1, 0]}),
        diff_augment_case("translation", 1, translation, {"down": [5, -6, 2, 9], "right": [-3, 1, 0, 0]}),
        diff_augment_case("cutout", 2, cutout, {"row": [0, 4, 3, 2], "column": [5, 0, 4, 3]}),
    ],
    "ada": [
        ada_case("everything, always", 3, 1.0),
        ada_case("everything, half of the time", 3, 0.5),
        ada_case("one channel", 1, 0.7),
        ada_case("never", 3, 0.0),
        ada_case("even sides", 3, 0.8, (4, 4)),
        ada_case("not square, without rotation", 1, 0.9, (3, 5), ("flip", "translation", "colour")),
    ],
}))
