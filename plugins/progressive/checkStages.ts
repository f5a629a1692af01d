import {
  ConfigurationError, group, integer, listOf, number, optional, satisfies, type Check, type Json, type NetworkPlan, type Shape, type Spec, type View,
} from "../../src/index.ts";
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

/**
 * @param batchSize the game's, of stages that say none
 * @throws ConfigurationError where the discriminator cannot be shown the batches of a stage: packs or groups of samples do not come out even
 */
export function expectBatches(stages: readonly Stage[], batchSize: number, plan: NetworkPlan, views: readonly View[]): void {
  const pack = views.reduce((size, { joins = 1 }) => size * joins, 1);
  const groups = groupSizes([plan.inputs.flatMap(({ layers = [] }) => layers), plan.trunk, ...Object.values(plan.heads)].flat().map(({ spec }) => spec));
  const problems = stages.flatMap((stage, i) => {
    const samples = stage.batchSize ?? batchSize;
    const problem = (expected: string) => [{
      path: `stages[${i}].batchSize`,
      message: `expected ${expected}, got ${stage.batchSize === undefined ? "none, and so the game's " : ""}${samples}`,
    }];
    if (samples % pack !== 0) return problem(`a multiple of ${pack}, the samples of a pack`);
    const unfit = groups.find((size) => samples / pack > size && (samples / pack) % size !== 0);
    return unfit === undefined ? [] : problem(`at most ${unfit * pack} samples or a multiple of so many, as minibatch deviation compares ${unfit} ${pack === 1 ? "samples" : "packs"} with each other`);
  });
  if (problems.length > 0) throw new ConfigurationError("progressive", problems);
}

/** How many rows are compared with each other by layers of minibatch deviation, also those within other layers. */
function groupSizes(specs: readonly Spec[]): readonly number[] {
  const within = (value: Json): readonly number[] => {
    if (value === null || typeof value !== "object") return [];
    const { name, options } = value as { readonly name?: Json; readonly options?: { readonly groupSize?: Json } };
    const own = name === "minibatchDeviation" ? [options?.groupSize as number] : [];
    return [...own, ...Object.values(value as Readonly<Record<string, Json>>).flatMap(within)];
  };
  return specs.flatMap(within);
}
