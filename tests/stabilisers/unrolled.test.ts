import { map } from "rxjs";
import { definePlugin } from "../../src/game/plugin.ts";
import { gan } from "../../src/game/gan.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { tf, type Tensor, type Tensors } from "../../src/math/tensor.ts";
import { tanh } from "../../src/networks/layers/activations.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { memory } from "../../src/sources/memory.ts";
import { array } from "../../src/sources/array.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { unrolled } from "../../src/stabilisers/unrolled.ts";
import { availableBackends, type BackendName } from "../backends/backendsUnderTest.ts";
import { describePlugin, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, it } from "../kit/kit.ts";

const PREFIX = "parameters/generator/";
const STEPS = 3;
const RATE = 0.4;
const objective = nonSaturating();
const options = { widths: [5], activation: tanh() };

/** The generator's parameters after one turn at this rate. */
async function generatorAfter(backend: BackendName, isThroughUpdates: boolean, learningRate: number, surrogate?: (look: Look) => void) {
  const checkpoints = memory({ every: 1 });
  const looking = definePlugin("looking", (round$) =>
    round$.pipe(map((round) => {
      const { draw, upload, forward, parameters } = round.run;
      const drawn = (source: string): Tensors => {
        const batch = draw(source, 6, { stream: "training" });
        assert.ok("fields" in batch);
        return upload(source, batch);
      };
      tf.tidy(() => surrogate?.({
        generator: parameters("generator"),
        discriminator: parameters("discriminator"),
        noise: drawn("noise")["noise"]!,
        real: drawn("data")["samples"]!,
        forward,
      }));
      return round;
    })),
  );
  await eventsOf(train$(
    gan({
      data: array({ samples: Float32Array.from({ length: 12 }, (_, i) => Math.sin(3 * i)), shape: [2], batchSize: 6, shuffle: false }),
      noise: gaussian(2),
      networks: mlp({ generator: options, discriminator: options }),
      objective,
      optimizers: { generator: sgd({ learningRate }), discriminator: sgd({ learningRate: RATE }) },
      rounds: 1,
      seed: 4,
      backend,
      checkpoints,
    }),
    looking,
    unrolled({ steps: STEPS, isThroughUpdates }),
    generatorStep(),
  ));
  const { tensors } = await snapshotIn(checkpoints);
  return Object.fromEntries([...tensors].flatMap(([name, { values }]) => (name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), values]] : [])));
}

/** The gradient of a generator turn: with a rate of 1, plain descent moves a parameter by it. */
async function gradientOf(backend: BackendName, isThroughUpdates: boolean, surrogate?: (look: Look) => void): Promise<Record<string, number[]>> {
  const before = await generatorAfter(backend, isThroughUpdates, 1e-30, surrogate);
  const after = await generatorAfter(backend, isThroughUpdates, 1);
  return Object.fromEntries(Object.entries(before).map(([name, values]) => [name, Array.from(values, (value, i) => value - after[name]![i]!)]));
}

interface Look {
  readonly generator: Tensors;
  readonly discriminator: Tensors;
  readonly noise: Tensor;
  readonly real: Tensor;
  readonly forward: import("../../src/game/round.ts").Run["forward"];
}

/** The surrogate's gradient by central differences; a function of the game alone, so one backend's serves all. */
async function differences(): Promise<Record<string, number[]>> {
  const numeric: Record<string, number[]> = {};
  await generatorAfter("cpu", true, 1e-30, ({ generator, discriminator, noise, real, forward }) => {
    /** f_K(θ_G): K plain updates of the discriminator by its loss, then the generator's loss. */
    const surrogate = (values: Tensors): number =>
      tf.tidy(() => {
        const samples = forward("generator", { noise }, { parameters: values, isTraining: true }).heads["samples"]!;
        const logits = (parameters: Tensors, record: Tensor) => forward("discriminator", { samples: record }, { parameters, isTraining: true }).heads["logits"]!;
        const names = Object.keys(discriminator);
        let weights = names.map((name) => discriminator[name]!);
        const named = (list: readonly Tensor[]): Tensors => Object.fromEntries(names.map((name, i) => [name, list[i]!]));
        for (let step = 0; step < STEPS; step++) {
          const gradients = tf.grads((...list: Tensor[]) => objective.discriminator({ real: logits(named(list), real), fake: logits(named(list), samples) }))(weights);
          weights = weights.map((weight, i) => tf.sub(weight, tf.mul(gradients[i]!, RATE)));
        }
        return objective.generator({ fake: logits(named(weights), samples) }).dataSync()[0]!;
      });
    const h = 5e-3;
    for (const [name, value] of Object.entries(generator)) {
      const base = value.dataSync();
      const at = (i: number, step: number): number => tf.tidy(() => surrogate({ ...generator, [name]: tf.tensor(base.map((v, j) => (j === i ? v + step : v)), value.shape) }));
      numeric[name] = Array.from(base, (_, i) => (at(i, h) - at(i, -h)) / (2 * h));
    }
  });
  return numeric;
}

const expected = await differences();
for (const backend of await availableBackends()) {
  it(`the unrolled generator follows the gradient of the K-step surrogate on ${backend}, and the shortcut does not`, async () => {
    const full = await gradientOf(backend, true);
    for (const [name, values] of Object.entries(expected)) close(full[name]!, values, 2e-3, name);
    const shortcut = await gradientOf(backend, false);
    const distance = Math.hypot(...Object.entries(full).flatMap(([name, values]) => values.map((value, i) => value - shortcut[name]![i]!)));
    assert.ok(distance > 1e-2, `the shortcut's gradient is the full one to ${distance}`);
  });
}

await describePlugin("an unrolled GAN", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), unrolled({ steps: 2 }), discriminatorStep(), generatorStep()),
});

// What the look ahead makes first (generated images, batch statistics) is needed again when it is over.
await describePlugin("an unrolled DCGAN with batch norm", {
  rounds: 3,
  stops: [2],
  train: (run) =>
    train$(
      gan({
        data: array({ samples: Float32Array.from({ length: 12 * 64 }, (_, i) => Math.sin(i)), shape: [8, 8, 1], range: [-1, 1], batchSize: 4 }),
        noise: gaussian(3),
        networks: dcgan({ generator: { widths: [4] }, discriminator: { widths: [4], batchNorm: false } }),
        objective,
        optimizers: sgd({ learningRate: 0.01 }),
        ...run,
      }),
      unrolled({ steps: 1 }),
      discriminatorStep(),
      generatorStep(),
    ),
});

it("unrolled refuses a negative number of steps", () => {
  assert.throws(() => unrolled({ steps: -1 }), /steps: expected an integer >= 0, got -1/);
  assert.doesNotThrow(() => unrolled({ steps: 0 }));
});
