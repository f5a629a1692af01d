import type { FieldPlans } from "../../src/networks/network.ts";
import { sharedFields } from "../../src/run/sharedFields.ts";
import {
  array, autoencoder, autoencoding, adam, bernoulli, ConfigurationError, discriminatorStep, gan, gaussian, generatorStep, mlp, nonSaturating, step, trainUnordered$, withSource, type Game,
  type RunStarted, type Source,
} from "../../src/index.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, describe, it } from "../kit/kit.ts";

const images: FieldPlans = { samples: { shape: [4, 4, 1], dtype: "float32", range: [-1, 1] }, labels: { shape: [], dtype: "int32", classes: 4 } };
const problemsOf = (other: FieldPlans): readonly string[] => {
  try {
    sharedFields({ data: images, noise: { noise: { shape: [3], dtype: "float32" } }, labelled: other });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems.map(({ path, message }) => `${path}: ${message.split(";")[0]}`);
  }
};

describe("the fields that sources share", () => {
  it("are known from whoever says something of them", () => {
    const open: FieldPlans = { samples: { shape: [4, 4, 1], dtype: "float32" }, labels: { shape: [], dtype: "int32" } };
    assert.deepEqual(sharedFields({ data: images, labelled: open }), images);
    assert.deepEqual(sharedFields({ data: open, labelled: images }), images);
    assert.deepEqual(sharedFields({ data: images, hints: { hint: { shape: [2], dtype: "float32" } } }), { ...images, hint: { shape: [2], dtype: "float32" } });
  });

  it("are refused where two sources say different things, all at once, with what each says", () => {
    assert.deepEqual(problemsOf({ samples: { shape: [16], dtype: "float32", range: [0, 1] } }), [
      'sources.labelled.samples.shape: expected [4, 4, 1], as the source "data" says, got [16]',
      'sources.labelled.samples.range: expected [-1, 1], as the source "data" says, got [0, 1]',
    ]);
    assert.deepEqual(problemsOf({ labels: { shape: [], dtype: "float32", classes: 2 } }), [
      'sources.labelled.labels.dtype: expected int32, as the source "data" says, got float32',
      'sources.labelled.labels.classes: expected 4, as the source "data" says, got 2',
    ]);
    assert.deepEqual(problemsOf(images), []);
  });
});

const points = { samples: Float32Array.from({ length: 16 }, (_, i) => i / 16), labels: [0, 1, 2, 3, 0, 1, 2, 3], shape: [2], batchSize: 4 };
const withOther = (game: Game, other: Source): Game => ({ ...game, ...withSource(game, "other", other) });

describe("a game of several sources", () => {
  const ofTwo = (other: Source): Game =>
    withOther(gan({ data: array({ ...points, range: [0, 1] }), noise: gaussian(2), networks: mlp(), objective: nonSaturating(), optimizers: adam(), rounds: 1, backend: "cpu" }), other);

  it("does not begin where they disagree", async () => {
    const played = eventsOf(trainUnordered$(ofTwo(array({ ...points, classes: 5 })), [discriminatorStep(), generatorStep()]));
    await assert.rejects(played, (error) => error instanceof ConfigurationError && /sources\.other\.labels\.classes: expected 4, as the source "data" says, got 5/.test(error.message));
  });

  it("keeps what one of them knows where a later one says less", async () => {
    const { samples, shape, batchSize } = points;
    const events = await eventsOf(trainUnordered$(ofTwo(array({ samples, shape, batchSize })), [discriminatorStep(), generatorStep()]));
    const { configuration } = events.find((event): event is RunStarted => event._tag === "RunStarted")!;
    const { fields } = configuration as unknown as { readonly fields: FieldPlans };
    assert.deepEqual([fields["samples"]!.range, fields["labels"]!.classes], [[0, 1], 4]);
  });

  it("does not take another source's range for the data's", async () => {
    const greys = autoencoding({
      data: array({ ...points, range: [-1, 1] }), networks: autoencoder({ codes: 2 }), optimizer: adam(), likelihood: bernoulli(), rounds: 1, backend: "cpu",
    });
    await assert.rejects(
      eventsOf(trainUnordered$(withOther(greys, array({ ...points, range: [0, 1] })), [step("reconstruction")])),
      /train\$: sources\.other\.samples\.range: expected \[-1, 1\], as the source "data" says, got \[0, 1\]; bring both to one range by rescaled\(…\)/,
    );
  });
});
