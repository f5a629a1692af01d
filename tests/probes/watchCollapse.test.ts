import { lastValueFrom, of, toArray } from "rxjs";
import type { CollapseSuspected, SamplesDrawn, TrainingEvent } from "../../src/game/event.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { gan } from "../../src/game/gan.ts";
import { minimax } from "../../src/math/objectives/minimax.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { drawSamples } from "../../src/probes/drawSamples.ts";
import { watchCollapse, type WatchCollapseOptions } from "../../src/probes/watchCollapse.ts";
import { watchGradients } from "../../src/probes/watchGradients.ts";
import { array } from "../../src/sources/array.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { assert, describe, it } from "../kit/kit.ts";
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
  });

  it("names every wrong option", () => {
    assert.throws(() => watchCollapse({ classes: 8 } as unknown as WatchCollapseOptions), { _tag: "ConfigurationError", message: /classes: expected a FeatureNetwork.* got 8/ });
  });
});
