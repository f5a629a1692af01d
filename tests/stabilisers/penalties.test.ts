import { type Blueprint, withHead, withNetworkEdit } from "../../src/game/blueprint.ts";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { Adversary } from "../../src/game/adversary.ts";
import type { TrainingEvent } from "../../src/game/event.ts";
import { PluginFailed } from "../../src/game/failure.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import { linearSchedule } from "../../src/math/schedules/linearSchedule.ts";
import { scheduledAt } from "../../src/math/schedules/schedule.ts";
import { type Tensors, tf } from "../../src/math/tensor.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { batchNorm } from "../../src/networks/layers/batchNorm.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { flatten } from "../../src/networks/layers/flatten.ts";
import { layerNorm } from "../../src/networks/layers/layerNorm.ts";
import { minibatchDeviation } from "../../src/networks/layers/minibatchDeviation.ts";
import { sequence } from "../../src/networks/layers/sequence.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { forMoreUpdates } from "../../src/networks/optimizers/forMoreUpdates.ts";
import { rmsprop } from "../../src/networks/optimizers/rmsprop.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { dragan } from "../../src/stabilisers/dragan.ts";
import { gradientPenalty } from "../../src/stabilisers/gradientPenalty.ts";
import { r1 } from "../../src/stabilisers/r1.ts";
import { r2 } from "../../src/stabilisers/r2.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { train$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { imageGame } from "./imageGame.ts";
import { linearGame, START, watched } from "./linearGame.ts";

function measured(events: readonly TrainingEvent[], name: string): number[] {
  return events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics[name]!] : []));
}

const times = (factor: number): number[] => START.map((value) => value * factor);

describe("penalties in a game with a linear critic", () => {
  for (const [name, penalty] of [["r1", r1], ["r2", r2]] as const) {
    it(`${name} shrinks its weights by rate · γ in each round and measures their norm`, async () => {
      const weights: number[][] = [];
      const events = await eventsOf(train$(linearGame({ rounds: 3 }), watched(weights), penalty({ gamma: 2 }), discriminatorStep()));
      close(weights.flat(), [times(1), times(0.8), times(0.64)].flat(), 1e-5);
      close(measured(events, `${name}/norm`), [5, 4, 3.2], 1e-5);
      // γ/2 ‖w‖², before the weight γ.
      close(measured(events, `term/${name}`), [12.5, 8, 5.12], 1e-5);
    });
  }

  for (const [name, penalty] of [["gradientPenalty", gradientPenalty], ["dragan", dragan]] as const) {
    it(`${name} brings the norm to its target at rate 2 λ`, async () => {
      const events = await eventsOf(train$(linearGame({ rounds: 4 }), penalty({ weight: 1 }), discriminatorStep()));
      close(measured(events, `${name}/norm`), [5, 4.2, 3.56, 3.048], 1e-5);
      const toTwo = await eventsOf(train$(linearGame({ rounds: 2 }), penalty({ weight: 1, target: 2 }), discriminatorStep()));
      close(measured(toTwo, `${name}/norm`), [5, 4.4], 1e-5);
    });
  }

  it("one-sided, a norm below the target is let be", async () => {
    const weights: number[][] = [];
    await eventsOf(train$(linearGame({ rounds: 2 }), watched(weights), gradientPenalty({ target: 6, isOneSided: true }), discriminatorStep()));
    close(weights[1]!, START, 1e-6);
  });

  it("follow a schedule of their weight", async () => {
    const weights: number[][] = [];
    await eventsOf(train$(linearGame({ rounds: 4 }), watched(weights), r1({ gamma: linearSchedule({ from: 2, rounds: 2 }) }), discriminatorStep()));
    close(weights.flat(), [times(1), times(0.8), times(0.8 * 0.9), times(0.8 * 0.9)].flat(), 1e-5);
  });

  it("lazily, come every k rounds with k times the weight and a rate of k/(k + 1)", async () => {
    const weights: number[][] = [];
    const events = await eventsOf(train$(linearGame({ rounds: 6 }), watched(weights), r1({ gamma: 0.5, every: 4 }), discriminatorStep()));
    // Rounds 0 and 4: w (1 − (0.1 · 4/5) · (0.5 · 4)).
    const factor = 1 - 0.08 * 2;
    close(weights.flat(), [times(1), ...Array(4).fill(times(factor)), times(factor ** 2)].flat(), 1e-5);
    close(measured(events, "r1/norm").filter((value) => value !== undefined && !Number.isNaN(value))[0]!, 5, 1e-5);
  });

  it("lazily, scale the rate once for each", () => {
    const game = [r1({ every: 4 }), r2({ every: 4 })].reduce<Blueprint>((blueprint, { plugin }) => plugin.assemble!(blueprint), linearGame({ rounds: 1 }));
    close(scheduledAt(game.players["discriminator"]!.optimizer.learningRate, 0), 0.1 * (4 / 5) ** 2, 1e-12);
  });

  it("lazily, are repeated as often as the turn they follow, whose step comes later", async () => {
    const weights: number[][] = [];
    await eventsOf(train$(linearGame({ rounds: 2 }), watched(weights), r1({ gamma: 0.5, every: 4 }), discriminatorStep({ times: 3 })));
    close(weights[1]!, times((1 - 0.08 * 2) ** 3), 1e-5);
  });
});

