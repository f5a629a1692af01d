/** The parts of closed forms, in float64. */

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of a function of each value. */
export const expectation = (values: readonly number[], of: (value: number) => number): number => mean(values.map(of));

/** log σ(z), by the form that neither overflows nor rounds to 0. */
export const logReal = (z: number): number => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));

/** log(1 − σ(z)). */
export const logFake = (z: number): number => logReal(-z);

/** V(D, G) = E[log D(x)] + E[log(1 − D(G(z)))]. */
export const V = (real: readonly number[], fake: readonly number[]): number => expectation(real, logReal) + expectation(fake, logFake);
