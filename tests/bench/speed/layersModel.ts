import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { loadDawn } from "../../../src/platform/dawn.ts";
import { tf, type Tensor } from "../../../src/math/tensor.ts";
import { type Assignment, type Contender, timed } from "./contender.ts";
import { counted } from "./counted.ts";
import type { Workload } from "./workloads.ts";

/**
 * The game as tfjs' own documentation would have it: `tf.layers`, `tf.train.adam`, the stock backend. With `throttled` Dawn
 * polls as it does under the library; else as it comes.
 */
export async function layersModel({ workload, backend, batches }: Assignment, isThrottled: boolean): Promise<Contender> {
  const adapter = backend === "webgpu" ? await openStockWebgpu(isThrottled) : await openStockWasm();
  const real = new Float32Array(readFileSync(batches.path).buffer);
  const { batch, noise, shape, learningRate, beta1, beta2 } = workload;
  const { generator, discriminator } = models(workload);
  const optimizers = [discriminator, generator].map((model) => ({
    optimizer: tf.train.adam(learningRate, beta1, beta2, 1e-8),
    variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
  })) as [Player, Player];
  const training = { training: true };
  const generated = (): Tensor => generator.apply(tf.randomNormal([batch, noise]), training) as Tensor;
  const judged = (samples: Tensor): Tensor => discriminator.apply(samples, training) as Tensor;
  const says = (logits: Tensor, answer: 0 | 1): tf.Scalar => tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, answer), logits);
  const minimise = ({ optimizer, variables }: Player, loss: () => tf.Scalar): tf.Scalar => optimizer.minimize(loss, true, variables)!;

  const size = real.length / batches.count;
  let drawn = 0;
  let losses: tf.Scalar[] = [];
  const step = (): void => {
    tf.dispose(losses);
    const first = (drawn++ % batches.count) * size;
    const samples = tf.tensor(real.slice(first, first + size), [batch, ...shape]);
    const fakes = tf.tidy(generated);
    losses = [
      minimise(optimizers[0], () => tf.add(says(judged(samples), 1), says(judged(fakes), 0))),
      minimise(optimizers[1], () => says(judged(generated()), 1)),
    ];
    tf.dispose([samples, fakes]);
  };
  const read = async (): Promise<readonly number[]> => (await Promise.all(losses.map(async (loss) => loss.data()))).map(([loss]) => loss!);
  return {
    adapter,
    play: async (rounds) => timed(rounds, step, read),
    count: async (rounds) => counted(async () => {
      for (let round = 0; round < rounds; round++) step();
      await read();
    }, rounds),
  };
}

interface Player {
  readonly optimizer: tf.AdamOptimizer;
  readonly variables: tf.Variable[];
}

async function openStockWebgpu(isThrottled: boolean): Promise<string> {
  if (!("Deno" in globalThis)) {
    if (isThrottled) await loadDawn();
    else {
      const { create, globals } = await import("webgpu");
      Object.assign(globalThis, globals);
      Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
    }
  }
  // It registers itself only where it finds `navigator.gpu` when it is loaded.
  await import("@tensorflow/tfjs-backend-webgpu");
  await open("webgpu");
  const { description, device } = (await navigator.gpu.requestAdapter())!.info;
  return description || device;
}

async function openStockWasm(): Promise<string> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  await open("wasm");
  return "";
}

async function open(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) throw new Error(`tfjs does not open its backend ${backend} here`);
}

/** The networks of `mlp` and `dcgan`. */
function models({ nets, noise, shape }: Workload): Readonly<Record<"generator" | "discriminator", tf.Sequential>> {
  const { layers } = tf;
  const { widths } = nets;
  if (nets.kind === "mlp") {
    const dense = (units: number, inputShape?: number) =>
      layers.dense({ units, kernelInitializer: "heNormal", ...(inputShape === undefined ? {} : { inputShape: [inputShape] }) });
    const hidden = (input: number, activation: () => tf.layers.Layer) => widths.flatMap((units, i) => [dense(units, i === 0 ? input : undefined), activation()]);
    return {
      generator: tf.sequential({ layers: [...hidden(noise, () => layers.reLU()), dense(shape[0]!)] }),
      discriminator: tf.sequential({ layers: [...hidden(shape[0]!, () => layers.leakyReLU({ alpha: 0.2 })), dense(1)] }),
    };
  }
  const kernelInitializer = tf.initializers.randomNormal({ mean: 0, stddev: 0.02 });
  const convolution = { kernelSize: 4, strides: 2, padding: "same", kernelInitializer } as const;
  const normalise = () => layers.batchNormalization({ epsilon: 1e-5, momentum: 0.9, gammaInitializer: tf.initializers.randomNormal({ mean: 1, stddev: 0.02 }) });
  const [first, ...rest] = widths.toReversed() as [number, ...number[]];
  const base = shape[0]! / 2 ** widths.length;
  const leaky = () => layers.leakyReLU({ alpha: 0.2 });
  return {
    generator: tf.sequential({
      layers: [
        layers.dense({ inputShape: [noise], units: base * base * first, useBias: false, kernelInitializer }),
        layers.reshape({ targetShape: [base, base, first] }), normalise(), layers.reLU(),
        ...rest.flatMap((filters) => [layers.conv2dTranspose({ ...convolution, filters, useBias: false }), normalise(), layers.reLU()]),
        layers.conv2dTranspose({ ...convolution, filters: shape[2]!, activation: "tanh" }),
      ],
    }),
    discriminator: tf.sequential({
      layers: [
        ...widths.flatMap((filters, i) =>
          i === 0 ? [layers.conv2d({ ...convolution, filters, inputShape: [...shape] }), leaky()] : [layers.conv2d({ ...convolution, filters, useBias: false }), normalise(), leaky()]),
        layers.flatten(),
        layers.dense({ units: 1, kernelInitializer }),
      ],
    }),
  };
}
