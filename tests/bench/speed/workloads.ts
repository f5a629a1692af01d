import {
  adam, array, dcgan, digits, gan, gaussian, gradientPenalty, layerNorm, leakyRelu, mixture, mlp, nonSaturating, sequence, wasserstein,
  type BackendChoice, type Game, type NetworkPair, type Source,
} from "../../../src/index.ts";

/** Networks in words that every contender understands: those of `mlp` and `dcgan`, the finest width first. */
export type Nets =
  | { readonly kind: "mlp"; readonly widths: readonly number[] }
  | { readonly kind: "dcgan"; readonly widths: readonly number[] };

/** A game: Adam, the non-saturating losses, one discriminator and one generator update a round. */
export interface Workload {
  readonly title: string;
  readonly batch: number;
  readonly noise: number;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly nets: Nets;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /**
   * So many critic updates a round instead, with Wasserstein losses, a gradient penalty of weight 10, and layer norm in
   * every hidden layer of the critic in place of batch norm. Only `trainGAN$` and PyTorch play it.
   */
  readonly criticTurns?: number;
  /** Measured rounds in a lap. */
  readonly rounds: number;
}

export const workloads = {
  mlp: {
    title: "2-D MLP, batch 256, 3 x 128",
    batch: 256, noise: 8, shape: [2], nets: { kind: "mlp", widths: [128, 128, 128] }, learningRate: 1e-3, beta1: 0.5, beta2: 0.999, rounds: 20,
  },
  dcgan28: {
    title: "DCGAN, MNIST 28 px, batch 64, widths 32-64",
    batch: 64, noise: 64, shape: [28, 28, 1], nets: { kind: "dcgan", widths: [32, 64] }, learningRate: 2e-4, beta1: 0.5, beta2: 0.999, rounds: 5,
  },
  // Narrow and of a small batch, for stock tfjs on a software adapter: about 0.9 GFLOP a round.
  dcgan64: {
    title: "DCGAN, 64 px RGB, batch 16, widths 16-32-64-128",
    batch: 16, noise: 64, shape: [64, 64, 3], nets: { kind: "dcgan", widths: [16, 32, 64, 128] }, learningRate: 2e-4, beta1: 0.5, beta2: 0.999, rounds: 5,
  },
  wganGp: {
    title: "WGAN-GP, MNIST 28 px, batch 32, widths 24-48, 5 critic turns",
    batch: 32, noise: 16, shape: [28, 28, 1], nets: { kind: "dcgan", widths: [24, 48] }, learningRate: 1e-4, beta1: 0, beta2: 0.9, rounds: 3, criticTurns: 5,
  },
} as const satisfies Readonly<Record<string, Workload>>;
export type WorkloadName = keyof typeof workloads;

/** Its data: points of the ring, digits, or coloured discs. */
export function samplesOf({ batch, shape }: Workload): Source<"samples" | "labels"> {
  if (shape.length === 1) return mixture("ring", { batchSize: batch });
  return shape[2] === 1 ? digits({ batchSize: batch }) : discs({ count: 256, side: shape[0]!, batchSize: batch });
}

/** The game as the library plays it by `train$`; without a penalty. */
export function gameOf(workload: Workload, backend: BackendChoice, rounds: number, readEvery: number): Game<"samples" | "labels"> {
  const { plugins: _, discriminatorTurns: __, ...options } = optionsOf(workload, backend);
  return gan({ ...options, rounds, readEvery });
}

/** The options of `trainGAN$`. */
export function optionsOf(workload: Workload, backend: BackendChoice) {
  const { noise, learningRate, beta1, beta2, criticTurns } = workload;
  return {
    data: samplesOf(workload),
    noise: gaussian(noise),
    networks: networksOf(workload),
    objective: criticTurns === undefined ? nonSaturating() : wasserstein(),
    optimizers: adam({ learningRate, beta1, beta2 }),
    plugins: criticTurns === undefined ? [] : [gradientPenalty()],
    discriminatorTurns: criticTurns ?? 1,
    backend,
  };
}

function networksOf({ nets: { kind, widths }, criticTurns }: Workload): NetworkPair {
  if (kind === "mlp") return mlp({ generator: { widths }, discriminator: { widths } });
  const critic = { batchNorm: false, activation: sequence({ layers: [layerNorm(), leakyRelu()] }) };
  return dcgan({ generator: { widths }, discriminator: { widths, ...(criticTurns === undefined ? {} : critic) } });
}

/** Pictures of one disc each on black, of many places and colours and five sizes. */
function discs({ count, side, batchSize }: { count: number; side: number; batchSize: number }): Source<"samples" | "labels"> {
  const samples = new Float32Array(count * side * side * 3).fill(-1);
  const sizes = Array.from({ length: count }, (_, picture) => picture % 5);
  for (const [picture, size] of sizes.entries()) {
    const [x, y] = [7, 11].map((step) => side * (0.25 + (0.5 * ((picture * step) % 64)) / 64)) as [number, number];
    for (let pixel = 0; pixel < side * side; pixel++) {
      if (Math.hypot((pixel % side) - x, Math.floor(pixel / side) - y) > side * (0.1 + 0.04 * size)) continue;
      for (let channel = 0; channel < 3; channel++) samples[(picture * side * side + pixel) * 3 + channel] = Math.cos(picture + 2 * channel);
    }
  }
  return array({ samples, labels: sizes, shape: [side, side, 3], range: [-1, 1], batchSize });
}
