import {
  adam, gradientPenalty, hinge, leastSquares, minibatchDiscrimination, mlp, nonSaturating, packing, r1, rmsprop, unrolled, wasserstein, weightClipping,
  type AnyPlugin, type GanPair, type NetworkPair, type Objective, type Optimizer,
} from "../../src/index.ts";

type MlpOptions = NonNullable<Parameters<typeof mlp>[0]>;

/** What a method of the 2-D benchmark changes in the common set-up. */
export interface MixtureMethod {
  readonly objective: Objective;
  readonly optimizers?: Optimizer | GanPair<Optimizer>;
  readonly networks?: (options: MlpOptions) => NetworkPair;
  readonly stabilisers?: readonly AnyPlugin[];
  readonly discriminatorTurns?: number;
}

/** MLPs whose discriminator ends in minibatch discrimination. */
function withMinibatchDiscrimination(options: MlpOptions): NetworkPair {
  const { generator, discriminator } = mlp(options);
  return {
    generator,
    discriminator: {
      spec: { name: "withMinibatchDiscrimination", options: { inner: discriminator.spec } },
      plan: (fields) => {
        const plan = discriminator.plan(fields);
        return { ...plan, trunk: [...plan.trunk, minibatchDiscrimination({ kernels: 16, dimensions: 4 })] };
      },
    },
  };
}

export const mixtureMethods: Readonly<Record<string, MixtureMethod>> = {
  "non-saturating": { objective: nonSaturating() },
  "hinge": { objective: hinge() },
  "least squares": { objective: leastSquares() },
  "Wasserstein clip": {
    objective: wasserstein(),
    stabilisers: [weightClipping({ limit: 0.01 })],
    optimizers: rmsprop({ learningRate: 5e-5 }),
    discriminatorTurns: 5,
  },
  "WGAN-GP": {
    objective: wasserstein(),
    stabilisers: [gradientPenalty({ weight: 0.1 })],
    optimizers: adam({ learningRate: 2e-4, beta1: 0.5, beta2: 0.9 }),
    discriminatorTurns: 5,
  },
  "R1": { objective: nonSaturating(), stabilisers: [r1({ gamma: 1 })] },
  "minibatch discrimination": { objective: nonSaturating(), networks: withMinibatchDiscrimination },
  "unrolled-5": { objective: nonSaturating(), stabilisers: [unrolled({ steps: 5 })] },
  "PacGAN-2": { objective: nonSaturating(), stabilisers: [packing({ size: 2 })] },
  "PacGAN-4": { objective: nonSaturating(), stabilisers: [packing({ size: 4 })] },
};
