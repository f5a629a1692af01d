import { concatMap, map } from "rxjs";
import { averagesOf } from "../../src/game/averages.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { type Tensors, tf } from "../../src/math/tensor.ts";
import { drawNow } from "../../src/probes/drawNow.ts";
import { memory } from "../../src/sources/memory.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { digitGame } from "../stabilisers/digitGame.ts";

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

  it("averages the running statistics of batch norm, too, and averaged samples are made with them", async () => {
    const halfLife = 1;
    const [raw, averaged]: [number[][], number[][]] = [[], []];
    const drawn: { readonly values: number[]; readonly expected: number[]; readonly withRaw: number[] }[] = [];
    const watch = definePlugin(
      "watch",
      (round$) =>
        round$.pipe(
          concatMap(async (round) => {
            const { run, carry } = round;
            const { parameters, buffers } = averagesOf(carry, "generator")!;
            const names = Object.keys(run.buffers("generator"));
            assert.ok(names.some((name) => name.endsWith("variance")), String(names));
            raw.push(names.flatMap((name) => [...run.buffers("generator")[name]!.dataSync()]));
            averaged.push(names.flatMap((name) => [...buffers[name]!.dataSync()]));
            const { values } = await drawNow("watch", "watch", round, 3, {});
            const record = await run.sample("generator", 3, { stream: "watch" });
            const made = (statistics: Tensors): number[] =>
              tf.tidy(() => [...run.forward("generator", { noise: record["noise"]! }, { parameters, buffers: statistics }).heads["samples"]!.dataSync()]);
            drawn.push({ values: [...values], expected: made(buffers), withRaw: made(run.buffers("generator")) });
            tf.dispose({ ...record });
            return round;
          }),
        ),
      { asynchronous: { timeoutMs: 10_000 } },
    );
    await eventsOf(train$(digitGame({ rounds: 6, backend: "cpu" }), discriminatorStep(), generatorStep(), averageWeights({ halfLife }), watch));
    let expected = raw[0]!;
    raw.forEach((values, i) => {
      const decay = i === 0 ? 0 : Math.min(0.5 ** (1 / halfLife), (2 + i) / (11 + i));
      expected = values.map((value, j) => decay * expected[j]! + (1 - decay) * value);
      close(averaged[i]!, expected, 1e-5, `round ${i}`);
    });
    for (const { values, expected: made } of drawn) close(values, made, 1e-6);
    // In the last round averages and statistics are not the same, and it shows.
    const { expected: made, withRaw } = drawn.at(-1)!;
    assert.ok(Math.max(...made.map((value, i) => Math.abs(value - withRaw[i]!))) > 1e-4);
  });

  it("keeps one network's averages once: two half-lives of one would be one on top of the other", () => {
    assert.throws(
      () => train$(ringGame({ rounds: 1 }), averageWeights({ halfLife: 2 }), discriminatorStep(), averageWeights({ halfLife: 50 })),
      /plugins\[2\]: averageWeights\(generator\) carries "averageWeights\(generator\)" from round to round, as plugins\[0\] does/,
    );
    assert.doesNotThrow(() => train$(ringGame({ rounds: 1 }), discriminatorStep(), discriminatorStep(), averageWeights(), averageWeights({ network: "discriminator" })));
  });

  it("refuses a network the game does not have, and a half-life that is none", () => {
    assert.throws(() => train$(ringGame({ rounds: 1 }), averageWeights({ network: "generatr" })), /no network is named "generatr"; there are generator, discriminator/);
    assert.throws(() => averageWeights({ halfLife: 0 }), /halfLife: expected a number > 0, got 0/);
  });
});
