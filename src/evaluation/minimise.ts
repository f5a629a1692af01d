/** A function's value at a point; its gradient is written to `gradient`. */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

/** Steps that the shape of the function is told from. */
const MEMORY = 10;

/**
 * The least point of a smooth convex function, by limited-memory BFGS with a backtracking line search: until the gradient's
 * largest component is `tolerance` times what it was at the start, or no step makes the value smaller.
 *
 * @param start not altered
 * Reference: Nocedal and Wright, "Numerical optimization" (2006), algorithms 7.4 and 3.1.
 */
export function minimise(of: Differentiable, start: Float64Array, tolerance = 1e-9, iterations = 1000): Float64Array {
  let point = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(point.length);
  let value = of(point, gradient);
  const enough = tolerance * largest(gradient);
  const steps: { readonly moved: Float64Array; readonly turned: Float64Array; readonly product: number }[] = [];
  for (let iteration = 0; iteration < iterations && largest(gradient) > enough; iteration++) {
    const direction = descent(gradient, steps);
    const slope = dot(direction, gradient);
    const next = { point: new Float64Array(point.length), gradient: new Float64Array(point.length), value: Infinity };
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    for (; length > 1e-12; length /= 2) {
      next.point = point.map((coordinate, i) => coordinate + length * direction[i]!);
      next.value = of(next.point, next.gradient);
      if (next.value <= value + 1e-4 * length * slope) break;
    }
    if (!(next.value < value)) break;
    const moved = next.point.map((coordinate, i) => coordinate - point[i]!);
    const turned = next.gradient.map((coordinate, i) => coordinate - gradient[i]!);
    const product = dot(moved, turned);
    if (product > 0) steps.push({ moved, turned, product });
    if (steps.length > MEMORY) steps.shift();
    ({ point, gradient, value } = next);
  }
  return point;
}

/** −H · gradient, H the inverse Hessian as the last steps show it: the two loops of L-BFGS. */
function descent(gradient: Float64Array, steps: readonly { readonly moved: Float64Array; readonly turned: Float64Array; readonly product: number }[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares = steps.map(() => 0);
  for (let k = steps.length - 1; k >= 0; k--) {
    const { moved, turned, product } = steps[k]!;
    shares[k] = dot(moved, direction) / product;
    for (let i = 0; i < direction.length; i++) direction[i]! -= shares[k]! * turned[i]!;
  }
  const last = steps.at(-1);
  const scale = last === undefined ? 1 : last.product / dot(last.turned, last.turned);
  for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  steps.forEach(({ moved, turned, product }, k) => {
    const share = shares[k]! - dot(turned, direction) / product;
    for (let i = 0; i < direction.length; i++) direction[i]! += share * moved[i]!;
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
