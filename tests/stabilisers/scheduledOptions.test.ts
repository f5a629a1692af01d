import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { Plugin } from "../../src/game/plugin.ts";
import type { View } from "../../src/game/view.ts";
import { linearSchedule } from "../../src/math/schedules/linearSchedule.ts";
import type { Scheduled } from "../../src/math/schedules/schedule.ts";
import type { Optimizer } from "../../src/networks/optimizer.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { adamW } from "../../src/networks/optimizers/adamW.ts";
import { rmsprop } from "../../src/networks/optimizers/rmsprop.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { consistency } from "../../src/stabilisers/consistency.ts";
import { dragan } from "../../src/stabilisers/dragan.ts";
import { gradientPenalty } from "../../src/stabilisers/gradientPenalty.ts";
import { historicalAveraging } from "../../src/stabilisers/historicalAveraging.ts";
import { instanceNoise } from "../../src/stabilisers/instanceNoise.ts";
import { labelFlipping } from "../../src/stabilisers/labelFlipping.ts";
import { matchFeatures } from "../../src/stabilisers/matchFeatures.ts";
import { orthogonalRegularisation } from "../../src/stabilisers/orthogonalRegularisation.ts";
import { r1 } from "../../src/stabilisers/r1.ts";
import { r2 } from "../../src/stabilisers/r2.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { step } from "../../src/steps/step.ts";
import { train$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

const same: View = { name: "same", spec: { name: "same" }, of: (record) => record };

/** Every option of a plugin that may be a schedule, with what errors call it. */
const plugins: readonly (readonly [string, (value: Scheduled) => Plugin])[] = [
  ["r1: gamma", (gamma) => r1({ gamma })],
  ["r1: gamma", (gamma) => r1({ gamma, every: 2 })],
  ["r2: gamma", (gamma) => r2({ gamma })],
  ["gradientPenalty: weight", (weight) => gradientPenalty({ weight })],
  ["dragan: weight", (weight) => dragan({ weight })],
  ["consistency: real", (real) => consistency({ augmentation: same, real })],
  ["consistency: fake", (fake) => consistency({ augmentation: same, fake })],
  ["historicalAveraging: weight", (weight) => historicalAveraging({ weight })],
  ["instanceNoise: deviation", (deviation) => instanceNoise({ deviation })],
  ["labelFlipping: probability", (probability) => labelFlipping({ probability })],
  ["matchFeatures: weight", (weight) => matchFeatures({ weight })],
  ["orthogonalRegularisation: weight", (weight) => orthogonalRegularisation({ weight })],
];
const optimizers: readonly (readonly [string, (learningRate: Scheduled) => Optimizer])[] = [
  ["adam", (learningRate) => adam({ learningRate })],
  ["adamW", (learningRate) => adamW({ learningRate })],
  ["rmsprop", (learningRate) => rmsprop({ learningRate })],
  ["sgd", (learningRate) => sgd({ learningRate })],
];

const falling = linearSchedule({ from: 1, to: -3, rounds: 4 });
/** Somebody else's: 1 in rounds 0 and 1, then −1. */
const foreign = { spec: { name: "foreign" }, at: (index: number) => (index < 2 ? 1 : -1) };
const refuses = (make: () => unknown, message: RegExp): void => assert.throws(make, (error) => error instanceof ConfigurationError && message.test(error.message));
const played = (plugin: Plugin) => eventsOf(train$(ringGame({ rounds: 6, backend: "cpu" }), plugin, discriminatorStep(), generatorStep()));

for (const [option, make] of plugins) {
  describe(`${option}, as a schedule,`, () => {
    it("is no list, and says what it is", () => {
      refuses(() => make([1, 1] as never), new RegExp(`${option}: expected .* or a schedule such as .*, got \\[1, 1\\]`));
      refuses(() => make({ at: () => 1 } as never), new RegExp(`${option}: expected a schedule .* with a spec`));
    });

    it("is refused before the first round where its last value is known and wrong, else in the round", async () => {
      refuses(() => make(falling), new RegExp(`${option} in the end: expected a number >= 0.*, got -3`));
      await assert.rejects(played(make(foreign)), (error) => error instanceof ConfigurationError && new RegExp(`${option} in round 2: expected a number >= 0.*, got -1`).test(error.message));
    });
  });
}

describe("a learning rate, as a schedule,", () => {
  for (const [name, make] of optimizers) {
    it(`of ${name}, is no list, and never negative`, () => {
      refuses(() => make([0.1] as never), /learningRate: expected a number >= 0 or a schedule such as .*, got \[0\.1\]/);
      refuses(() => make(falling), new RegExp(`${name}: learningRate in the end: expected a number >= 0, got -3`));
      const { learningRate } = make(foreign);
      assert.ok(typeof learningRate === "object");
      assert.equal(learningRate.at(1), 1);
      refuses(() => learningRate.at(2), new RegExp(`${name}: learningRate in round 2: expected a number >= 0, got -1`));
    });
  }

  it("ends the run in the round in which it is negative", async () => {
    const optimizer = sgd({ learningRate: { spec: { name: "foreign" }, at: (index) => 0.01 - index / 100 } });
    const players = { discriminator: { optimizer, owns: ["discriminator"] }, generator: { optimizer, owns: ["generator"] } };
    await assert.rejects(
      eventsOf(train$({ ...ringGame({ rounds: 6, backend: "cpu" }), players }, discriminatorStep(), generatorStep())),
      (error) => error instanceof ConfigurationError && /sgd: learningRate in round 2/.test(error.message),
    );
  });
});

describe("repetitions, as a schedule,", () => {
  it("are no list, nothing, or less than one", async () => {
    for (const times of [[2, 1], null, 0, 1.5]) refuses(() => step("discriminator", { times: times as never }), /step: times: expected an integer > 0 or a schedule such as /);
    refuses(() => step("discriminator", { times: linearSchedule({ from: 5, rounds: 3 }) }), /step: times in the end: expected a number that rounds to 1 or more, got 0/);
    const times = { spec: { name: "foreign" }, at: (index: number) => 2 - index };
    await assert.rejects(
      eventsOf(train$(ringGame({ rounds: 6, backend: "cpu" }), discriminatorStep({ times }), generatorStep())),
      (error) => error instanceof ConfigurationError && /step\(discriminator\): times in round 2: expected a number that rounds to 1 or more, got 0/.test(error.message),
    );
  });

  it("are rounded", async () => {
    const events = await eventsOf(train$(ringGame({ rounds: 2, backend: "cpu" }), discriminatorStep({ times: linearSchedule({ from: 2.4, to: 0.5, rounds: 9 }) }), generatorStep()));
    assert.equal(events.at(-1)!._tag, "RunCompleted");
  });
});
