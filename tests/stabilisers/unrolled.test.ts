import { map, ReplaySubject } from "rxjs";
import { withNetworkEdit } from "../../src/game/blueprint.ts";
import type { Command } from "../../src/game/command.ts";
import { PluginFailed } from "../../src/game/failure.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import type { Seen } from "../../src/game/seen.ts";
import { adversarialTerms, gan } from "../../src/game/gan.ts";
import type { Objective } from "../../src/math/objectives/objective.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { linearSchedule } from "../../src/math/schedules/linearSchedule.ts";
import type { Scheduled } from "../../src/math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../../src/math/tensor.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { tanh } from "../../src/networks/layers/activations.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { mlp } from "../../src/networks/mlp.ts";
import type { Optimizer } from "../../src/networks/optimizer.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { memory } from "../../src/sources/memory.ts";
import { array } from "../../src/sources/array.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { gradientClipping } from "../../src/stabilisers/gradientClipping.ts";
import { labelFlipping } from "../../src/stabilisers/labelFlipping.ts";
import { r1 } from "../../src/stabilisers/r1.ts";
import { unrolled, type UnrolledOptions } from "../../src/stabilisers/unrolled.ts";
import { availableBackends, type BackendName } from "../backends/backendsUnderTest.ts";
import { describePlugin, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { imageGame } from "./imageGame.ts";

const PREFIX = "parameters/generator/";
const STEPS = 3;
const RATE = 0.4;
const objective = nonSaturating();
const options = { widths: [5], activation: tanh() };

/** A discriminator's optimizer, and its updates written down again: the weights after one by these gradients, the t-th. */
interface Rule {
  readonly optimizer: Optimizer;
  make(): (weights: readonly Tensor[], gradients: readonly Tensor[], t: number) => Tensor[];
}
const descent: Rule = {
  optimizer: sgd({ learningRate: RATE }),
  make: () => (weights, gradients) => weights.map((weight, i) => tf.sub(weight, tf.mul(gradients[i]!, RATE))),
};
const adaptive: Rule = {
  // A large ε: where a gradient is small beside it the update is smooth enough for differences in float32.
  optimizer: adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.05 }),
  make() {
    let moments: (readonly [Tensor, Tensor])[] | undefined;
    return (weights, gradients, t) => {
      moments = gradients.map((g, i) => {
        const [m, v] = moments?.[i] ?? [tf.zerosLike(g), tf.zerosLike(g)];
        return [tf.add(tf.mul(m, 0.5), tf.mul(g, 0.5)), tf.add(tf.mul(v, 0.9), tf.mul(tf.square(g), 0.1))];
      });
      return weights.map((weight, i) => {
        const [m, v] = moments![i]!;
        return tf.sub(weight, tf.div(tf.mul(tf.div(m, 1 - 0.5 ** t), 0.1), tf.add(tf.sqrt(tf.div(v, 1 - 0.9 ** t)), 0.05)));
      });
    };
  },
};

