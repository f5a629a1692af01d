import { map } from "rxjs";
import { conditional } from "../../../plugins/conditional/conditional.ts";
import { entropyTerm, kPlusOne, labelledTerm, noisyHead, noisyMlp, withClasses } from "../../../plugins/semisupervised/semisupervised.ts";
import {
  adam, array, asyncIterable, averageWeights, buildNetwork, ConfigurationError, dcgan, definePlugin, dense, diffAugment, discriminatorStep, energyBased, featureMatching, flatten, fold, gan, gaussian,
  generatorStep, integers, labelledSubset, linearSchedule, mixture, mlp, nonSaturating, packing, r1, rootKey, tf, train$, trainUnordered$, uniforms, type AnyPlugin, type FieldPlans, type Scheduled, type Seen, type Tensor,
} from "../../../src/index.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { describePlugin, type CaseRun } from "../../contracts/describePlugin.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { ringGame } from "../../grammar/ringGame.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { assembled } from "../../stabilisers/digitGame.ts";

const fields: FieldPlans = { samples: { shape: [3], dtype: "float32" }, labels: { shape: [], dtype: "int32", classes: 3 } };
const plain = { inputs: [{ field: "samples" }], trunk: [], heads: { logits: [dense({ units: 1 })] } };

/** log Σ e^l over K + 1 classes, the last of logit 0. */
const logTotal = (row: readonly number[]): number => Math.log([...row, 0].reduce((sum, l) => sum + Math.exp(l), 0));

await describeOnEachBackend("the K + 1 discriminator", () => {
  const rows = { real: [[2, -1, 0.5], [0, 0, 0], [-4, -3, -5]], fake: [[-1, 1, 0], [30, -30, 2], [0.5, 0.25, -2]] };
  const network = buildNetwork("discriminator", withClasses(plain, fields, (units) => [dense({ units })]), fields);
  const parameters = () => ({ "classes/dense1/kernel": tf.eye(3), "classes/dense1/bias": tf.zeros([3]) });
  const passOf = (samples: readonly (readonly number[])[]) =>
    network.apply(parameters(), {}, { samples: tf.tensor2d(samples as number[][]) }, { isTraining: true, key: rootKey(1), settings: {} });

  it("has one logit, that of the softmax over K + 1 classes against the last of them", async () => {
    assert.deepEqual(network.heads, { classes: [3], logits: [1] });
    assert.deepEqual(Object.keys(network.parameters), ["classes/dense1/kernel", "classes/dense1/bias"]);
    const all = [...rows.real, ...rows.fake];
    const generated = tf.tidy(() => tf.sigmoid(tf.neg(passOf(all).heads["logits"]!)));
    close(await generated.data(), all.map((row) => Math.exp(-logTotal(row))), 1e-5, "p(generated | x)");
    generated.dispose();
  });

  it("turns the non-saturating objective into −E log(1 − p(K + 1 | x)) − E log p(K + 1 | G(z))", async () => {
    const loss = tf.tidy(() => nonSaturating().discriminator({ real: passOf(rows.real).heads["logits"]!, fake: passOf(rows.fake).heads["logits"]! }));
    const isReal = rows.real.map((row) => Math.log(1 - Math.exp(-logTotal(row))));
    const isGenerated = rows.fake.map((row) => -logTotal(row));
    close(await loss.data(), [-[...isReal, ...isGenerated].reduce((sum, log) => sum + log, 0) / 3], 1e-5);
    loss.dispose();
  });

  it("learns from labels by the cross-entropy within the K classes", async () => {
    const labels = [0, 2, 1];
    const measured: Record<string, Tensor> = {};
    const loss = tf.tidy(() => {
      const seen: Partial<Seen> = {
        shown: () => ({ labels: tf.tensor1d(labels, "int32") }),
        real: () => passOf(rows.real),
        measure: (name, value) => (measured[name] = tf.keep(value)),
      };
      return labelledTerm(2).of(seen as Seen);
    });
    const logs = rows.real.map((row, i) => row[labels[i]!]! - Math.log(row.reduce((sum, l) => sum + Math.exp(l), 0)));
    close(await loss.data(), [-logs.reduce((sum, log) => sum + log, 0) / 3], 1e-5);
    // In the second all three are alike, and the first of them is not its label.
    close(await measured["classAccuracy/labelled"]!.data(), [2 / 3], 1e-6);
    tf.dispose([loss, ...Object.values(measured)]);
  });

  it("is sure of unlabelled samples by the entropy of the K classes, whose gradient is −p (log p + H)", async () => {
    const softmax = (row: readonly number[]): number[] => row.map((l) => Math.exp(l) / row.reduce((sum, other) => sum + Math.exp(other), 0));
    const entropy = (p: readonly number[]): number => -p.reduce((sum, each) => sum + each * Math.log(each), 0);
    const { value, gradient } = tf.tidy(() => {
      const of = (samples: Tensor): Tensor => {
        const pass = network.apply(parameters(), {}, { samples }, { isTraining: true, key: rootKey(1), settings: {} });
        return entropyTerm(1).of({ real: () => pass } as unknown as Seen);
      };
      const samples = tf.tensor2d(rows.real);
      return { value: tf.keep(of(samples)), gradient: tf.keep(tf.grad(of)(samples)) };
    });
    const probabilities = rows.real.map(softmax);
    close(await value.data(), [probabilities.reduce((sum, p) => sum + entropy(p), 0) / 3], 1e-5);
    close(await gradient.data(), probabilities.flatMap((p) => p.map((each) => (-each * (Math.log(each) + entropy(p))) / 3)), 1e-5);
    tf.dispose([value, gradient]);
  });
});

