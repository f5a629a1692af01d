import { fold, rootKey } from "../../src/math/random/fold.ts";
import { linearSchedule } from "../../src/math/schedules/linearSchedule.ts";
import { tf } from "../../src/math/tensor.ts";
import { instanceNoise } from "../../src/stabilisers/instanceNoise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { looking, viewOf } from "./digitGame.ts";

const annealed = instanceNoise({ deviation: linearSchedule({ from: 0.4, to: 0, rounds: 10 }) });

await describeOnEachBackend("instance noise", () => {
  const COUNT = 4096;
  const seen = async (at: Parameters<typeof looking>[0]): Promise<number[]> => {
    const record = { samples: tf.fill([COUNT, 2], 3), labels: tf.range(0, COUNT, 1, "int32") };
    const shown = tf.tidy(() => viewOf(annealed).of(record, looking(at)));
    assert.equal(shown["labels"], record.labels);
    const values = Array.from(await shown["samples"]!.data(), (value) => value - 3);
    tf.dispose([record, shown] as never);
    return values;
  };
  const moments = (values: readonly number[]): readonly [number, number] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
  };

  it("has the schedule's deviation on both sides, within five standard errors, and ends", async () => {
    const size = 2 * COUNT;
    for (const side of ["real", "fake"] as const) {
      for (const [index, sigma] of [[0, 0.4], [5, 0.2]] as const) {
        const [mean, deviation] = moments(await seen({ side, index, key: fold(rootKey(1), side) }));
        assert.ok(Math.abs(mean) < (5 * sigma) / Math.sqrt(size), `${side} ${index}: mean ${mean}`);
        assert.ok(Math.abs(deviation - sigma) < (5 * sigma) / Math.sqrt(2 * size), `${side} ${index}: deviation ${deviation}`);
      }
    }
    assert.ok((await seen({ index: 10 })).every((value) => value === 0));
  });

  it("is a function of the key, another one in every sample", async () => {
    const [one, same, other] = [await seen({}), await seen({}), await seen({ key: rootKey(2) })];
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
    assert.ok(new Set(one).size > COUNT);
  });

  it("passes the gradient through as it is", async () => {
    const x = tf.ones([3, 2]);
    const gradient = tf.grad((samples: tf.Tensor) => tf.sum(tf.mul(viewOf(annealed).of({ samples }, looking())["samples"]!, 2)))(x);
    close(await gradient.data(), [2, 2, 2, 2, 2, 2], 0);
    tf.dispose([x, gradient]);
  });
});

describe("instanceNoise", () => {
  it("refuses a negative deviation and what is no schedule, naming the option", () => {
    assert.throws(() => instanceNoise({ deviation: -0.1 }), /instanceNoise: deviation: expected a number >= 0 or a schedule.*, got -0\.1/);
    assert.throws(() => instanceNoise({ deviation: "linear" as never }), /deviation: expected a number >= 0 or a schedule/);
    const below = linearSchedule({ from: -1, rounds: 5 });
    assert.throws(() => instanceNoise({ deviation: below }), /deviation in round 0: expected a number >= 0, got -1/);
  });
});

await describePlugin("a GAN under annealed instance noise", {
  rounds: 4,
  stops: [1, 3],
  train: (run) =>
    train$(ringGame(run), instanceNoise({ deviation: linearSchedule({ from: 0.3, to: 0, rounds: 3 }) }), discriminatorStep(), generatorStep()),
});
