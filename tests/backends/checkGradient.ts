import { type Tensor, tf } from "../../src/math/tensor.ts";
import { close } from "../kit/kit.ts";

/** A function whose gradient is checked. */
export interface GradientCase {
  readonly name: string;
  /** Shapes of its inputs; the derivative is checked in every one. */
  readonly inputs: readonly (readonly number[])[];
  /** All inputs positive, for logarithms and roots. Otherwise of both signs, and never within 0.2 of zero. */
  readonly isPositive?: boolean;
  of(...inputs: readonly Tensor[]): Tensor;
}

const step = 0.02;

/**
 * First order: with fixed weights w, the derivative of Σ w ∘ f along a fixed direction, against central differences of
 * f (with one step of Richardson extrapolation, so that a step large enough for float32 is exact enough).
 */
export async function checkFirstOrder({ inputs: shapes, of, isPositive }: GradientCase, tolerance: number): Promise<void> {
  const points = pointsFor(shapes, isPositive);
  const loss = (inputs: readonly Tensor[]): Tensor => {
    const y = of(...inputs);
    return tf.sum(tf.mul(y, wave(y.shape, 5)));
  };
  await compare(points, loss, tolerance);
  tf.dispose([...points]);
}

/**
 * Second order: with a fixed u, the derivative of ⟨u, ∇ₓ Σ w ∘ f⟩ (x the first input) in every input, against central
 * differences of that first-order gradient.
 */
export async function checkSecondOrder({ inputs: shapes, of, isPositive }: GradientCase, tolerance: number): Promise<void> {
  const points = pointsFor(shapes, isPositive);
  const projected = (inputs: readonly Tensor[]): Tensor => {
    const [x, ...others] = inputs;
    const loss = (at: Tensor): tf.Scalar => {
      const y = of(at, ...others);
      return tf.sum(tf.mul(y, wave(y.shape, 5)));
    };
    return tf.sum(tf.mul(tf.grad(loss)(x!), wave(x!.shape, 7)));
  };
  await compare(points, projected, tolerance);
  tf.dispose([...points]);
}

async function compare(points: readonly Tensor[], scalar: (inputs: readonly Tensor[]) => Tensor, tolerance: number): Promise<void> {
  // Everything is enqueued before anything is read: a read costs 10 ms on Deno.
  const packed = tf.tidy(() => {
    const gradients = gradientsOf(scalar, points);
    const results = points.flatMap((_, which) => {
      const direction = wave(points[which]!.shape, 11);
      const at = (h: number): Tensor => scalar(points.map((point, i) => (i === which ? tf.add(point, tf.mul(h, direction)) : point)));
      const slope = (h: number): Tensor => tf.div(tf.sub(at(h), at(-h)), 2 * h);
      const numeric = tf.div(tf.sub(tf.mul(4, slope(step)), slope(2 * step)), 3);
      const analytic = tf.sum(tf.mul(gradients[which]!, direction));
      return [analytic, numeric];
    });
    return tf.stack(results);
  });
  const values = await packed.data();
  packed.dispose();
  const analytic = points.map((_, i) => values[2 * i]!);
  const numeric = points.map((_, i) => values[2 * i + 1]!);
  close(analytic, numeric, tolerance, "derivative in input");
}

/** Gradients in every input; zero for those the function does not depend on. */
function gradientsOf(scalar: (inputs: readonly Tensor[]) => Tensor, points: readonly Tensor[]): readonly Tensor[] {
  const withZeros = (...inputs: readonly Tensor[]): Tensor =>
    inputs.reduce((sum, input) => tf.add(sum, tf.mul(0, tf.sum(input))), scalar(inputs));
  return tf.grads(withZeros as Parameters<typeof tf.grads>[0])([...points]);
}

function pointsFor(shapes: readonly (readonly number[])[], isPositive = false): readonly Tensor[] {
  return shapes.map((shape, i) =>
    tf.tidy(() => {
      const raw = wave(shape, 2 + i);
      const away = tf.add(0.2, tf.mul(0.6, tf.abs(raw)));
      return isPositive ? away : tf.mul(away, tf.sign(raw));
    })
  );
}

/** Fixed numbers in (−1, 1) without pattern. */
export function wave(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: size }, (_, i) => {
    const hash = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (hash - Math.floor(hash)) - 1;
  });
  return tf.tensor(values, [...shape]);
}
