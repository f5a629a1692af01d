import {
  adam, cosineSchedule, gradientPenalty, hinge, leastSquares, nonSaturating, packing, r1, relativistic, rmsprop, unrolled, wasserstein, weightClipping,
  type AnyPlugin, type GanPair, type NetworkPair, type Objective, type Optimizer,
} from "../../../src/index.ts";
import { minibatchTail, pacganNetworks, smallNetworks } from "./mixtureNetworks.ts";

/** What a method of the 2-D benchmark changes in the common set-up. */
export interface MixtureMethod {
  readonly objective: Objective;
  readonly optimizers?: Optimizer | GanPair<Optimizer>;
  readonly networks?: NetworkPair;
  readonly stabilisers?: readonly AnyPlugin[];
  readonly discriminatorTurns?: number;
  /** Of the set-up's that are drawn at once; 1 unless told. */
  readonly batches?: number;
  /** Weights that are judged; the raw ones unless told. */
  readonly weights?: "raw" | "averaged";
  /** Of a round; what most methods take unless told. */
  readonly msPerRound?: number;
}

/** Rounds of the common set-up. */
export const mixtureRounds = 10_000;

export const mixtureMethods: Readonly<Record<string, MixtureMethod>> = {
  "non-saturating": { objective: nonSaturating() },
  "hinge": { objective: hinge() },
  "least squares": { objective: leastSquares() },
  "Wasserstein clip": {
    objective: wasserstein(),
    stabilisers: [weightClipping({ limit: 0.01 })],
    optimizers: rmsprop({ learningRate: 5e-5 }),
    discriminatorTurns: 5,
    msPerRound: 20,
  },
  "WGAN-GP": {
    objective: wasserstein(),
    stabilisers: [gradientPenalty({ weight: 0.1 })],
    optimizers: adam({ learningRate: 2e-4, beta1: 0.5, beta2: 0.9 }),
    discriminatorTurns: 5,
    msPerRound: 25,
  },
  "R1": { objective: nonSaturating(), stabilisers: [r1({ gamma: 1 })] },
  "minibatch discrimination": { objective: nonSaturating(), networks: smallNetworks({ noise: 16, tail: minibatchTail }), msPerRound: 35 },
  "unrolled-5": { objective: nonSaturating(), stabilisers: [unrolled({ steps: 5 })], msPerRound: 55 },
  "PacGAN-2": { objective: nonSaturating(), stabilisers: [packing({ size: 2 })], networks: smallNetworks({ noise: 16, packed: 2 }) },
  "PacGAN-4": { objective: nonSaturating(), stabilisers: [packing({ size: 4 })], networks: smallNetworks({ noise: 16, packed: 4 }) },
  "recommended": {
    objective: relativistic(),
    stabilisers: [r1({ gamma: 0.1 })],
    optimizers: adam({ learningRate: cosineSchedule({ from: 3e-3, to: 6e-5, rounds: mixtureRounds }), beta1: 0.5 }),
    weights: "averaged",
  },
};

/** A batch is as many packs as there were samples, as in the authors' code. */
const pacgan = (size?: number): MixtureMethod => ({
  objective: nonSaturating(),
  networks: pacganNetworks(),
  ...(size === undefined ? {} : { batches: size }),
  msPerRound: 45,
  ...(size === undefined ? {} : { stabilisers: [packing({ size })] }),
});

/** What PacGAN's table compares. */
export const pacganMethods: Readonly<Record<string, MixtureMethod>> = {
  "non-saturating": pacgan(),
  "PacGAN-2": pacgan(2),
  "PacGAN-4": pacgan(4),
};
