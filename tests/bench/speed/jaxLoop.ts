import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { he } from "../../../src/networks/initializers/he.ts";
import { normal } from "../../../src/networks/initializers/normal.ts";
import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { findGpu } from "../../../src/platform/gpuProvider.ts";
import { type Assignment, type Contender, timed } from "./contender.ts";
import type { Workload } from "./workloads.ts";

/** What is used of jax-js 0.1.25. Every function consumes its arguments; `ref` keeps one for another use. */
interface Jax {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(device: string): string;
  jit<Arguments extends readonly unknown[], Result>(run: (...args: Arguments) => Result): (...args: Arguments) => Result;
  valueAndGrad<Arguments extends readonly unknown[]>(loss: (...args: Arguments) => JaxArray): (...args: Arguments) => [JaxArray, Arguments[0]];
  blockUntilReady(tree: unknown): Promise<unknown>;
  readonly numpy: Readonly<Record<"sqrt" | "square" | "tanh" | "negative", (x: JaxArray) => JaxArray>> & {
    array(values: Float32Array): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    matmul(x: JaxArray, y: JaxArray): JaxArray;
    mean(x: JaxArray, axes?: readonly number[], options?: { keepdims: boolean }): JaxArray;
    stack(arrays: readonly JaxArray[]): JaxArray;
  };
  readonly nn: Readonly<Record<"relu" | "softplus", (x: JaxArray) => JaxArray>> & { leakyRelu(x: JaxArray, slope: number): JaxArray };
  readonly random: { key(seed: JaxArray): JaxArray; normal(key: JaxArray, shape: readonly number[]): JaxArray };
  readonly lax: Readonly<Record<"conv" | "convTranspose", (x: JaxArray, kernel: JaxArray, strides: readonly number[], padding: string) => JaxArray>>;
}
interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  astype(dtype: string): JaxArray;
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface Network {
  readonly shapes: readonly (readonly number[])[];
  apply(parameters: readonly JaxArray[], x: JaxArray): JaxArray;
}

/**
 * The game in jax-js, one `jit` for the whole round. It lays images out by channel first, and keeps no running statistics of
 * batch norm, which training does not need.
 */
