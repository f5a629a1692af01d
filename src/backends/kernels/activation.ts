/**
 * What a kernel applies to each of its results before it stores them: nothing; x where x > 0 and slope · x elsewhere, with
 * a slope ≥ 0 (0 is ReLU); or tanh. All are functions of one value whose derivative can be told from the result, so that
 * nothing more need be kept for the gradient.
 */
export type Activation = { readonly kind: "none" } | { readonly kind: "tanh" } | { readonly kind: "rectifier"; readonly slope: number };

export const noActivation: Activation = { kind: "none" };

/** Stands for the activation in a shader's name. */
export function activationKey(activation: Activation): string {
  return activation.kind === "rectifier" ? `rectifier${activation.slope}` : activation.kind;
}

/** The activated value of an expression, in WGSL; `type` is `f32` or `vec4<f32>`. */
export function activated(value: string, activation: Activation, type: string): string {
  switch (activation.kind) {
    case "none":
      return value;
    case "rectifier":
      // 0 · ∞ is no number.
      return activation.slope === 0 ? `max(${value}, ${type}())` : `select(${activation.slope} * ${value}, ${value}, ${value} > ${type}())`;
    case "tanh":
      // The built-in may be a quotient of exponentials that overflow.
      return `(sign(${value}) * (1.0 - exp(-2.0 * abs(${value}))) / (1.0 + exp(-2.0 * abs(${value}))))`;
    default:
      return unknown(activation);
  }
}

/** A sum as a kernel stores it: with the bias, activated. Both are expressions. */
export function concluded(sum: string, bias: string | undefined, activation: Activation, type: string): string {
  return activated(bias === undefined ? sum : `(${sum} + ${bias})`, activation, type);
}

/** The gradient before the activation: `dy` times the derivative where the result is `y`, both expressions. */
export function beforeActivation(dy: string, y: string, activation: Activation, type: string): string {
  switch (activation.kind) {
    case "none":
      return dy;
    case "rectifier":
      return `select(${activation.slope} * ${dy}, ${dy}, ${y} > ${type}())`;
    case "tanh":
      return `(${dy} * (1.0 - ${y} * ${y}))`;
    default:
      return unknown(activation);
  }
}

function unknown(activation: never): never {
  throw new Error(`unknown activation ${JSON.stringify(activation)}`);
}
