import { fold, rootKey } from "../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../src/math/tensor.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { leakyRelu, relu } from "../../src/networks/layers/activations.ts";
import type { FieldPlans, Network, NetworkPlan } from "../../src/networks/network.ts";
import { networkFromSpec } from "../../src/networks/networkFromSpec.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, describe, it } from "../kit/kit.ts";

const fieldsOf = (side: number, channels: number): FieldPlans => ({
  samples: { shape: [side, side, channels], dtype: "float32", range: [-1, 1] },
  noise: { shape: [6], dtype: "float32" },
});
const sides = [2, 4, 8, 16, 28, 32, 64, 128];

/** Kinds of layer in order, trunk and then the one head. */
const kinds = ({ trunk, heads }: NetworkPlan): readonly string[] =>
  [...trunk, ...Object.values(heads).flat()].map(({ spec }) => spec.name);
const optionsOf = (plan: NetworkPlan, kind: string): readonly Readonly<Record<string, unknown>>[] =>
  [...plan.trunk, ...Object.values(plan.heads).flat()].filter(({ spec }) => spec.name === kind).map(({ spec }) => spec.options!);

describe("dcgan", () => {
  it("takes the channels of every map, more in a discriminator that halves more often", () => {
    const fields = fieldsOf(28, 1);
    const { generator, discriminator } = dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } });
    const g = buildNetwork("generator", generator.plan(fields), fields);
    const d = buildNetwork("discriminator", discriminator.plan(fields), fields);
    assert.deepEqual(g.parameters["dense1/kernel"]?.shape, [6, 7 * 7 * 48]);
    assert.deepEqual(g.heads, { samples: [28, 28, 1] });
    assert.deepEqual(optionsOf(discriminator.plan(fields), "conv2d").map(({ filters }) => filters), [12, 24, 48, 96]);
    assert.deepEqual(d.parameters["logits/dense1/kernel"]?.shape, [2 * 2 * 96, 1]);
    assert.throws(() => dcgan({ generator: { widths: [8] } }).generator.plan(fields), /generator\.widths: expected 2 widths, one for each doubling from 7 pixels, got \[8\]/);
  });

  for (const side of sides) {
    it(`maps noise to ${side} x ${side} images and images to one logit, for 1, 3 and 4 channels`, () => {
      for (const channels of [1, 3, 4]) {
        const fields = fieldsOf(side, channels);
        const { generator, discriminator } = dcgan();
        assert.deepEqual(buildNetwork("generator", generator.plan(fields), fields).heads, { samples: [side, side, channels] });
        assert.deepEqual(buildNetwork("discriminator", discriminator.plan(fields), fields).heads, { logits: [1] });
      }
    });

    it(`keeps the paper's rules at ${side} pixels`, () => {
      const { generator, discriminator } = dcgan();
      const [g, d] = [generator.plan(fieldsOf(side, 1)), discriminator.plan(fieldsOf(side, 1))];

      // Strided and transposed convolutions and nothing else change the side.
      for (const { stride } of [...optionsOf(g, "conv2dTranspose"), ...optionsOf(d, "conv2d")]) assert.equal(stride, 2);
      assert.ok(![...kinds(g), ...kinds(d)].some((kind) => /pool|resize|upsampl/i.test(kind)));

      // No hidden dense layer: the generator's is its projection of the noise, the discriminator's its last.
      assert.deepEqual(kinds(g).flatMap((kind, i) => (kind === "dense" ? [i] : [])), [0]);
      assert.deepEqual(kinds(d).flatMap((kind, i) => (kind === "dense" ? [i] : [])), [kinds(d).length - 1]);

      // Batch norm after every convolution but the generator's last and the discriminator's first.
      const before = (plan: NetworkPlan): readonly string[] =>
        kinds(plan).filter((_, i) => kinds(plan)[i + 1] === "batchNorm");
      const convolutions = Math.log2(side / { 2: 1, 4: 2, 28: 7 }[side]! || side / 4);
      assert.deepEqual(before(g), ["reshape", ...Array(convolutions - 1).fill("conv2dTranspose")]);
      assert.equal(kinds(g).filter((kind) => kind === "conv2dTranspose").length, convolutions);
      assert.deepEqual(before(d), Array(convolutions - 1).fill("conv2d"));
      assert.equal(kinds(d).filter((kind) => kind === "conv2d").length, convolutions);
      assert.deepEqual(kinds(d).slice(0, 2), ["conv2d", "leakyRelu"]);

      // ReLU in the generator with tanh at its end, leaky ReLU of slope 0.2 in the discriminator.
      assert.equal(kinds(g).at(-1), "tanh");
      assert.equal(kinds(g).filter((kind) => kind === "relu").length, convolutions);
      assert.equal(kinds(d).filter((kind) => kind === "leakyRelu").length, convolutions);
      for (const { slope } of optionsOf(d, "leakyRelu")) assert.equal(slope, 0.2);

      // Kernels from N(0, 0.02²), scales of batch norm from N(1, 0.02²).
      for (const kind of ["dense", "conv2d", "conv2dTranspose"]) {
        for (const { kernelInitializer } of [...optionsOf(g, kind), ...optionsOf(d, kind)]) {
          assert.deepEqual(kernelInitializer, { name: "normal", options: { mean: 0, deviation: 0.02 } });
        }
      }
      for (const { gammaInitializer } of [...optionsOf(g, "batchNorm"), ...optionsOf(d, "batchNorm")]) {
        assert.deepEqual(gammaInitializer, { name: "normal", options: { mean: 1, deviation: 0.02 } });
      }
    });
  }

  it("doubles the width with every halving of the side, up to a maximum", () => {
    const { generator, discriminator } = dcgan({ generator: { width: 16, maximumWidth: 64 }, discriminator: { width: 8 } });
    const fields = fieldsOf(64, 3);
    assert.deepEqual(optionsOf(discriminator.plan(fields), "conv2d").map(({ filters }) => filters), [8, 16, 32, 64]);
    const plan = generator.plan(fields);
    assert.deepEqual(optionsOf(plan, "reshape")[0]!["shape"], [4, 4, 64]);
    assert.deepEqual(optionsOf(plan, "conv2dTranspose").map(({ filters }) => filters), [64, 32, 16, 3]);
  });

  it("takes other activations, kernels and upsampling, and no batch norm", () => {
    const { generator, discriminator } = dcgan({
      generator: { activation: leakyRelu({ slope: 0.1 }), upsampling: "resize", kernel: 5 },
      discriminator: { activation: relu(), batchNorm: false, kernel: 6 },
    });
    const [g, d] = [generator.plan(fieldsOf(28, 1)), discriminator.plan(fieldsOf(28, 1))];
    assert.deepEqual(
      kinds(g),
      ["dense", "reshape", "batchNorm", "leakyRelu", "resizeConv", "batchNorm", "leakyRelu", "resizeConv", "tanh"],
    );
    assert.deepEqual(kinds(d), ["conv2d", "relu", "conv2d", "relu", "flatten", "dense"]);
    assert.deepEqual(optionsOf(g, "resizeConv").map(({ kernel }) => kernel), [5, 5]);
    assert.deepEqual(optionsOf(d, "conv2d").map(({ kernel, bias }) => [kernel, bias]), [[6, true], [6, true]]);
  });

  it("ends in tanh for images in [-1, 1], sigmoid in [0, 1], nothing for others", () => {
    const ending = (range?: readonly [number, number]): string | undefined =>
      kinds(dcgan().generator.plan({ ...fieldsOf(8, 1), samples: { shape: [8, 8, 1], dtype: "float32", ...(range && { range }) } })).at(-1);
    assert.deepEqual([ending([-1, 1]), ending([0, 1]), ending([0, 255]), ending()], ["tanh", "sigmoid", "conv2dTranspose", "conv2dTranspose"]);
  });

  it("says which sides it knows, and which options are wrong", () => {
    const plan = (shape: readonly number[]) => dcgan().generator.plan({ ...fieldsOf(8, 1), samples: { shape, dtype: "float32" } });
    assert.throws(() => plan([30, 30, 1]), /a side of 2, 4, 8, 16, 28, 32, 64, 128 pixels, got shape \[30, 30, 1\]/);
    assert.throws(() => plan([28, 32, 1]), /square images/);
    assert.throws(() => plan([2]), /use mlp\(\)/);
    assert.throws(() => dcgan().generator.plan({}), /samples: expected the data or noise to provide this field, got no fields/);
    assert.throws(() => dcgan({ generator: { width: 0 } }), /dcgan: generator.width: expected an integer > 0, got 0/);
    assert.throws(() => dcgan({ discriminator: { upsampling: "resize" } as object }), /discriminator.upsampling: unknown option/);
  });

  it("has specs that tell configurations apart", () => {
    const specs = [dcgan(), dcgan({ generator: { width: 8 } }), dcgan({ generator: { activation: leakyRelu() } })].map(({ generator }) =>
      JSON.stringify(generator.spec),
    );
    assert.equal(new Set(specs).size, 3);
    assert.equal(JSON.stringify(dcgan({}).generator.spec), specs[0]);
  });
});

