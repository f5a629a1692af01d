import { adam, array, dcgan, digits, gaussian, gan, mixture, mlp, nonSaturating, type BackendChoice, type Game, type NetworkPair, type Source } from "../../../src/index.ts";

/** Networks in words that every contender understands: those of `mlp` and `dcgan`, the finest width first. */
export type Nets =
  | { readonly kind: "mlp"; readonly widths: readonly number[] }
  | { readonly kind: "dcgan"; readonly widths: readonly number[] };

/** A game that is played by every contender: Adam, the non-saturating losses, one discriminator and one generator update a round. */
export interface Workload {
  readonly title: string;
  readonly batch: number;
  readonly noise: number;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly nets: Nets;
  readonly learningRate: number;
  readonly beta1: number;
  /** Measured rounds in a lap. */
  readonly rounds: number;
}

export const workloads = {
  mlp: {
    title: "2-D MLP, batch 256, 3 x 128",
    batch: 256, noise: 8, shape: [2], nets: { kind: "mlp", widths: [128, 128, 128] }, learningRate: 1e-3, beta1: 0.5, rounds: 20,
  },
  dcgan28: {
    title: "DCGAN, MNIST 28 px, batch 64, widths 32-64",
    batch: 64, noise: 64, shape: [28, 28, 1], nets: { kind: "dcgan", widths: [32, 64] }, learningRate: 2e-4, beta1: 0.5, rounds: 5,
  },
  // Narrow and of a small batch, for stock tfjs on a software adapter: about 0.9 GFLOP a round.
  dcgan64: {
    title: "DCGAN, 64 px RGB, batch 16, widths 16-32-64-128",
    batch: 16, noise: 64, shape: [64, 64, 3], nets: { kind: "dcgan", widths: [16, 32, 64, 128] }, learningRate: 2e-4, beta1: 0.5, rounds: 5,
  },
} as const satisfies Readonly<Record<string, Workload>>;
export type WorkloadName = keyof typeof workloads;

/** Its data: points of the ring, digits, or coloured discs. */
export function samplesOf({ batch, shape }: Workload): Source<"samples" | "labels"> {
  if (shape.length === 1) return mixture("ring", { batchSize: batch });
  return shape[2] === 1 ? digits({ batchSize: batch }) : discs({ count: 256, side: shape[0]!, batchSize: batch });
}

/** The game as the library plays it. */
export function gameOf(workload: Workload, backend: BackendChoice, rounds: number, readEvery: number): Game<"samples" | "labels"> {
  return gan({ ...optionsOf(workload, backend), rounds, readEvery });
}

export function optionsOf(workload: Workload, backend: BackendChoice) {
  const { noise, learningRate, beta1, nets } = workload;
  return { data: samplesOf(workload), noise: gaussian(noise), networks: networksOf(nets), objective: nonSaturating(), optimizers: adam({ learningRate, beta1 }), backend };
}

function networksOf({ kind, widths }: Nets): NetworkPair {
  return kind === "mlp" ? mlp({ generator: { widths }, discriminator: { widths } }) : dcgan({ generator: { widths }, discriminator: { widths } });
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
