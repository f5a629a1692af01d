import { checkOptions, integer, oneOf } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";

/** Standard normal quantiles at (1 + confidence) / 2. */
const quantiles = { 0.9: 1.6448536269514722, 0.95: 1.959963984540054, 0.99: 2.5758293035489004 } as const;

/** How often the interval holds the true share. */
export type Confidence = keyof typeof quantiles;

/**
 * Wilson's score interval of a share p̂ = successes / total: (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n). Unlike
 * p̂ ± z√(p̂(1 − p̂)/n) it stays within [0, 1], and is no point at 0 or n successes.
 *
 * @throws ConfigurationError where there is nothing to take a share of, or more successes than that
 * Reference: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
 */
export function wilsonInterval(successes: number, total: number, confidence: Confidence = 0.95): readonly [number, number] {
  checkOptions("wilsonInterval", { successes: integer(0), total: integer(), confidence: oneOf(0.9, 0.95, 0.99) }, { successes, total, confidence });
  if (successes > total) throw new ConfigurationError("wilsonInterval", [{ path: "successes", message: `expected at most ${total}, got ${successes}` }]);
  const z = quantiles[confidence];
  const share = successes / total;
  const middle = share + (z * z) / (2 * total);
  const half = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  // Rounding may leave the ends a hair outside.
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