function initial(network: Network, kind: "parameters" | "buffers"): Tensors {
  return Object.fromEntries(
    Object.entries(network[kind]).map(([name, { shape, initializer }]): [string, Tensor] => [
      name,
      tf.tensor(initializer.values(fold(rootKey(2), network.name, name), shape), [...shape]),
    ]),
  );
}

await describeOnEachBackend("dcgan", () => {
  it("draws images within the range and reaches every parameter of both networks with a gradient", async () => {
    for (const upsampling of ["transposed", "resize"] as const) {
      const fields = fieldsOf(8, 2);
      const pair = dcgan({ generator: { width: 4, upsampling }, discriminator: { width: 4 } });
      const generator = buildNetwork("generator", pair.generator.plan(fields), fields);
      const discriminator = networkFromSpec(buildNetwork("discriminator", pair.discriminator.plan(fields), fields).spec, fields);
      const packed = tf.tidy(() => {
        const parameters = [generator, discriminator].map((network) => initial(network, "parameters"));
        const buffers = [generator, discriminator].map((network) => initial(network, "buffers"));
        const names = parameters.map((tensors) => Object.keys(tensors));
        const noise = tf.tensor2d(Array.from({ length: 18 }, (_, i) => Math.sin(i)), [3, 6]);
        const mode = { isTraining: true, key: rootKey(3), settings: {} };
        const loss = (...at: Tensor[]): Tensor => {
          const of = (which: number, offset: number): Tensors => Object.fromEntries(names[which]!.map((name, i) => [name, at[offset + i]!]));
          const { samples } = generator.apply(of(0, 0), buffers[0]!, { noise }, mode).heads;
          const { logits } = discriminator.apply(of(1, names[0]!.length), buffers[1]!, { samples: samples! }, mode).heads;
          return tf.sum(tf.square(logits!));
        };
        const leaves = names.flatMap((list, which) => list.map((name) => parameters[which]![name]!));
        const gradients = tf.grads(loss)(leaves);
        const { samples } = generator.apply(parameters[0]!, buffers[0]!, { noise }, mode).heads;
        assert.deepEqual(samples!.shape, [3, 8, 8, 2]);
        return tf.stack([tf.max(tf.abs(samples!)), ...gradients.map((gradient) => tf.max(tf.abs(gradient)))]);
      });
      const [largest, ...gradients] = await packed.data();
      packed.dispose();
      assert.ok(largest! > 0 && largest! < 1, `largest value ${largest}`);
      assert.ok(gradients.every((gradient) => Number.isFinite(gradient) && gradient > 0), `gradients ${gradients}`);
    }
  });
});
