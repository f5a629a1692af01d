import { fold, rootKey } from "../../src/math/random/fold.ts";
import { tf } from "../../src/math/tensor.ts";
import { diffAugment } from "../../src/stabilisers/diffAugment.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { digitGame, looking, viewOf } from "./digitGame.ts";

await describeOnEachBackend("DiffAugment", () => {
  it("keeps every image in its row, with its label", async () => {
    // Image n is n + 1 all over: what translation and cutout leave of it is 0 or n + 1.
    const record = { samples: tf.mul(tf.ones([6, 8, 8, 1]), tf.tensor([1, 2, 3, 4, 5, 6], [6, 1, 1, 1])), labels: tf.range(0, 6, 1, "int32") };
    const shown = tf.tidy(() => viewOf(diffAugment({ policies: ["translation", "cutout"] })).of(record, looking()));
    assert.deepEqual(shown["samples"]!.shape, [6, 8, 8, 1]);
    const labels = await shown["labels"]!.data();
    for (const [n, image] of ((await shown["samples"]!.array()) as number[][][][]).entries()) {
      const values = new Set(image.flat(2));
      values.delete(0);
      assert.deepEqual([...values], [labels[n]! + 1]);
    }
    tf.dispose([record, shown] as never);
  });

  it("draws anew for each key, and each image for itself", async () => {
    const samples = tf.tile(tf.reshape(tf.range(0, 64), [1, 8, 8, 1]), [8, 1, 1, 1]);
    const seen = async (key: ReturnType<typeof rootKey>): Promise<string[]> => {
      const shown = tf.tidy(() => viewOf(diffAugment({ policies: ["colour"] })).of({ samples }, looking({ key })));
      const images = (await shown["samples"]!.array()) as number[][][][];
      tf.dispose(shown as never);
      return images.map((image) => JSON.stringify(image));
    };
    const [one, same, other] = [await seen(rootKey(1)), await seen(rootKey(1)), await seen(fold(rootKey(1), "real"))];
    assert.deepEqual(one, same);
    assert.equal(new Set([...one, ...other]).size, 16);
    samples.dispose();
  });

  it("goes through the policies in the order given", async () => {
    const samples = tf.ones([4, 8, 8, 1]);
    // Colour before cutout leaves holes of 0; cutout before colour fills them with something else.
    const zeros = async (policies: readonly ("colour" | "cutout")[]): Promise<number> => {
      const count = tf.tidy(() => tf.sum(tf.cast(tf.equal(viewOf(diffAugment({ policies })).of({ samples }, looking())["samples"]!, 0), "float32")));
      const [value] = await count.data();
      count.dispose();
      return value!;
    };
    assert.ok((await zeros(["colour", "cutout"])) >= 4 * 4);
    close(await zeros(["cutout", "colour"]), 0, 0);
    samples.dispose();
  });
});

describe("diffAugment", () => {
  it("names the policy that was meant", () => {
    const of = (policies: readonly unknown[]) => () => diffAugment({ policies: policies as never });
    assert.throws(of(["color"]), /policies\[0\]: unknown policy "color"; did you mean "colour"\? Known: colour, translation, cutout/);
    assert.throws(of(["colour", "translate", "cut"]), /policies\[1\]: .*mean "translation".*\n.*policies\[2\]: .*mean "cutout"/);
    assert.throws(of([]), /policies: expected a list of at least 1/);
    assert.throws(of([3]), /policies\[0\]: expected one of/);
    assert.throws(of(["cutout", "cutout"]), /policies: expected each policy once, got "cutout" twice/);
    assert.throws(() => diffAugment(undefined as never), /expected an object with policies/);
  });

  it("refuses points, before the first round", async () => {
    const training = train$(ringGame({ rounds: 1, backend: "cpu" }), diffAugment({ policies: ["colour"] }), discriminatorStep());
    await assert.rejects(eventsOf(training), /diffAugment: samples: expected images \[height, width, channels\], got shape \[2\]/);
  });
});

await describePlugin("a DCGAN under DiffAugment", {
  rounds: 3,
  stops: [1],
  train: (run) => train$(digitGame(run), diffAugment({ policies: ["colour", "translation", "cutout"] }), discriminatorStep(), generatorStep()),
});
