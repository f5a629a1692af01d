"""Safetensors files written with nothing but `struct`, after the format's description, for the writer and reader to agree with.

Where the reference implementation is installed (pip install safetensors numpy), its files must be the same bytes.

    python3 tests/references/safetensorsFiles.py > tests/references/safetensorsFiles.json
"""

import base64
import json
import struct
import sys

# Bits, not numbers, so that NaN payloads, -0 and denormals are what they are.
CASES = {
    "every shape": {
        "metadata": {"format": "saddlepoint"},
        "tensors": {
            "scalar": ("F32", [], [0x40490FDB]),
            "vector": ("F32", [3], [0x3F800000, 0xC0000000, 0x3EAAAAAB]),
            "generator/dense1/kernel": ("F32", [2, 2], [0, 0x3F800000, 0x40000000, 0x40400000]),
            "empty": ("F32", [0, 3], []),
            "labels": ("I32", [4], [0, 1, 0xFFFFFFFF, 0x80000000]),
            "a count": ("I32", [], [500]),
        },
    },
    "bits that arithmetic loses": {
        "metadata": {},
        "tensors": {
            "bits": ("F32", [8], [0x7FC00001, 0xFFC12345, 0x7F800001, 0x80000000, 0x00000001, 0x807FFFFF, 0x7F800000, 0xFF800000]),
        },
    },
    "names that need escapes": {
        "metadata": {"note": 'a "quoted" line\nand another'},
        "tensors": {
            'quote"': ("F32", [1], [0x3F800000]),
            "back\\slash": ("F32", [1], [0x40000000]),
            "\u00e9t\u00e9": ("F32", [1], [0x40400000]),
            "tab\t": ("I32", [1], [7]),
        },
    },
    "no tensors": {"metadata": {}, "tensors": {}},
}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def write(tensors, metadata):
    """F32 before I32, then by the bytes of the name; header padded with spaces to a multiple of 8."""
    names = sorted(tensors, key=lambda name: (tensors[name][0] != "F32", name.encode()))
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name in names:
        dtype, shape, words = tensors[name]
        begin = len(data)
        data += struct.pack(f"<{len(words)}I", *words)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    text = compact(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def check_against_reference(tensors, metadata, file):
    try:
        import numpy
        import safetensors
        from safetensors.numpy import save
    except ImportError:
        return None
    arrays = {
        name: numpy.array(words, numpy.uint32).view(numpy.float32 if dtype == "F32" else numpy.int32).reshape(shape)
        for name, (dtype, shape, words) in tensors.items()
    }
    assert save(arrays, metadata or None) == file, f"differs from safetensors {safetensors.__version__}"
    return safetensors.__version__


def main():
    cases, checked = [], None
    for title, case in CASES.items():
        file = write(case["tensors"], case["metadata"])
        checked = check_against_reference(case["tensors"], case["metadata"], file)
        tensors = [{"name": n, "dtype": d, "shape": s, "words": w} for n, (d, s, w) in case["tensors"].items()]
        cases.append({"title": title, "metadata": case["metadata"], "tensors": tensors, "file": base64.b64encode(file).decode()})
    print(f"checked against safetensors {checked}" if checked else "safetensors is not installed: not checked against it", file=sys.stderr)
    print(json.dumps(cases, indent=1))


if __name__ == "__main__":
    main()
