/**
 * Round numbers within [low, high], evenly spaced by 1, 2 or 5 times a power of ten, about as many as asked for.
 */
export function ticks(low: number, high: number, about: number): readonly number[] {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  // To as many digits as a plot can show: 3 · 0.1 is 0.30000000000000004. And 0 where it was −0.
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)) + 0);
}
