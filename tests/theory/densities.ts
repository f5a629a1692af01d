/** One-dimensional densities and integrals over them, in float64. */

/** A probability density on the line, small outside of [−12, 12]. */
export type Density = (x: number) => number;

const LOW = -12;
const HIGH = 12;
const STEPS = 24_000;
const STEP = (HIGH - LOW) / STEPS;
const at = (i: number): number => LOW + (i + 0.5) * STEP;

export function normal(mean: number, deviation: number): Density {
  return (x) => Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
}

/** Both with the same weight. */
export function halfAndHalf(p: Density, q: Density): Density {
  return (x) => (p(x) + q(x)) / 2;
}

/** ∫ f by midpoints, for integrands that vanish at both ends: exact to rounding for Gaussians. */
export function integral(f: (x: number) => number, low = LOW, high = HIGH): number {
  let sum = 0;
  const steps = Math.max(1, Math.round((high - low) / STEP));
  const step = (high - low) / steps;
  for (let i = 0; i < steps; i++) sum += f(low + (i + 0.5) * step);
  return sum * step;
}

/** The points with (i + ½)/count of the mass below them: an average over them is an expectation without chance. */
export function quantiles(p: Density, count: number): number[] {
  return pointsBelow(p, Array.from({ length: count }, (_, i) => (i + 0.5) / count));
}

/** The points with i/count of the mass below them, without the two ends: cells of the same mass. */
export function cellEdges(p: Density, count: number): number[] {
  return pointsBelow(p, Array.from({ length: count - 1 }, (_, i) => (i + 1) / count));
}

/** Points that have the given shares of the mass, in rising order, below them. */
function pointsBelow(p: Density, shares: readonly number[]): number[] {
  const points: number[] = [];
  let below = 0;
  for (let i = 0; i < STEPS && points.length < shares.length; i++) {
    const mass = p(at(i)) * STEP;
    while (points.length < shares.length && below + mass >= shares[points.length]!) {
      points.push(at(i) + ((shares[points.length]! - below) / mass - 0.5) * STEP);
    }
    below += mass;
  }
  return points;
}

/** KL(p ‖ q) = ∫ p log(p/q). */
export function kullbackLeibler(p: Density, q: Density): number {
  return integral((x) => (p(x) < 1e-300 ? 0 : p(x) * Math.log(p(x) / q(x))));
}

/** JSD(p ‖ q) = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2; between 0 and log 2. */
export function jensenShannon(p: Density, q: Density): number {
  const middle = halfAndHalf(p, q);
  return (kullbackLeibler(p, middle) + kullbackLeibler(q, middle)) / 2;
}
