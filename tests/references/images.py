"""Reference values for reading images: python3 tests/references/images.py > tests/references/images.json

Resampling by PyTorch (`interpolate(mode="bilinear", antialias=True)`); files of every kind written by PIL, with what PIL
reads from them: RGBA, eight bits a channel, upright.
"""
import base64
import io
import json

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps

rng = np.random.default_rng(5)


def resampled(height, width, to_height, to_width):
    pixels = rng.integers(0, 256, (height, width, 3)).astype(np.float32)
    planes = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    result = F.interpolate(planes, size=(to_height, to_width), mode="bilinear", antialias=True, align_corners=False)
    return {
        "from": [height, width, 3],
        "to": [to_height, to_width],
        "pixels": pixels.astype(int).ravel().tolist(),
        "expected": [round(v, 4) for v in result[0].permute(1, 2, 0).numpy().ravel().tolist()],
    }


def kept(name, image, kind, rgba=None, tolerance=0, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    if rgba is None:
        rgba = ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue()))).convert("RGBA")
    return {
        "name": name,
        "file": base64.b64encode(file.getvalue()).decode(),
        "width": rgba.width,
        "height": rgba.height,
        "rgba": np.asarray(rgba).ravel().tolist(),
        "tolerance": tolerance,
    }


colour = rng.integers(0, 256, (5, 7, 4)).astype(np.uint8)
rgb = Image.fromarray(colour[..., :3], "RGB")
rgba = Image.fromarray(colour, "RGBA")
grey = Image.fromarray(colour[..., 0], "L")
grey_alpha = Image.merge("LA", (grey, Image.fromarray(colour[..., 1], "L")))
deep = rng.integers(0, 65536, (5, 7)).astype(np.uint16)
# PIL cuts 16 bits off instead of rounding: the closed form is given here.
rounded = Image.fromarray(np.round(deep / 257).astype(np.uint8), "L").convert("RGBA")
paletted = Image.fromarray((colour[..., 0] % 6).astype(np.uint8), "P")
paletted.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 250, 240, 230])
# A smooth picture, which JPEG keeps; larger than a block, and of odd sides.
y, x = np.mgrid[0:11, 0:13]
smooth = np.stack([x * 19, y * 22, 255 - x * 10 - y * 9], -1).astype(np.uint8)
photo = Image.fromarray(smooth, "RGB")
exif = []
for orientation in range(1, 9):
    tags = Image.Exif()
    tags[0x0112] = orientation
    exif.append(tags)

print(json.dumps({
    "resampled": [resampled(9, 13, 4, 5), resampled(4, 3, 9, 8), resampled(7, 7, 7, 3), resampled(5, 40, 1, 6), resampled(1, 1, 3, 2)],
    "files": [
        kept("rgb.png", rgb, "PNG"),
        kept("rgba.png", rgba, "PNG"),
        kept("grey.png", grey, "PNG"),
        kept("grey and alpha.png", grey_alpha, "PNG"),
        kept("one bit.png", grey.point(lambda v: 255 * (v > 127)).convert("1"), "PNG"),
        kept("sixteen bits.png", Image.fromarray(deep, "I;16"), "PNG", rgba=rounded),
        kept("palette of four bits.png", paletted, "PNG", bits=4),
        kept("palette with transparency.png", paletted, "PNG", transparency=bytes([0, 128, 255, 64, 255, 1])),
        kept("transparent colour.png", rgb, "PNG", transparency=tuple(int(v) for v in colour[2, 3, :3]), rgba=Image.fromarray(
            np.where((colour[..., :3] == colour[2, 3, :3]).all(-1, keepdims=True), 0,
                     np.concatenate([colour[..., :3], np.full((5, 7, 1), 255, np.uint8)], -1)).astype(np.uint8), "RGBA")),
        kept("photo.jpg", photo, "JPEG", quality=98, subsampling=0, tolerance=3),
        kept("progressive.jpg", photo, "JPEG", quality=98, subsampling=0, progressive=True, tolerance=3),
        kept("grey.jpg", photo.convert("L"), "JPEG", quality=98, tolerance=3),
        *[kept(f"orientation {i + 1}.jpg", photo, "JPEG", quality=98, subsampling=0, exif=tags, tolerance=3) for i, tags in enumerate(exif)],
    ],
}, separators=(",", ":")))
