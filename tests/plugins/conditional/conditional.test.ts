import { conditional, type ConditionalOptions } from "../../../plugins/conditional/conditional.ts";
import { conditionLayers } from "../../../plugins/conditional/layers.ts";
import {
  adam, array, ConfigurationError, dcgan, discriminatorStep, fold, gan, gaussian, generatorStep, mixture, mlp, nonSaturating, packing, rootKey, spectralNormalisation, tf,
  train$, trainGAN$, uniforms,
  type FieldPlans, type Game, type NetworkPair, type Plugin, type Seen, type Tensor,
} from "../../../src/index.ts";
import { describePlugin, type CaseRun } from "../../contracts/describePlugin.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { ringGame } from "../../grammar/ringGame.ts";
import { assert, describe, it } from "../../kit/kit.ts";
import { digitGame } from "../../stabilisers/digitGame.ts";

const steps = [discriminatorStep(), generatorStep()] as const;

const ofVectors = mlp({ generator: { widths: [4] }, discriminator: { widths: [4] } });
const ofImages = dcgan({ generator: { widths: [4] }, discriminator: { widths: [4, 4] } });

/** Eight images of 8 × 8 pixels with side information of one shape: an attribute vector or a second image. */
function informedGame(shape: readonly number[], run: Partial<CaseRun> & { readonly rounds: number }, networks: NetworkPair = ofVectors): Game<"samples" | "hint"> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return gan({
    data: withHint(shape, size),
    noise: gaussian(3),
    networks,
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
    seed: 5,
    ...run,
  });
}

function withHint(shape: readonly number[], size: number) {
  const images = array({ samples: uniforms(fold(rootKey(3), "images"), 8 * 64, -1, 1), shape: [8, 8, 1], range: [-1, 1], batchSize: 4 });
  return {
    ...images,
    provides: ["samples", "hint"] as const,
    open: async (context: Parameters<typeof images.open>[0]) => {
      const open = await images.open(context);
      return {
        fields: { ...open.fields, hint: { shape, dtype: "float32" as const } },
        at: (position: number, count: number) => {
          const answer = open.at(position, count, context.signal);
          if ("then" in answer) throw new Error("an array answers at once");
          return { count, fields: { ...answer.fields, hint: Float32Array.from({ length: count * size }, (_, i) => Math.sin(position * size + i)) } };
        },
      };
    },
  };
}

/** What both sides of the discriminator are shown in a round of a game. */
async function shownIn(game: Game, plugins: Parameters<typeof train$>[1][]) {
  const seenOn: Record<string, Record<string, number[]>> = {};
  const watching = {
    name: "watch",
    turn: "discriminator",
    of: (seen: Seen) => {
      for (const side of ["real", "fake"] as const) {
        seenOn[side] = Object.fromEntries(["samples", "labels"].map((field) => [field, [...seen.shown(side)[field]!.dataSync()]]));
        seenOn[`${side}Shapes`] = Object.fromEntries(["samples", "labels"].map((field) => [field, [...seen.shown(side)[field]!.shape]]));
      }
      seenOn["asked"] = { labels: [...seen.drawn("labels")["labels"]!.dataSync()], samples: [...seen.generated()["samples"]!.dataSync()] };
      return tf.mul(tf.sum(seen.real().heads["logits"]!), 0);
    },
  };
  await eventsOf(train$({ ...game, terms: [...game.terms, watching] }, ...(plugins as [])));
  return seenOn;
}

/** What both players answer, in the last round, to the same noise and samples under two conditions. */
async function answersTo(field: string, game: Game, plugin: unknown, asking: (drawn: Tensor) => readonly [Tensor, Tensor]) {
  let answers: Record<"generator" | "discriminator", number[][]> | undefined;
  const watching = {
    name: "watch",
    turn: "discriminator",
    of: (seen: Seen) => {
      const asked = seen.generated();
      const of = (network: string, head: string) => asking(asked[field]!).map((condition) => [...seen.forward(network, { ...asked, [field]: condition }).heads[head]!.dataSync()]);
      answers = { generator: of("generator", "samples"), discriminator: of("discriminator", "logits") };
      return tf.mul(tf.sum(seen.real().heads["logits"]!), 0);
    },
  };
  await eventsOf(train$({ ...game, terms: [...game.terms, watching] }, ...([plugin, ...steps] as unknown as [])));
  return answers!;
}