const ring = mixture("ring", { batchSize: 8 });
const few = labelledSubset(ring, { perClass: 1, seed: 3 });

describe("kPlusOne", () => {
  it("tells apart points of the ring from one label of each mode", async () => {
    let accuracy = 0;
    const judge = definePlugin("judge", (round$) => round$.pipe(map((round) => {
      if (round.isLast) {
        accuracy = tf.tidy(() => {
          const { samples, labels } = round.run.upload("data", round.run.draw("data", 400) as never);
          const { classes } = round.run.forward("discriminator", { samples: samples! }).heads;
          return tf.mean(tf.cast(tf.equal(tf.argMax(classes!, 1), labels!), "float32")).dataSync()[0]!;
        });
      }
      return round;
    })));
    const game = gan({
      data: ring, noise: gaussian(3), networks: mlp({ generator: { widths: [16] }, discriminator: { widths: [32] } }), objective: featureMatching(),
      optimizers: adam({ learningRate: 1e-2, beta1: 0.5 }), rounds: 120, seed: 2, backend: "cpu",
    });
    const events = await eventsOf(train$(game, kPlusOne({ labelled: few }), discriminatorStep(), generatorStep(), judge));
    const last = events.filter((event) => event._tag === "RoundPlayed").at(-1)!;
    assert.equal(last.metrics["classAccuracy/labelled"], 1);
    assert.ok(accuracy > 0.9, `${accuracy} of the points without labels are classified right`);
  });

  it("leaves the objective to the generator alone where it is not to learn from unlabelled samples", () => {
    const termsOf = (learnsFromUnlabelled: boolean) => assembled(kPlusOne({ labelled: few, learnsFromUnlabelled }), ringGame({ rounds: 1 })).terms.map(({ name }) => name);
    assert.deepEqual(termsOf(true), ["adversary/discriminator", "adversary/generator", "classes/discriminator/labelled"]);
    assert.deepEqual(termsOf(false), ["adversary/generator", "classes/discriminator/labelled"]);
  });

  it("has the entropy where it is given a weight, a schedule among them", () => {
    const termsOf = (entropy: Scheduled) => assembled(kPlusOne({ labelled: few, entropy }), ringGame({ rounds: 1 })).terms;
    assert.ok(termsOf(0).every(({ name }) => name !== "classes/discriminator/entropy"));
    const rising = linearSchedule({ from: 0, to: 1, rounds: 10 });
    assert.deepEqual(termsOf(rising).find(({ name }) => name === "classes/discriminator/entropy")?.weight, rising);
    assert.throws(() => kPlusOne({ labelled: few, entropy: 1, learnsFromUnlabelled: false }), /kPlusOne: entropy: expected 0 where nothing is learnt from unlabelled samples/);
    assert.throws(() => kPlusOne({ labelled: few, entropy: -1 }), /kPlusOne: entropy: expected a number >= 0.*, got -1/);
  });

  const refused = async (game: Parameters<typeof trainUnordered$>[0], message: RegExp, ...plugins: readonly AnyPlugin[]): Promise<void> => {
    await assert.rejects(eventsOf(trainUnordered$(game, [...plugins, discriminatorStep(), generatorStep()])), (error) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.match(error.message, message);
      return true;
    });
  };

  it("refuses, before the first round, what has no class, no logit, or tells what is to be found", async () => {
    const game = ringGame({ rounds: 1, backend: "cpu" });
    await refused(game, /one label per logit, got 2: .* leave packing out/, kPlusOne({ labelled: few }), packing({ size: 2 }));
    await refused(game, /not told the labels it is to find/, conditional(), kPlusOne({ labelled: few }));
    await refused(game, /head: expected layers that end in 8 numbers, .* got shape \[3\]/, kPlusOne({ labelled: few, head: () => [dense({ units: 3 })] }));
    const points = { samples: new Float32Array(16), shape: [2], batchSize: 4 };
    const unlabelled = gan({ data: array(points), noise: gaussian(2), networks: mlp(), objective: nonSaturating(), optimizers: adam({ learningRate: 1e-3 }), rounds: 1, backend: "cpu" });
    const numbered = asyncIterable({ iterable: async function* () { for (;;) yield { samples: [0, 0], labels: 0 }; }, fields: { samples: { shape: [2], dtype: "float32" }, labels: { shape: [], dtype: "int32" } }, batchSize: 4 });
    await refused(unlabelled, /labels of a known number of classes/, kPlusOne({ labelled: numbered }));
    await refused(unlabelled, /labelled: expected labels of at least 2 classes, got 1/, kPlusOne({ labelled: array({ ...points, labels: new Array<number>(8).fill(0) }) }));
    const { generator, discriminator } = mlp();
    const energies = { spec: { name: "energies" }, plan: (known: FieldPlans) => ({ ...discriminator.plan(known), heads: { reconstruction: [dense({ units: 2 })] } }) };
    const judgedByEnergy = gan({
      data: ring, noise: gaussian(2), networks: { generator, discriminator: energies }, objective: energyBased({ margin: 1 }), optimizers: adam({ learningRate: 1e-3 }), rounds: 1, backend: "cpu",
    });
    await refused(judgedByEnergy, /judges by the head "logits", got the heads reconstruction/, kPlusOne({ labelled: few }));
  });

  it("refuses wrong options, all at once", () => {
    assert.throws(() => kPlusOne({ labelled: {}, weight: 0, head: 3 } as never), /labelled: expected a source of labelled samples.*weight: expected a number > 0, got 0.*head: expected a function/s);
    assert.throws(() => kPlusOne({ labelled: array({ samples: [[0, 1]], shape: [2], batchSize: 1 }) as never }), /labelled: expected a source of labelled samples.*which provides samples and labels, got one that provides samples$/);
    assert.throws(() => noisyMlp({ discriminator: { hiddenNoise: -1 } }), /noisyMlp: discriminator.hiddenNoise: expected a number >= 0, got -1/);
  });
});

