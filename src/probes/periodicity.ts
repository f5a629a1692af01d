/** How a series repeats itself. */
export interface Periodicity {
  /** Steps after which it does. */
  readonly period: number;
  /** Autocorrelation there, in (−1, 1]. */
  readonly correlation: number;
  /** Standard deviation around its straight trend. */
  readonly deviation: number;
}

/** How deep the autocorrelation must dip before its next peak counts: a drift only decays. */
const DIP = -0.4;

/**
 * The period of a series: where its autocorrelation, of what is left beside a straight trend, peaks after it has dipped
 * below −0.4. r(k) = n / (n − k) · Σ xᵢ xᵢ₊ₖ / Σ xᵢ², up to lags of a third of its length, so that a period is seen three times. Nothing
 * where it never dips: noise and drifts do not.
 */
export function periodicity(series: readonly number[]): Periodicity | undefined {
  const left = detrended(series);
  const n = left.length;
  const energy = left.reduce((sum, value) => sum + value * value, 0);
  if (!(energy > 0)) return undefined;
  let hasDipped = false;
  let best: { period: number; correlation: number } | undefined;
  for (let lag = 1; lag <= n / 3; lag++) {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += left[i]! * left[i + lag]!;
    const correlation = ((n / (n - lag)) * sum) / energy;
    hasDipped ||= correlation < DIP;
    if (hasDipped && correlation > (best?.correlation ?? 0)) best = { period: lag, correlation };
  }
  return best === undefined ? undefined : { ...best, correlation: Math.min(1, best.correlation), deviation: Math.sqrt(energy / n) };
}

/** The residuals of the least-squares line. */
function detrended(series: readonly number[]): readonly number[] {
  const n = series.length;
  const middle = (n - 1) / 2;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  const spread = (n * (n * n - 1)) / 12;
  const slope = series.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / (spread || 1);
  return series.map((value, i) => value - mean - slope * (i - middle));
}
