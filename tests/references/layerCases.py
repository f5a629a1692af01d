"""What the scripts beside this one make reference values of layers with: Tensors as JSON, and cases of one layer each.

Everything is float64. Tensors are written in the layouts of this library: images [batch, height, width, channels], kernels of
convolutions [height, width, in, out], of transposed ones [height, width, out, in], dense kernels [in, out].
"""

import json

import torch

torch.set_default_dtype(torch.float64)


def normal(*shape):
    # Rounded to float32, so that both sides start from the same numbers.
    return torch.randn(*shape).to(torch.float32).to(torch.float64)


def written(tensor):
    values = [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]
    return {"shape": list(tensor.shape), "values": values}


cases = []


def case(title, spec, x, parameters, of, buffers=None, training=True, inputs=None):
    """Output and gradients of sum(weights * output); buffers as `of` leaves them; inputs, the labels of the record."""
    is_label = x.dtype == torch.int64
    leaves = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    if not is_label:
        leaves["input"] = x.clone().requires_grad_()
    moved = {name: value.clone() for name, value in (buffers or {}).items()}
    y = of(x if is_label else leaves["input"], **{k: v for k, v in leaves.items() if k != "input"}, **moved)
    weights = normal(*y.shape)
    gradients = torch.autograd.grad((weights * y).sum(), list(leaves.values()))
    cases.append(
        {
            "title": title,
            "spec": spec,
            "isTraining": training,
            "input": {**written(x), "dtype": "int32" if is_label else "float32"},
            **({} if inputs is None else {"inputs": {name: {**written(value), "dtype": "int32"} for name, value in inputs.items()}}),
            "parameters": {name: written(value) for name, value in parameters.items()},
            "buffers": {name: written(value) for name, value in (buffers or {}).items()},
            "weights": written(weights),
            "output": written(y),
            "gradients": {name: written(value) for name, value in zip(leaves, gradients)},
            "buffersAfter": {name: written(value) for name, value in moved.items()},
        }
    )


def layer(name, **options):
    return {"name": name, "options": options}


def line(value):
    return json.dumps(value, separators=(",", ":"))