/** Images of three classes, every third of one, with as many labels as asked. */
function imageGame(run: CaseRun) {
  const labels = integers(fold(rootKey(4), "labels"), 12, 3);
  const data = array({ samples: uniforms(fold(rootKey(3), "images"), 12 * 64, 0, 1), labels, classes: 3, shape: [8, 8, 1], range: [0, 1], batchSize: 4 });
  return { data, game: (networks: ReturnType<typeof mlp>) => gan({ data, noise: gaussian(3), networks, objective: featureMatching(), optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }), ...run }) };
}

await describePlugin("kPlusOne on points, under R1", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), kPlusOne({ labelled: few, entropy: linearSchedule({ from: 0, to: 1, rounds: 4 }) }), r1(), discriminatorStep(), generatorStep()),
});

await describePlugin("kPlusOne with the paper's networks and averaged weights", {
  rounds: 3,
  stops: [1],
  train: (run) => {
    const { data, game } = imageGame(run);
    const networks = noisyMlp({ generator: { widths: [6] }, discriminator: { widths: [6] } });
    const plugin = kPlusOne({ labelled: labelledSubset(data, { perClass: 1 }), weight: 2, head: noisyHead() });
    return train$(game(networks), plugin, discriminatorStep(), generatorStep(), averageWeights({ network: "discriminator" }), averageWeights());
  },
});

await describePlugin("kPlusOne on images, augmented", {
  rounds: 3,
  stops: [2],
  train: (run) => {
    const { data, game } = imageGame(run);
    const networks = dcgan({ generator: { widths: [4] }, discriminator: { widths: [4] } });
    const plugin = kPlusOne({ labelled: labelledSubset(data, { perClass: 1 }), head: (units) => [flatten(), dense({ units })] });
    return train$(game(networks), diffAugment({ policies: ["translation"] }), plugin, discriminatorStep(), generatorStep());
  },
});
