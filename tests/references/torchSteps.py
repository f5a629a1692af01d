"""PyTorch's part in tests/bench/speed.ts: the same networks, data, losses and Adam on the CPU, with two threads.

Told by its first argument (JSON) what to play and by lines on standard input when, as tests/bench/speed/play.ts is. Which
linear algebra it computes with is decided by LD_LIBRARY_PATH, and read off the process's own memory map.
"""
import json
import re
import resource
import sys
import time

import numpy
import torch
from torch import nn

torch.set_num_threads(2)
assignment = json.loads(sys.argv[1])
workload = assignment["workload"]
critic_turns = workload.get("criticTurns")
batch, noise, shape, widths = workload["batch"], workload["noise"], workload["shape"], workload["nets"]["widths"]


def mlp(sizes, activation):
    layers = []
    for i, (before, after) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(before, after))
        nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
        nn.init.zeros_(layers[-1].bias)
        if i < len(sizes) - 2:
            layers.append(activation())
    return nn.Sequential(*layers)


def leaky():
    return nn.LeakyReLU(0.2)


def dcgan():
    side, _, channels = shape
    base, coarse = side // 2 ** len(widths), widths[::-1]
    generator = [nn.Linear(noise, base * base * coarse[0], bias=False), nn.Unflatten(1, (coarse[0], base, base)), nn.BatchNorm2d(coarse[0]), nn.ReLU()]
    for before, after in zip(coarse, coarse[1:]):
        generator += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    generator += [nn.ConvTranspose2d(coarse[-1], channels, 4, 2, 1), nn.Tanh()]
    if critic_turns is None:
        discriminator = [nn.Conv2d(channels, widths[0], 4, 2, 1), leaky()]
        for before, after in zip(widths, widths[1:]):
            discriminator += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), leaky()]
    else:
        # Layer norm over a whole image with a scale and an offset by channel.
        discriminator = []
        for before, after in zip([channels, *widths], widths):
            discriminator += [nn.Conv2d(before, after, 4, 2, 1), nn.GroupNorm(1, after), leaky()]
    discriminator += [nn.Flatten(), nn.Linear(base * base * widths[-1], 1)]
    for layer in generator + discriminator:
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0, 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, 0.02)
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


if workload["nets"]["kind"] == "mlp":
    generator, discriminator = mlp([noise, *widths, shape[0]], nn.ReLU), mlp([shape[0], *widths, 1], leaky)
else:
    generator, discriminator = dcgan()
adams = [torch.optim.Adam(network.parameters(), workload["learningRate"], (workload["beta1"], workload["beta2"])) for network in (discriminator, generator)]
real = torch.from_numpy(numpy.fromfile(assignment["batches"]["path"], numpy.float32).reshape(assignment["batches"]["count"], batch, *shape))
if len(shape) == 3:
    real = real.permute(0, 1, 4, 2, 3).contiguous()
drawn = 0


def says(logits, answer):
    return nn.functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, answer))


def step():
    global drawn
    samples = real[drawn % len(real)]
    drawn += 1
    with torch.no_grad():
        fakes = generator(torch.randn(batch, noise))
    discriminator_loss = says(discriminator(samples), 1.0) + says(discriminator(fakes), 0.0)
    adams[0].zero_grad()
    discriminator_loss.backward()
    adams[0].step()
    generator_loss = says(discriminator(generator(torch.randn(batch, noise))), 1.0)
    adams[1].zero_grad()
    generator_loss.backward()
    adams[1].step()
    return [discriminator_loss.item(), generator_loss.item()]


def penalised_step():
    global drawn
    for _ in range(critic_turns):
        samples = real[drawn % len(real)]
        drawn += 1
        with torch.no_grad():
            fakes = generator(torch.randn(batch, noise))
        between = torch.lerp(samples, fakes, torch.rand(batch, 1, 1, 1)).requires_grad_()
        (slopes,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
        penalty = 10 * (slopes.flatten(1).norm(dim=1) - 1).square().mean()
        discriminator_loss = discriminator(fakes).mean() - discriminator(samples).mean() + penalty
        adams[0].zero_grad()
        discriminator_loss.backward()
        adams[0].step()
    generator_loss = -discriminator(generator(torch.randn(batch, noise))).mean()
    adams[1].zero_grad()
    generator_loss.backward()
    adams[1].step()
    return [discriminator_loss.item(), generator_loss.item()]


if critic_turns is not None:
    step = penalised_step


def play(rounds):
    step()
    started = time.perf_counter()
    for _ in range(rounds):
        losses = step()
    return {"ms": (time.perf_counter() - started) / rounds * 1000, "losses": losses}


def answer(message):
    print("answer " + json.dumps(message), flush=True)


def linear_algebra():
    with open("/proc/self/maps") as maps:
        paths = re.findall(r"\S*/lib(?:blas|openblas)[^/\s]*", maps.read())
    blas = [path for path in paths if "/libblas" in path]
    return "OpenBLAS" if any("openblas" in path for path in blas) else "Debian's reference BLAS"


losses = play(1)["losses"]
answer({"adapter": f"PyTorch {torch.__version__}, {linear_algebra()}, {torch.get_num_threads()} threads", "losses": losses})
for line in sys.stdin:
    command = json.loads(line)
    if "play" in command:
        answer(play(command["play"]))
    elif "count" in command:
        answer({"residentMiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)})
    else:
        break
