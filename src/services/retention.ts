import type { Best } from "../game/checkpoint.ts";
import type { Manifest } from "./manifest.ts";
import { bestName } from "./checkpointNames.ts";

/**
 * The checkpoints that `keep` newest ones have outlived. Those known to be damaged do not count as kept, so that a run
 * that fell back to an older one does not delete it in their favour. The best is kept under its own name.
 *
 * @param manifests newest first
 */
export function outlived(manifests: readonly Manifest[], keep: number, isDamaged: (manifest: Manifest) => boolean): readonly Manifest[] {
  const rounds = manifests.filter(({ name }) => name !== bestName);
  const oldestKept = rounds.filter((manifest) => !isDamaged(manifest))[keep - 1];
  return oldestKept === undefined ? [] : rounds.filter(({ sequence }) => sequence < oldestKept.sequence);
}

/** The best of these; of equals the one that was first. Nothing where none has the metric. */
export function bestOf(manifests: readonly Manifest[], { metric, mode }: Best): Manifest | undefined {
  const sign = mode === "min" ? 1 : -1;
  const rated = manifests.filter(({ metrics }) => metrics[metric] !== undefined);
  return rated.toSorted(
    (a, b) =>
      sign * (a.metrics[metric]! - b.metrics[metric]!) || a.sequence - b.sequence ||
      Number(b.name === bestName) - Number(a.name === bestName),
  )[0];
}