describe("conditional", () => {
  it("shows the discriminator generated samples beside the labels they were asked for, also in packs", async () => {
    const plain = await shownIn(ringGame({ rounds: 1, backend: "cpu" }), [conditional(), ...steps] as never);
    assert.deepEqual(plain["fake"], { samples: plain["asked"]!["samples"], labels: plain["asked"]!["labels"] });
    const packed = await shownIn(ringGame({ rounds: 1, backend: "cpu" }), [conditional(), packing({ size: 2 }), ...steps] as never);
    assert.deepEqual(packed["fakeShapes"], { samples: [4, 4], labels: [4, 2] });
    // Row by row a pack is two samples and two labels, in one order.
    assert.deepEqual(packed["fake"], { samples: packed["asked"]!["samples"], labels: packed["asked"]!["labels"] });
    // The ring's labels say which mode a point is of: 8 modes at angles 2πk / 8, radius 2 or 1.
    const { samples, labels } = packed["real"]!;
    labels!.forEach((label, i) => {
      const angle = Math.atan2(samples![2 * i + 1]!, samples![2 * i]!);
      const off = Math.abs(((angle - (2 * Math.PI * label) / 8 + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
      assert.ok(off < Math.PI / 8, `point ${i} is ${off} away from its label's direction`);
    });
  });

  it("makes a generator and a discriminator that depend on the condition, in every way of reading it", async () => {
    const ways: readonly ConditionalOptions[] = [
      {},
      { generator: "embedding", discriminator: "embedding", units: 4 },
      { generator: "batchNorm", discriminator: "projection" },
      { draw: "uniform", discriminator: "projection" },
    ];
    for (const way of ways) {
      // The scales of a conditional batch norm begin alike: the second round is the first that can differ.
      const { generator, discriminator } = await answersTo("labels", digitGame({ rounds: 2, backend: "cpu" }), conditional(way), () => [tf.fill([4], 1, "int32"), tf.fill([4], 2, "int32")]);
      assert.notDeepEqual(generator[1], generator[0], `generator: ${JSON.stringify(way)}`);
      assert.notDeepEqual(discriminator[1], discriminator[0], `discriminator: ${JSON.stringify(way)}`);
    }
  });

  it("makes players that depend on an attribute vector and on an image, which a discriminator of images reads pixel beside pixel", async () => {
    const fields: FieldPlans = {
      noise: { shape: [3], dtype: "float32" }, samples: { shape: [8, 8, 1], dtype: "float32", range: [-1, 1] }, hint: { shape: [8, 8, 2], dtype: "float32" },
    };
    const layersOf = (network: "generator" | "discriminator") =>
      conditionLayers({ field: "hint", how: "concatenation", units: 4 }, ofImages[network].plan(fields), fields).map(({ spec }) => spec.name);
    assert.deepEqual({ generator: layersOf("generator"), discriminator: layersOf("discriminator") }, { generator: ["flatten", "dense", "relu"], discriminator: [] });

    for (const [what, shape, networks] of [["a vector", [5], ofVectors], ["an image", [8, 8, 2], ofImages]] as const) {
      const { generator, discriminator } = await answersTo("hint", informedGame(shape, { rounds: 1, backend: "cpu" }, networks), conditional({ field: "hint" }), (hint) => [hint, tf.neg(hint)]);
      assert.notDeepEqual(generator[1], generator[0], `generator: ${what}`);
      assert.notDeepEqual(discriminator[1], discriminator[0], `discriminator: ${what}`);
    }
  });

  it("compiles in the preset where the data have the field, also before other plugins, and not otherwise", () => {
    const others: readonly Plugin[] = [];
    const preset = {
      data: array({ samples: new Float32Array(8), labels: new Int32Array(4), shape: [2], batchSize: 4 }),
      noise: gaussian(2), networks: mlp(), objective: nonSaturating(), optimizers: adam({ learningRate: 1e-3 }), rounds: 1,
    };
    trainGAN$({ ...preset, plugins: [conditional()] });
    trainGAN$({ ...preset, plugins: [conditional({ generator: "embedding" }), ...others] });
    // @ts-expect-error -- the data have no hint
    assert.throws(() => trainGAN$({ ...preset, plugins: [conditional({ field: "hint" })] }), /conditional needs hint/);
  });

  it("refuses, before the first round, what makes no sense", async () => {
    const fails = async (game: Game<"samples" | "hint"> | Game<"samples" | "labels">, plugin: unknown, message: RegExp, ...more: unknown[]) => {
      const thrown = await (async () => eventsOf(train$(game, ...([plugin, ...more, ...steps] as unknown as []))))().then(() => undefined, (error: unknown) => error);
      assert.ok(thrown instanceof ConfigurationError, String(thrown));
      assert.match(thrown.message, message);
    };
    const informed = informedGame([5], { rounds: 1, backend: "cpu" });
    const labelled = digitGame({ rounds: 1, backend: "cpu" });
    const ring = ringGame({ rounds: 1, backend: "cpu" });
    await fails(informed, conditional({ field: "hint", draw: "uniform" }), /draw: expected "data", since "hint" is not a label/);
    await fails(informed, conditional({ field: "hint", generator: "embedding" }), /"embedding" needs labels of a known number of classes, and "hint" is no label but numbers/);
    await fails(informed, conditional({ field: "hint", discriminator: "projection" }), /"projection" needs labels/);
    await fails(labelled, conditional({ discriminator: "projection" }), /read one label for each sample, and "labels" has 2; with packing/, packing({ size: 2 }));
    await fails(ring, conditional({ generator: "batchNorm" }), /there are none in it/);
    await fails(labelled, spectralNormalisation(), /plain or equalised, .* and found spectralNorm of dense; put plugins that wrap layers after this one/, conditional({ discriminator: "projection" }));
    await fails(labelled, conditional(), /the generator reads "labels" already/, conditional());
    const oneClass = { ...ring, sources: { ...ring.sources, data: mixture([[0, 1]], { batchSize: 8, deviation: 0.1 }) } };
    for (const way of ["concatenation", "embedding"] as const) {
      await fails(oneClass, conditional({ generator: way, discriminator: way }), new RegExp(`conditional: field: "${way}" needs labels of at least 2 classes, and "labels" has 1`));
    }
    await fails(oneClass, conditional({ draw: "uniform" }), /draw: expected labels of at least 2 classes to choose from, and "labels" has 1/);
    assert.throws(() => conditional({ generator: "hypernetwork" as never }), /generator: expected one of "concatenation"/);
    // @ts-expect-error -- the data have no hint
    assert.throws(() => train$(labelled, conditional({ field: "hint" }), ...steps), /conditional needs hint, which neither the data nor a plugin before it provides/);
  });
});

await describePlugin("conditional and packed, on points", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), conditional(), packing({ size: 2 }), ...steps),
});

await describePlugin("conditional by batch norm and projection, spectrally normalised", {
  rounds: 3,
  stops: [1],
  train: (run) => train$(digitGame(run), conditional({ generator: "batchNorm", discriminator: "projection" }), spectralNormalisation(), ...steps),
});

for (const [what, shape] of [["an attribute vector", [5]], ["an image", [8, 8, 2]]] as const) {
  await describePlugin(`conditional on ${what}`, {
    rounds: 2,
    stops: [1],
    ...(what === "an image" ? {} : { exclude: { webgpu: "an image is encoded to a vector by the same layers" } }),
    train: (run) => train$(informedGame(shape, run), conditional({ field: "hint" }), ...steps),
  });
}

await describePlugin("conditional on an image beside images", {
  rounds: 2,
  stops: [1],
  train: (run) => train$(informedGame([8, 8, 2], run, ofImages), conditional({ field: "hint" }), ...steps),
});
