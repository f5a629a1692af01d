import { map } from "rxjs";
import { averagesOf } from "../../src/game/averages.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { memory } from "../../src/sources/memory.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

describe("averageWeights", () => {
  it("is the exponential moving average with its warm-up, of parameters that are saved beside it", async () => {
    const halfLife = 2;
    const checkpoints = memory({ every: 100 });
    const raw: number[][] = [];
    const averaged: number[][] = [];
    const watch = definePlugin("watch", (round$) =>
      round$.pipe(
        map((round) => {
          const [name] = Object.keys(round.run.parameters("generator"));
          raw.push([...round.run.parameters("generator")[name!]!.dataSync()]);
          averaged.push([...averagesOf(round.carry, "generator")!.parameters[name!]!.dataSync()]);
          return round;
        }),
      ),
    );
    await eventsOf(train$(ringGame({ rounds: 12, backend: "cpu", checkpoints }), discriminatorStep(), generatorStep(), averageWeights({ halfLife }), watch));
    let expected = raw[0]!;
    raw.forEach((values, i) => {
      const decay = i === 0 ? 0 : Math.min(0.5 ** (1 / halfLife), (1 + (i + 1)) / (10 + (i + 1)));
      expected = values.map((value, j) => decay * expected[j]! + (1 - decay) * value);
      close(averaged[i]!, expected, 1e-6, `round ${i}`);
    });
    const { tensors } = await snapshotIn(checkpoints);
    assert.ok([...tensors.keys()].some((name) => name.startsWith("carry/averageWeights(generator)/parameters/")));
    assert.ok([...tensors.keys()].some((name) => name.startsWith("parameters/generator/")));
  });

  it("refuses a network the game does not have, and a half-life that is none", () => {
    assert.throws(() => train$(ringGame({ rounds: 1 }), averageWeights({ network: "generatr" })), /no network is named "generatr"; there are generator, discriminator/);
    assert.throws(() => averageWeights({ halfLife: 0 }), /halfLife: expected a number > 0, got 0/);
  });
});