/** The generator's parameters after one turn at this rate. */
async function generatorAfter(backend: BackendName, rule: Rule, isThroughUpdates: boolean, learningRate: number, surrogate?: (look: Look) => void) {
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
      optimizers: { generator: sgd({ learningRate }), discriminator: rule.optimizer },
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
async function gradientOf(backend: BackendName, rule: Rule, isThroughUpdates: boolean): Promise<Record<string, number[]>> {
  const before = await generatorAfter(backend, rule, isThroughUpdates, 1e-30);
  const after = await generatorAfter(backend, rule, isThroughUpdates, 1);
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
async function differences(rule: Rule): Promise<Record<string, number[]>> {
  const numeric: Record<string, number[]> = {};
  await generatorAfter("cpu", rule, true, 1e-30, ({ generator, discriminator, noise, real, forward }) => {
    /** f_K(θ_G): K updates of the discriminator by its loss, then the generator's loss. */
    const surrogate = (values: Tensors): number =>
      tf.tidy(() => {
        const samples = forward("generator", { noise }, { parameters: values, isTraining: true }).heads["samples"]!;
        const logits = (parameters: Tensors, record: Tensor) => forward("discriminator", { samples: record }, { parameters, isTraining: true }).heads["logits"]!;
        const names = Object.keys(discriminator);
        let weights = names.map((name) => discriminator[name]!);
        const named = (list: readonly Tensor[]): Tensors => Object.fromEntries(names.map((name, i) => [name, list[i]!]));
        const update = rule.make();
        for (let step = 0; step < STEPS; step++) {
          const gradients = tf.grads((...list: Tensor[]) => objective.discriminator({ real: logits(named(list), real), fake: logits(named(list), samples) }))(weights);
          weights = update(weights, gradients, step + 1);
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

const rules = { descent, Adam: adaptive };
const surrogates = await Promise.all(Object.entries(rules).map(async ([name, rule]) => [name, rule, await differences(rule)] as const));
for (const [backend, [name, rule, expected]] of (await availableBackends()).flatMap((backend) => surrogates.map((surrogate) => [backend, surrogate] as const))) {
  it(`the unrolled generator follows the gradient of the surrogate of K steps by ${name} on ${backend}, and the shortcut does not`, async () => {
    const full = await gradientOf(backend, rule, true);
    for (const [name, values] of Object.entries(expected)) close(full[name]!, values, 2e-3, name);
    const shortcut = await gradientOf(backend, rule, false);
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

/** The generator's parameters after a generator's turn of a small game, by plain descent: Adam's first step knows only signs. */
async function played(plugins: readonly [Plugin, ...Plugin[]], commands: readonly Command[] = []): Promise<number[]> {
  const checkpoints = memory({ every: 1 });
  const control$ = new ReplaySubject<Command>();
  for (const command of commands) control$.next(command);
  const player = (name: string) => ({ optimizer: sgd({ learningRate: 0.1 }), owns: [name] });
  const players = { discriminator: player("discriminator"), generator: player("generator") };
  await eventsOf(train$({ ...ringGame({ rounds: 1, backend: "cpu", checkpoints }), players, control$ }, ...plugins, generatorStep()));
  const { tensors } = await snapshotIn(checkpoints);
  return [...tensors].flatMap(([name, { values }]) => (name.startsWith(PREFIX) ? [...values] : []));
}

describe("the look ahead", () => {
  const apart = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

  it("takes every term of the discriminator's turn, wherever its plugin stands", async () => {
    const plain = await played([unrolled({ steps: 2 })]);
    const others: Readonly<Record<string, () => Plugin>> = { r1: () => r1({ gamma: 50 }), labelFlipping: () => labelFlipping({ probability: 0.5 }) };
    for (const [name, other] of Object.entries(others)) {
      const [before, after] = [await played([other(), unrolled({ steps: 2 })]), await played([unrolled({ steps: 2 }), other()])];
      close(after, before, 1e-7, name);
      assert.ok(apart(after, plain) > 1e-4, `${name} is left out: ${apart(after, plain)}`);
    }
  });

  it("takes terms that a round brings", async () => {
    const pulled = (weight: number): Plugin =>
      definePlugin("pulled", (round$) =>
        round$.pipe(map((round) => ({
          ...round,
          terms: [...round.terms, { name: "pulled", turn: "discriminator", weight, of: (seen: Seen) => tf.addN(Object.values(seen.parameters("discriminator")).map((value) => tf.sum(tf.square(tf.sub(value, 1))))) }],
        }))));
    const [none, one] = [await played([pulled(0), unrolled({ steps: 2 })]), await played([pulled(1), unrolled({ steps: 2 })])];
    assert.ok(apart(one, none) > 1e-4);
  });

  it("weighs them as the round does: by their schedules, or by a command", async () => {
    const weighed = (gamma: Scheduled, ...weights: readonly number[]) =>
      played([r1({ gamma }), unrolled({ steps: 2 })], weights.map((weight) => ({ _tag: "SetWeight", term: "r1", weight })));
    const strong = await weighed(50);
    assert.ok(apart(await weighed(1), strong) > 1e-4);
    close(await weighed(linearSchedule({ from: 50, rounds: 10 })), strong, 1e-9);
    close(await weighed(1, 50), strong, 1e-9);
    close(await weighed(50, 0), await played([unrolled({ steps: 2 })]), 1e-9);
  });

  it("is finite where the player's gradient is exactly 0, clipped or not", async () => {
    const flat: Objective = { ...nonSaturating(), spec: { name: "flat" }, discriminator: ({ real, fake }) => tf.mul(tf.add(tf.mean(real), tf.mean(fake)), 0) };
    const after = async (plugins: readonly [Plugin, ...Plugin[]]) => {
      const game = { ...ringGame({ rounds: 2, backend: "cpu" }), terms: adversarialTerms(flat) };
      const events = await eventsOf(train$(game, ...plugins, discriminatorStep(), generatorStep()));
      return events.flatMap((event) => (event._tag === "RoundPlayed" ? Object.values(event.metrics) : []));
    };
    for (const plugins of [[unrolled({ steps: 2 })], [gradientClipping({ norm: 1 }), unrolled({ steps: 2 })]] as const) {
      const metrics = await after(plugins);
      assert.ok(metrics.length > 0 && metrics.every(Number.isFinite), String(metrics));
    }
  });

  it("names the operation of the discriminator that cannot be differentiated twice", async () => {
    const pooling: Layer = {
      spec: { name: "maxPool" },
      build: ([height, width, channels]) => ({ output: [height! / 2, width! / 2, channels!], apply: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid") }),
    };
    const pooled = definePlugin("pooled", (round$) => round$, {
      assemble: (blueprint) => withNetworkEdit(blueprint, "discriminator", { spec: { name: "pooled" }, edit: (plan) => ({ ...plan, trunk: [...plan.trunk, pooling] }) }),
    });
    const before = tf.memory().numTensors;
    await assert.rejects(
      eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), pooled, unrolled({ steps: 1 }), discriminatorStep(), generatorStep())),
      (error) => error instanceof PluginFailed && error.plugin === "step(generator)" && /turn "generator": tfjs' operation MaxPoolGrad has no gradient/.test(error.message),
    );
    assert.equal(tf.memory().numTensors, before, "tensors are left behind");
    await eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), pooled, unrolled({ steps: 1, isThroughUpdates: false }), discriminatorStep(), generatorStep()));
  });
});

it("unrolled refuses turns and players that are not there, at assembly", () => {
  const failing = (at: Partial<UnrolledOptions>) => () => train$(ringGame({ rounds: 1 }), unrolled({ steps: 1, ...at }), discriminatorStep(), generatorStep());
  assert.throws(failing({ generatorTurn: "gen" }), /unrolled: generatorTurn: no turn is named "gen"; there are discriminator, generator/);
  assert.throws(failing({ discriminatorTurn: "disc" }), /unrolled: discriminatorTurn: no turn is named "disc"; there are discriminator, generator/);
  assert.throws(failing({ player: "disc" }), /unrolled: player: expected one that the turn "discriminator" moves \(discriminator\), got "disc"/);
  assert.throws(failing({ player: "generator" }), /unrolled: player: expected one that the turn "discriminator" moves/);
});

it("unrolled refuses a player that is unrolled already", () => {
  const twice = (): unknown => train$(ringGame({ rounds: 1 }), unrolled({ steps: 1 }), unrolled({ steps: 2 }), discriminatorStep(), generatorStep());
  assert.throws(twice, /unrolled: player: "discriminator" is unrolled already; give one unrolled\(\) all the steps/);
});

it("unrolled refuses a negative number of steps", () => {
  assert.throws(() => unrolled({ steps: -1 }), /steps: expected an integer >= 0, got -1/);
  assert.doesNotThrow(() => unrolled({ steps: 0 }));
});
