import type { NetworkFactory } from "./network.ts";

/** The two networks of a GAN: `noise` to `samples`, and `samples` to `logits`. */
export interface NetworkPair {
  readonly generator: NetworkFactory;
  readonly discriminator: NetworkFactory;
}