describe("an optimizer for more updates", () => {
  it("has rate · c and every β to the power of c, as StyleGAN2's for c = 16/17", () => {
    const c = 16 / 17;
    const rescaled = forMoreUpdates(adam({ learningRate: 0.002, beta1: 0, beta2: 0.99 }), c);
    assert.deepEqual(rescaled.spec.options, { learningRate: 0.002 * c, beta1: 0, beta2: 0.99 ** c, epsilon: 1e-8 });
    close(scheduledAt(forMoreUpdates(rmsprop({ learningRate: linearSchedule({ from: 1, rounds: 10 }) }), c).learningRate, 5), 0.5 * c, 1e-12);
    assert.equal(forMoreUpdates(sgd({ momentum: 0.9 }), 0.5).spec.options!["momentum"], 0.9 ** 0.5);
  });

  it("moves and forgets as much in a round as before: k rounds of k + 1 updates end where k of one do", () => {
    // A constant gradient, plain descent: (k + 1) · rate · k/(k + 1) = k · rate.
    const [k, rate] = [4, 0.1];
    assert.ok(Math.abs((k + 1) * scheduledAt(forMoreUpdates(sgd({ learningRate: rate }), k / (k + 1)).learningRate, 0) - k * rate) < 1e-12);
    close((0.9 ** (k / (k + 1))) ** (k + 1), 0.9 ** k, 1e-12);
  });

  it("is refused for what is not ours, and before the first round", () => {
    const foreign = { ...sgd(), spec: { name: "lion" } };
    assert.throws(
      () => train$(linearGame({ rounds: 1, optimizer: foreign }), r1({ every: 2 }), discriminatorStep()),
      (error) => error instanceof ConfigurationError && /r1: lion: its decay cannot be rescaled .* use every: 1/.test(error.message),
    );
  });
});

