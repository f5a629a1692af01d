import { ConfigurationError, group, integer, listOf, number, optional, satisfies, type Check, type Shape } from "../../src/index.ts";
import type { Stage } from "./growthAt.ts";

/** What the option `stages` may be, stage by stage. */
export const stagesCheck: Check = listOf(group({
  side: satisfies("a power of two from 4 to 1024", (value) => Number.isInteger(Math.log2(value as number)) && (value as number) >= 4 && (value as number) <= 1024),
  fade: optional(integer(0)),
  hold: integer(0),
  batchSize: optional(integer()),
  rate: optional(number({ above: 0 })),
}), 1);

/** @throws ConfigurationError where a stage does not follow from the one before it */
export function expectOrder(stages: readonly Stage[]): void {
  const problems = stages.flatMap(({ side, fade = 0, hold }, i) => [
    ...(i > 0 && side !== stages[i - 1]!.side * 2 ? [{ path: `stages[${i}].side`, message: `expected twice the side before it, ${stages[i - 1]!.side * 2}, got ${side}` }] : []),
    ...(i === 0 && fade > 0 ? [{ path: "stages[0].fade", message: `expected 0, since nothing comes before the first stage, got ${fade}` }] : []),
    ...(i < stages.length - 1 && fade + hold < 1 ? [{ path: `stages[${i}].hold`, message: "expected a stage of at least one round, got 0" }] : []),
  ]);
  if (problems.length > 0) throw new ConfigurationError("progressive", problems);
}

/** @throws ConfigurationError where the players would not grow to the images' own side */
export function expectLastSide(stages: readonly Stage[], shape: Shape): void {
  const last = stages.at(-1)!.side;
  if (shape[0] === last) return;
  throw new ConfigurationError("progressive", [
    { path: `stages[${stages.length - 1}].side`, message: `expected the images' own side at the end, which is ${shape[0] ?? "none"}, got ${last}` },
  ]);
}
