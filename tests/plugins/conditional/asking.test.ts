import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conditional } from "../../../plugins/conditional/conditional.ts";
import { ConfigurationError, discriminatorStep, drawSamples, folder, generate, generatorStep, train$, type GenerateOptions, type SamplesDrawn } from "../../../src/index.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { ringGame } from "../../grammar/ringGame.ts";
import { after, assert, before, close, describe, it } from "../../kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

const noise = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));

/** A few rounds of a conditional game whose last draw was of given noise and labels. */
async function played(path: string, draw: "data" | "uniform"): Promise<SamplesDrawn> {
  const game = ringGame({ rounds: 3, backend: "cpu", checkpoints: folder(path, { every: 3 }) });
  const events = await eventsOf(
    train$(game, conditional({ draw }), discriminatorStep(), generatorStep(), drawSamples({ every: 3, count: 4, given: { noise, labels: [5, 1] } })),
  );
  return events.find((event): event is SamplesDrawn => event._tag === "SamplesDrawn")!;
}

describe("asking a conditional generator", () => {
  it("draws the labels that are given, says them in the event, and generates the same from the checkpoint", async () => {
    const path = join(root, "uniform");
    const drawn = await played(path, "uniform");
    assert.deepEqual([...drawn.labels!], [5, 1, 5, 1]);
    const same = await generate({ checkpoint: path, count: 4, backend: "cpu", given: { noise, labels: [5, 1] } });
    assert.deepEqual([...same.labels!], [5, 1, 5, 1]);
    close(same.values, drawn.values, 1e-6);
    const others = await generate({ checkpoint: path, count: 4, backend: "cpu", given: { noise, labels: [0] } });
    assert.ok(others.values.some((value, i) => Math.abs(value - drawn.values[i]!) > 1e-4), "other labels make the same samples");
    const unasked = await generate({ checkpoint: path, count: 200, backend: "cpu" });
    assert.deepEqual([...new Set(unasked.labels)].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("needs labels or a source of them where they came from the data", async () => {
    const path = join(root, "data");
    await played(path, "data");
    const problem = async (options: Partial<GenerateOptions>, message: RegExp): Promise<void> => {
      await assert.rejects(generate({ checkpoint: path, count: 4, backend: "cpu", ...options }), (error) => error instanceof ConfigurationError && message.test(error.message));
    };
    await problem({}, /sources\.labels: expected a source, or values by `given: \{ labels: \[\.\.\.\] \}`/);
    await problem({ given: { labels: [8] } }, /given\.labels: expected labels of 0 to 7, got 8/);
    await problem({ given: { labels: [0], lables: [1] } }, /given\.lables: expected one of noise, labels/);
    const { labels } = await generate({ checkpoint: path, count: 4, backend: "cpu", given: { labels: [3] } });
    assert.deepEqual([...labels!], [3, 3, 3, 3]);
  });

  it("refuses a draw of a field the generator does not read, before the first round", () => {
    const train = () => train$(ringGame({ rounds: 1 }), conditional(), discriminatorStep(), generatorStep(), drawSamples({ every: 1, given: { lables: [1] } }));
    assert.throws(train, /drawSamples: given: expected fields that "generator" generates from \(noise, labels\), got lables/);
  });
});
