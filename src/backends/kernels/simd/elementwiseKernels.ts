import { elementwise } from "./elementwise.ts";

/** x where x > 0, alpha x elsewhere. */
export const leakyRelu = elementwise(
  "leakyRelu",
  { outputs: ["y"], inputs: ["x"], scalars: ["alpha"] },
  ({ whereAbove, multiply, zero }, { x, alpha }) => ({
    y: whereAbove(x, zero, x, multiply(alpha, x)),
  }),
);

/** dy where x > 0, alpha dy elsewhere. */
export const leakyReluGrad = elementwise(
  "leakyReluGrad",
  { outputs: ["dx"], inputs: ["x", "dy"], scalars: ["alpha"] },
  ({ whereAbove, multiply, zero }, { x, dy, alpha }) => ({ dx: whereAbove(x, zero, dy, multiply(alpha, dy)) }),
);

/** dy s (1 + x (1 − s)), s = sigmoid(x); `one` is 1. */
export const siluGrad = elementwise(
  "siluGrad",
  { outputs: ["dx"], inputs: ["x", "s", "dy"], scalars: ["one"] },
  ({ add, subtract, multiply }, { x, s, dy, one }) => ({ dx: multiply(multiply(dy, s), add(one, multiply(x, subtract(one, s)))) }),
);

/** Adam with the bias corrections as factors; see `adamRule`. */
export const adam = elementwise(
  "adam",
  {
    outputs: ["newP", "newM", "newV"],
    inputs: ["p", "g", "m", "v"],
    scalars: ["beta1", "oneMinusBeta1", "beta2", "oneMinusBeta2", "kept", "rateOverBias1", "oneOverBias2", "epsilon"],
  },
  (
    { add, subtract, multiply, divide, root },
    { p, g, m, v, beta1, oneMinusBeta1, beta2, oneMinusBeta2, kept, rateOverBias1, oneOverBias2, epsilon },
    keep,
  ) => {
    const newM = keep(add(multiply(beta1, m), multiply(oneMinusBeta1, g)));
    const newV = keep(add(multiply(beta2, v), multiply(oneMinusBeta2, multiply(g, g))));
    const size = add(root(multiply(newV, oneOverBias2)), epsilon);
    return { newM, newV, newP: subtract(multiply(kept, p), divide(multiply(rateOverBias1, newM), size)) };
  },
);

/** RMSProp; see `rmspropRule`. */
export const rmsprop = elementwise(
  "rmsprop",
  { outputs: ["newP", "newSquares"], inputs: ["p", "g", "squares"], scalars: ["rate", "smoothing", "rest", "epsilon"] },
  ({ add, subtract, multiply, divide, root }, { p, g, squares, rate, smoothing, rest, epsilon }, keep) => {
    const newSquares = keep(add(multiply(smoothing, squares), multiply(rest, multiply(g, g))));
    return { newSquares, newP: subtract(p, divide(multiply(rate, g), add(root(newSquares), epsilon))) };
  },
);

/** RMSProp with momentum; see `rmspropWithMomentumRule`. */
export const rmspropWithMomentum = elementwise(
  "rmspropWithMomentum",
  {
    outputs: ["newP", "newSquares", "newMomentum"],
    inputs: ["p", "g", "squares", "moved"],
    scalars: ["rate", "smoothing", "rest", "epsilon", "momentum"],
  },
  ({ add, subtract, multiply, divide, root }, { p, g, squares, moved, rate, smoothing, rest, epsilon, momentum }, keep) => {
    const newSquares = keep(add(multiply(smoothing, squares), multiply(rest, multiply(g, g))));
    const newMomentum = keep(add(multiply(momentum, moved), divide(g, add(root(newSquares), epsilon))));
    return { newSquares, newMomentum, newP: subtract(p, multiply(rate, newMomentum)) };
  },
);
