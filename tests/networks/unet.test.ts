import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { type Tensor, type Tensors, tf } from "../../src/math/tensor.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { skip } from "../../src/networks/layers/skip.ts";
import { conv2d } from "../../src/networks/layers/conv2d.ts";
import type { FieldPlans, Network } from "../../src/networks/network.ts";
import { networkFromSpec } from "../../src/networks/networkFromSpec.ts";
import { unet, type UnetOptions } from "../../src/networks/unet.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { diffusionReferences } from "../references/diffusionReferences.ts";
import { itIsPytorchs } from "./layers/itIsPytorchs.ts";

const images: FieldPlans = { samples: { shape: [8, 8, 3], dtype: "float32", range: [-1, 1] }, alpha: { shape: [1], dtype: "float32" } };
const labelled: FieldPlans = { ...images, labels: { shape: [], dtype: "int32", classes: 4 } };
const build = (options: UnetOptions, fields = images): Network => buildNetwork("denoiser", unet(options).plan(fields), fields);
const key = rootKey(3);

/** Parameters in general position: as initialised, the last convolutions are 0. */
function scattered(network: Network): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(network.parameters).map(([name, { shape }]) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      return [name, tf.mul(tf.tensor(normals(fold(key, name), size), [...shape]), 0.2)];
    }),
  );
}
const noisy = (count: number, fields = images): Tensors => ({
  samples: tf.tensor(normals(fold(key, "samples"), count * 192), [count, 8, 8, 3]),
  alpha: tf.tensor(Float32Array.from({ length: count }, (_, i) => (i + 0.5) / count), [count, 1]),
  ...("labels" in fields ? { labels: tf.tensor(Int32Array.from({ length: count }, (_, i) => (i % 5) - 1), [count], "int32") } : {}),
});
const predict = (network: Network, parameters: Tensors, record: Tensors): Tensor =>
  network.apply(parameters, {}, record, { isTraining: false, key, settings: {} }).heads["noise"]!;

await describeOnEachBackend("the layers of a U-Net", (backend) => {
  // WGSL lets atan2 be off by 4096 units in the last place, and the highest frequency takes it 32 π times.
  const isCoarse = (name: string): boolean => backend === "webgpu" && name === "adaptiveGroupNorm";
  for (const reference of diffusionReferences.layers) itIsPytorchs(reference, isCoarse(reference.spec.name) ? 1e-3 : 1e-5);
});

await describeOnEachBackend("unet", (backend) => {
  // Each further shape of network costs the WebGPU software adapter seconds of compiling.
  const others = backend === "webgpu" ? [] : ([[{ widths: [8, 8, 8], blocks: 2, attention: [4] }, labelled], [{ widths: [8, 16], patch: 2 }, images]] as const);
  it("answers noise of the samples' shape, and each sample for itself", async () => {
    for (const [options, fields] of [[{ widths: [8, 8] }, labelled] as const, ...others]) {
      const network = build(options, fields);
      assert.deepEqual(network.heads["noise"], [8, 8, 3]);
      const [all, some] = tf.tidy(() => {
        const [parameters, record] = [scattered(network), noisy(5, fields)];
        const rows = Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, tf.slice(tensor, 2, 2)]));
        return [tf.slice(predict(network, parameters, record), 2, 2), predict(network, parameters, rows)] as const;
      });
      close(await some.data(), await all.data(), 1e-4);
      tf.dispose([all, some]);
    }
  });
});

describe("unet", () => {
  it("predicts √(1 − α) x_t at first: that all is noise where almost all is", async () => {
    const network = build({ widths: [8, 16] });
    const [first, expected] = tf.tidy(() => {
      const initial = Object.fromEntries(
        Object.entries(network.parameters).map(([name, { shape, initializer }]) => [name, tf.tensor(initializer.values(fold(key, name), shape), [...shape])]),
      );
      const record = noisy(2);
      const scale = tf.reshape(tf.sqrt(tf.sub(1, record["alpha"]!)), [2, 1, 1, 1]);
      return [predict(network, initial, record), tf.mul(record["samples"]!, scale)] as const;
    });
    close(await first.data(), await expected.data(), 1e-6);
    tf.dispose([first, expected]);
  });

  it("heeds the signal rate and, where there are some, the labels; a label below 0 is none", async () => {
    const network = build({ widths: [8, 16] }, labelled);
    const differ = async (one: (record: Tensors) => Tensors, other: (record: Tensors) => Tensors): Promise<number> => {
      const distance = tf.tidy(() => {
        const [parameters, record] = [scattered(network), noisy(5, labelled)];
        return tf.max(tf.abs(tf.sub(predict(network, parameters, one(record)), predict(network, parameters, other(record)))));
      });
      const [value] = await distance.data();
      distance.dispose();
      return value!;
    };
    const as = (labels: number) => (record: Tensors) => ({ ...record, labels: tf.fill([5], labels, "int32") });
    assert.ok((await differ((record) => record, (record) => ({ ...record, alpha: tf.mul(record["alpha"]!, 0.9) }))) > 1e-3);
    assert.ok((await differ(as(1), as(2))) > 1e-3);
    assert.ok((await differ(as(1), as(-1))) > 1e-3);
    assert.equal(await differ(as(-1), as(-2)), 0);
  });

  it("is rebuilt from its spec: the same variables and shapes", () => {
    for (const options of [{ widths: [8, 16], attention: [4], dropRate: 0.1 }, { widths: [8], patch: 4 }]) {
      const network = build(options, labelled);
      const rebuilt = networkFromSpec(JSON.parse(JSON.stringify(network.spec)), labelled);
      const shapes = ({ parameters }: Network) => Object.entries(parameters).map(([name, { shape }]) => `${name} ${shape}`);
      assert.deepEqual(shapes(rebuilt), shapes(network));
      assert.deepEqual(rebuilt.spec, network.spec);
      assert.ok(Object.keys(network.parameters).some((name) => name.startsWith("residual1/conv2d1/")));
    }
  });

  it("refuses what does not fit, naming the option", () => {
    assert.throws(() => unet({ widths: [12] }), /unet: widths\[0\]: expected a multiple of the 8 groups, got 12/);
    assert.throws(() => build({ widths: [8, 8, 8, 8, 8] }), /unet: samples: expected images whose sides are multiples of 16, .*, got shape \[8, 8, 3\]/);
    assert.throws(() => unet({ widhts: [8] } as never), ConfigurationError);
    assert.throws(() => skip({ layers: [conv2d({ filters: 2 })] }).build([4, 4, 1]), /skip: layers: expected layers from \[4, 4, 1\] to \[4, 4, n\], got layers to \[2, 2, 2\]/);
  });
});
