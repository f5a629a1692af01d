import { uniforms } from "../../math/random/uniforms.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { Initializer } from "../layer.ts";
import { fansOf } from "./fans.ts";

/**
 * Glorot's uniform initialiser, U(−a, a) with a = √(6 / (fanIn + fanOut)): a compromise between keeping the variance of
 * activations and of gradients, for layers of tanh or none.
 *
 * Reference: Glorot and Bengio 2010, equation 16.
 */
export function glorot(): Initializer {
  return {
    spec: { name: "glorot" },
    values(key, shape) {
      const { fanIn, fanOut } = fansOf(shape);
      const bound = Math.sqrt(6 / (fanIn + fanOut));
      return uniforms(key, sizeOf(shape), -bound, bound);
    },
  };
}