export async function jaxLoop({ workload, backend, batches, jax: folder }: Assignment): Promise<Contender> {
  let adapter = "";
  if (backend === "webgpu") {
    const { gpu, name } = await findGpu();
    const { description, device } = (await gpu.requestAdapter())!.info;
    adapter = `${description || device} (${name})`;
  }
  const jax = (await import(pathToFileURL(`${folder}/node_modules/@jax-js/jax/dist/index.js`).href)) as Jax;
  const devices = await jax.init(backend);
  if (!devices.includes(backend)) throw new Error(`jax-js finds no device ${backend} here, only ${devices.join(", ")}`);
  jax.defaultDevice(backend);
  const { numpy: np, nn, random } = jax;
  const { batch, noise, shape, learningRate, beta1, beta2, nets } = workload;
  const [generator, discriminator] = nets.kind === "mlp" ? mlps(jax, workload) : dcgans(jax, workload);
  const refs = (arrays: readonly JaxArray[]): JaxArray[] => arrays.map((array) => array.ref);
  const says = (logits: JaxArray, isReal: boolean): JaxArray => np.mean(nn.softplus(isReal ? np.negative(logits) : logits));

  const moved = (player: State, gradients: readonly JaxArray[], corrections: readonly [JaxArray, JaxArray]): State => {
    const m = player.m.map((before, i) => before.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
    const v = player.v.map((before, i) => before.mul(beta2).add(np.square(gradients[i]!).mul(1 - beta2)));
    const parameters = player.parameters.map((before, i) =>
      before.sub(m[i]!.ref.mul(corrections[0].ref).div(np.sqrt(v[i]!.ref.mul(corrections[1].ref)).add(1e-8)).mul(learningRate)));
    return { parameters, m, v };
  };
  const round = jax.jit((g: State, d: State, c1: JaxArray, c2: JaxArray, real: JaxArray, seeds: readonly JaxArray[]) => {
    const draw = (seed: JaxArray): JaxArray => random.normal(random.key(seed), [batch, noise]);
    const fake = generator.apply(refs(g.parameters), draw(seeds[0]!));
    const [discriminatorLoss, forD] = jax.valueAndGrad((of: JaxArray[], samples: JaxArray, fakes: JaxArray) =>
      says(discriminator.apply(refs(of), samples), true).add(says(discriminator.apply(of, fakes), false)))(refs(d.parameters), real, fake);
    const movedD = moved(d, forD, [c1, c2]);
    const [generatorLoss, forG] = jax.valueAndGrad((of: JaxArray[], against: JaxArray[], z: JaxArray) =>
      says(discriminator.apply(against, generator.apply(of, z)), true))(refs(g.parameters), refs(movedD.parameters), draw(seeds[1]!));
    const movedG = moved(g, forG, [c1, c2]);
    c1.dispose();
    c2.dispose();
    return { g: movedG, d: movedD, losses: np.stack([discriminatorLoss, generatorLoss]) };
  });

  const real = new Float32Array(readFileSync(batches.path).buffer);
  const size = real.length / batches.count;
  const scalar = (value: number): JaxArray => np.array(Float32Array.of(value)).reshape([]);
  const seed = (value: number): JaxArray => scalar(value).astype("uint32");
  let [g, d] = [generator, discriminator].map(({ shapes }) => initial(jax, nets.kind, shapes)) as [State, State];
  let losses: JaxArray | undefined;
  let rounds = 0;
  const step = (): void => {
    losses?.dispose();
    const first = (rounds++ % batches.count) * size;
    const samples = np.array(real.slice(first, first + size)).reshape(channelsFirst(batch, shape));
    ({ g, d, losses } = round(g, d, scalar(1 / (1 - beta1 ** rounds)), scalar(1 / (1 - beta2 ** rounds)), samples, [seed(2 * rounds), seed(2 * rounds + 1)]));
  };
  return {
    adapter,
    play: async (count) => timed(count, step, async () => {
      await jax.blockUntilReady([g, d]);
      return [...(await losses!.ref.data())];
    }),
    count: async () => undefined,
  };
}

type State = { parameters: JaxArray[]; m: JaxArray[]; v: JaxArray[] };

function initial({ numpy: np }: Jax, kind: Workload["nets"]["kind"], shapes: Network["shapes"]): State {
  const filled = (shape: readonly number[], i: number): JaxArray => {
    const key = fold(rootKey(1), "initial", i);
    const values = shape.length === 1
      ? new Float32Array(shape[0]!)
      : shape.length === 3 ? normal({ mean: 1 }).values(key, shape) : (kind === "mlp" ? he() : normal()).values(key, shape);
    // A scale is told from a bias by its shape [channels, 1, 1].
    return np.array(values).reshape(shape);
  };
  const zeros = (): JaxArray[] => shapes.map((shape) => np.zeros(shape));
  return { parameters: shapes.map(filled), m: zeros(), v: zeros() };
}

function channelsFirst(batch: number, shape: readonly number[]): readonly number[] {
  return shape.length === 1 ? [batch, ...shape] : [batch, shape[2]!, shape[0]!, shape[1]!];
}

function mlps({ numpy: np, nn }: Jax, { nets: { widths }, noise, shape }: Workload): [Network, Network] {
  const network = (sizes: readonly number[], activation: (x: JaxArray) => JaxArray): Network => ({
    shapes: sizes.slice(1).flatMap((units, i) => [[sizes[i]!, units], [units]]),
    apply: (parameters, x) => {
      let h = x;
      for (let i = 0; i < parameters.length; i += 2) {
        h = np.matmul(h, parameters[i]!).add(parameters[i + 1]!);
        if (i < parameters.length - 2) h = activation(h);
      }
      return h;
    },
  });
  return [network([noise, ...widths, shape[0]!], (x) => nn.relu(x)), network([shape[0]!, ...widths, 1], (x) => nn.leakyRelu(x, 0.2))];
}

function dcgans({ numpy: np, nn, lax }: Jax, { nets: { widths }, noise, shape, batch }: Workload): [Network, Network] {
  const [side, , channels] = shape as [number, number, number];
  const base = side / 2 ** widths.length;
  const coarse = widths.toReversed();
  const normalise = (x: JaxArray, scale: JaxArray, offset: JaxArray): JaxArray => {
    const centred = x.ref.sub(np.mean(x, [0, 2, 3], { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
    return centred.div(np.sqrt(variance.add(1e-5))).mul(scale).add(offset.reshape([-1, 1, 1]));
  };
  const kernel = (out: number, into: number): readonly number[] => [out, into, 4, 4];
  const generator: Network = {
    shapes: [
      [noise, base * base * coarse[0]!], [coarse[0]!, 1, 1], [coarse[0]!],
      ...coarse.slice(1).flatMap((filters, i) => [kernel(filters, coarse[i]!), [filters, 1, 1], [filters]]),
      kernel(channels, coarse.at(-1)!), [channels],
    ],
    apply: (parameters, z) => {
      let h = np.matmul(z, parameters[0]!).reshape([batch, coarse[0]!, base, base]);
      for (let i = 0; i < coarse.length; i++) {
        if (i > 0) h = lax.convTranspose(h, parameters[3 * i]!, [2, 2], "SAME");
        h = nn.relu(normalise(h, parameters[3 * i + 1]!, parameters[3 * i + 2]!));
      }
      const [last, bias] = parameters.slice(-2) as [JaxArray, JaxArray];
      return np.tanh(lax.convTranspose(h, last, [2, 2], "SAME").add(bias.reshape([-1, 1, 1])));
    },
  };
  const discriminator: Network = {
    shapes: [
      kernel(widths[0]!, channels), [widths[0]!],
      ...widths.slice(1).flatMap((filters, i) => [kernel(filters, widths[i]!), [filters, 1, 1], [filters]]),
      [base * base * widths.at(-1)!, 1], [1],
    ],
    apply: (parameters, x) => {
      let h = nn.leakyRelu(lax.conv(x, parameters[0]!, [2, 2], "SAME").add(parameters[1]!.reshape([-1, 1, 1])), 0.2);
      for (let i = 1; i < widths.length; i++) {
        const [filter, scale, offset] = parameters.slice(3 * i - 1, 3 * i + 2) as [JaxArray, JaxArray, JaxArray];
        h = nn.leakyRelu(normalise(lax.conv(h, filter, [2, 2], "SAME"), scale, offset), 0.2);
      }
      const [weights, bias] = parameters.slice(-2) as [JaxArray, JaxArray];
      return np.matmul(h.reshape([batch, -1]), weights).add(bias);
    },
  };
  return [generator, discriminator];
}
