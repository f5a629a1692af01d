/** A share k / 2²⁴ is below the rate where the integer k is below this one. */
export function droppedShares(rate: number): number {
  return Math.ceil(rate * 2 ** 24);
}
