import { lastValueFrom, of, toArray } from "rxjs";
import type { CollapseSuspected, SamplesDrawn, TrainingEvent } from "../../src/game/event.ts";
import { NotFinite } from "../../src/game/failure.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { gan } from "../../src/game/gan.ts";
import { minimax } from "../../src/math/objectives/minimax.ts";
import { wasserstein } from "../../src/math/objectives/wasserstein.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { drawSamples } from "../../src/probes/drawSamples.ts";
import { watchCollapse, type WatchCollapseOptions } from "../../src/probes/watchCollapse.ts";
import { watchGradients } from "../../src/probes/watchGradients.ts";
import { array } from "../../src/sources/array.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian, uniform } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { completed, drawn, played, started } from "../sinks/events.ts";

const ring = mixture("ring", { batchSize: 8 });

/** 64 points around these modes of the ring. */
function points(round: number, ...modes: readonly number[]): SamplesDrawn {
  const noise = normals(rootKey(round), 128);
  const values = Float32Array.from({ length: 128 }, (_, i) => ring.modes[modes[(i >> 1) % modes.length]!]![i % 2]! + ring.deviation * noise[i]!);
  return drawn({ round, count: 64, shape: [2], values });
}

/** Ten rounds and a draw, several times. */
const runOf = (...draws: readonly SamplesDrawn[]): readonly TrainingEvent[] => [
  started(),
  ...draws.flatMap((draw, i) => [...Array.from({ length: 10 }, (_, j) => played(10 * i + j + 1, { metrics: { "loss/generator": 1, "gradient/generator": 2 } })), draw]),
  completed(10 * draws.length),
];
const all = [0, 1, 2, 3, 4, 5, 6, 7];
const suspicionsIn = (events: readonly TrainingEvent[]): readonly CollapseSuspected[] => events.filter((event): event is CollapseSuspected => event._tag === "CollapseSuspected");

async function watched(events: readonly TrainingEvent[], options: WatchCollapseOptions = { classes: ring }): Promise<readonly TrainingEvent[]> {
  return lastValueFrom(of(...events).pipe(watchCollapse(options), toArray()));
}