describe("a penalty on each sample's own gradient", () => {
  const judgedBy = (...layers: readonly Layer[]): Plugin =>
    definePlugin("judgedBy", (round$) => round$, {
      assemble: (blueprint) => withHead(blueprint, "discriminator", "logits", () => [flatten(), ...layers, dense({ units: 1 })]),
    });
  const penalties = { gradientPenalty, dragan, r1, r2 };

  for (const [name, penalty] of Object.entries(penalties)) {
    it(`${name} refuses batch norm before the first round, names it and points to layer norm`, async () => {
      // The layer comes in after the penalty: the plan is looked at when all are done with it.
      await assert.rejects(
        eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), penalty(), judgedBy(batchNorm()), discriminatorStep())),
        (error) => error instanceof ConfigurationError && error.owner === name && /discriminator\/logits\/batchNorm1: .* use layerNorm\(\)/.test(error.message),
      );
    });
  }

  it("refuses what mixes samples in the trunk and inside of sequences, all at once", async () => {
    const inTrunk = definePlugin("inTrunk", (round$) => round$, {
      assemble: (blueprint) =>
        withNetworkEdit(blueprint, "discriminator", {
          spec: { name: "inTrunk" },
          edit: (plan) => ({ ...plan, trunk: [...plan.trunk, minibatchDeviation(), sequence({ layers: [batchNorm()], name: "block" })] }),
        }),
    });
    await assert.rejects(
      eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), inTrunk, gradientPenalty(), discriminatorStep())),
      /discriminator\/minibatchDeviation1: .*\n.*discriminator\/block: /,
    );
  });

  it("takes layer norm, and a head it does not look at", async () => {
    const aside = definePlugin("aside", (round$) => round$, {
      assemble: (blueprint) => withHead(blueprint, "discriminator", "aside", () => [flatten(), batchNorm()]),
    });
    const events = await eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), judgedBy(layerNorm()), aside, gradientPenalty(), discriminatorStep()));
    assert.ok(measured(events, "gradientPenalty/norm")[0]! > 0);
  });

  it("names the operation that cannot be differentiated twice, and the plugin that plays the turn", async () => {
    const pooling: Layer = {
      spec: { name: "maxPool" },
      build: ([height, width, channels]) => ({
        output: [height! / 2, width! / 2, channels!],
        apply: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
      }),
    };
    const pooled = definePlugin("pooled", (round$) => round$, {
      assemble: (blueprint) =>
        withNetworkEdit(blueprint, "discriminator", { spec: { name: "pooled" }, edit: (plan) => ({ ...plan, trunk: [...plan.trunk, pooling] }) }),
    });
    const before = tf.memory().numTensors;
    await eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), pooled, discriminatorStep()));
    await assert.rejects(
      eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), pooled, r1(), discriminatorStep())),
      (error) => error instanceof PluginFailed && error.plugin === "step(discriminator)" && /turn "discriminator": tfjs' operation MaxPoolGrad has no gradient/.test(error.message),
    );
    assert.equal(tf.memory().numTensors, before, "tensors are left behind");
  });

  it("says which field, adversary, turn or head is not there", async () => {
    const failing = async (penalty: Plugin) => eventsOf(train$(linearGame({ rounds: 1 }), penalty, discriminatorStep()));
    await assert.rejects(failing(r1({ adversary: "other" })), /r1: no adversary is named "other"; there are adversary/);
    await assert.rejects(failing(dragan({ turn: "critic" })), /dragan: no turn is named "critic"; there are discriminator, generator/);
    await assert.rejects(failing(gradientPenalty({ head: "energy" })), /gradientPenalty: "discriminator" has no head "energy", only logits/);
    await assert.rejects(failing(gradientPenalty({ fields: ["codes"] })), /gradientPenalty: the record has no field "codes" on both sides; it has samples/);
  });

  it("takes the gradient in each field, not through what makes one of another", async () => {
    // Codes are made of the samples themselves: the code is their first value, on which the critic has the weight 12.
    const events = await eventsOf(train$(
      linearGame({ rounds: 1 }),
      definePlugin("joined", (round$) => round$, {
        assemble: (blueprint) => {
          const { real, fake, discriminator } = blueprint.adversaries["adversary"]!;
          const coded = (record: Tensors): Tensors => ({ ...record, codes: tf.slice(record["samples"]!, [0, 0], [-1, 1]) });
          const adversary: Adversary = { discriminator, real: (seen) => coded(real(seen)), fake: (seen) => coded(fake(seen)) };
          const kernelInitializer = { spec: { name: "given" }, values: () => Float32Array.from([3, 4, 12]) };
          return withNetworkEdit({ ...blueprint, adversaries: { adversary }, fields: { codes: { shape: [1], dtype: "float32" } } }, "discriminator", {
            spec: { name: "joined" },
            edit: (plan) => ({ ...plan, inputs: [...plan.inputs, { field: "codes" }], heads: { logits: [dense({ units: 1, kernelInitializer })] } }),
          });
        },
      }),
      r1({ gamma: 1 }),
      discriminatorStep(),
    ));
    // ‖(3, 4, 12)‖ = 13; through the code it would be ‖(15, 4, 12)‖.
    close(measured(events, "r1/norm"), [13], 1e-5);
  });
});

describe("penalties refuse", () => {
  it("wrong options before the first round, naming the option", () => {
    assert.throws(() => gradientPenalty({ weight: -1 }), /gradientPenalty: weight: expected a number >= 0.*, got -1/);
    assert.throws(() => gradientPenalty({ target: -1, every: 0 }), /every: expected an integer > 0, got 0\n.*target: expected a number >= 0, got -1/);
    assert.throws(() => r1({ gamma: -2 }), /r1: gamma: expected a number >= 0.*, got -2/);
    assert.throws(() => r2({ gamma: NaN }), /r2: gamma: expected .*, got NaN/);
    assert.throws(() => r1({ weight: 1 } as never), /weight: unknown option/);
    assert.throws(() => dragan({ spread: 0 }), /dragan: spread: expected a number > 0, got 0/);
    assert.throws(() => r1({ every: 1.5 }), /every: expected an integer > 0, got 1.5/);
    assert.throws(() => gradientPenalty({ fields: [] }), /fields: expected a list of at least 1/);
  });
});