describe("watchCollapse", () => {
  it("passes every event on, in order, and says nothing of a run that goes well", async () => {
    const events = runOf(points(10, ...all), points(20, ...all), points(30, ...all));
    assert.deepEqual(await watched(events), events);
  });

  it("tells once when one begins, after the samples that show it, with what to do", async () => {
    const events = await watched(runOf(points(10, ...all), points(20, ...all), points(30, 3), points(40, 3), points(50, 3), points(60, ...all), points(70, 2), points(80, 6)));
    const found = suspicionsIn(events);
    assert.deepEqual(found.map(({ kind, round }) => [kind, round]), [["coverage lost", 40], ["coverage lost", 80], ["mode hopping", 80]]);
    assert.match(found[2]!.message, /^class 6 has 100 % of the samples, before it class 2 had 100 %\.$/);
    assert.match(found[2]!.advice, /unroll/);
    const place = events.indexOf(found[0]!);
    assert.equal((events[place - 1] as SamplesDrawn).round, 40);
  });

  it("asks a function, and leaves the samples of other networks alone", async () => {
    const asked: number[] = [];
    const shares = async ({ round }: SamplesDrawn): Promise<readonly number[]> => (asked.push(round), [0.5, 0.5]);
    await watched(runOf(points(10, 0), { ...points(20, 0), network: "decoder" }, points(30, 0)), { classes: shares });
    assert.deepEqual(asked, [10, 30]);
  });

  it("begins anew with every run", async () => {
    const once = runOf(points(10, ...all), points(20, 3));
    assert.deepEqual(suspicionsIn(await watched([...once, ...once])), []);
  });

  it("suspects a dead gradient in a minimax game whose discriminator has won", async () => {
    // Real samples lie far from what the generator makes, which hardly moves; the discriminator learns fast: the fakes' logits fall, and −σ(logit) with them.
    const game = gan({
      data: array({ samples: Float32Array.from({ length: 32 }, (_, i) => 6 + Math.sin(i * i)), shape: [2], batchSize: 8 }), noise: gaussian(3), seed: 7, rounds: 120, backend: "cpu", readEvery: 10, objective: minimax(),
      networks: mlp({ generator: { widths: [8] }, discriminator: { widths: [16] } }),
      optimizers: { generator: sgd({ learningRate: 1e-9 }), discriminator: adam({ learningRate: 0.1 }) },
    });
    const events = await lastValueFrom(train$(game, watchGradients(), discriminatorStep(), generatorStep(), drawSamples({ every: 10 })).pipe(watchCollapse(), toArray()));
    const [found] = suspicionsIn(events).filter(({ kind }) => kind === "dead gradient");
    assert.ok(found !== undefined, JSON.stringify(suspicionsIn(events)));
    assert.ok(found.evidence["norm"]! < 1e-3 * found.evidence["best"]! && found.evidence["discriminatorLoss"]! < 0.05, JSON.stringify(found.evidence));
    // At the second draw at the latest after half of the rounds between two draws had a dead gradient.
    const norms = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["gradient/generator"]!] : []));
    const middle = Array.from({ length: 12 }, (_, draw) => norms.slice(10 * draw, 10 * draw + 10).toSorted((a, b) => a - b)[4]!);
    const dead = middle.findIndex((norm, draw) => norm < 1e-3 * Math.max(...middle.slice(0, draw)));
    assert.ok(dead > 0 && found.round / 10 - 1 - dead <= 1, `dead before draw ${dead}, told at round ${found.round}`);
  });

  it("suspects oscillation within two draws where a critic and a point chase each other", async () => {
    // The Dirac-GAN: D(x) = ψ x, G = θ with gradient steps of h, which turn about (0, 0) once in 2π / h rounds; the losses, ±ψ θ, twice.
    const line = (inputs: number, isPoint: boolean): Layer =>
      dense({ units: 1, bias: isPoint, kernelInitializer: { spec: { name: "start" }, values: () => new Float32Array(inputs).fill(isPoint ? 0 : 1) } });
    const game = gan({
      data: array({ samples: new Float32Array(8), shape: [1], batchSize: 8 }), noise: uniform(1, { low: 0, high: 1e-9 }), seed: 1, rounds: 300, backend: "cpu", readEvery: 10, objective: wasserstein(),
      networks: {
        generator: { spec: { name: "point" }, plan: () => ({ inputs: [{ field: "noise" }], trunk: [], heads: { samples: [line(1, true)] } }) },
        discriminator: { spec: { name: "slope" }, plan: () => ({ inputs: [{ field: "samples" }], trunk: [], heads: { logits: [line(1, false)] } }) },
      },
      optimizers: sgd({ learningRate: 0.2 }),
    });
    const every = 60;
    const found = suspicionsIn(await lastValueFrom(train$(game, discriminatorStep(), generatorStep(), drawSamples({ every, count: 64 })).pipe(watchCollapse(), toArray())));
    const [first] = found.filter(({ kind }) => kind === "oscillation");
    // It swings from the first round on.
    assert.ok(first !== undefined && first.round <= 2 * every, JSON.stringify(found));
    const turns = first.evidence["period"]! / (Math.PI / 0.2);
    close(turns, Math.round(turns), 0.1);
  });

  it("suspects divergence before a run ends with a loss that is no number", async () => {
    const game = gan({
      data: ring, noise: gaussian(3), seed: 7, rounds: 60, backend: "cpu", objective: minimax(),
      networks: mlp({ generator: { widths: [8] }, discriminator: { widths: [8] } }), optimizers: sgd({ learningRate: 1e20 }),
    });
    const events: TrainingEvent[] = [];
    const failure = await new Promise((resolve, reject) => {
      train$(game, discriminatorStep(), generatorStep()).pipe(watchCollapse()).subscribe({ next: (event) => events.push(event), error: resolve, complete: () => reject(new Error("it went on")) });
    });
    assert.ok(failure instanceof NotFinite);
    const [found, ...more] = suspicionsIn(events);
    assert.deepEqual([found!.kind, found!.round, more.length, events.at(-1)], ["divergence", failure.round, 0, found]);
    assert.match(found!.message, /^loss\/\w+ became (NaN|-?Infinity)\.$/);
  });

  it("names every wrong option", () => {
    assert.throws(() => watchCollapse({ classes: 8 } as unknown as WatchCollapseOptions), { _tag: "ConfigurationError", message: /classes: expected a FeatureNetwork.* got 8/ });
  });
});
