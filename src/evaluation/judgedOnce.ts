import type { FeatureNetwork } from "./featureNetwork.ts";
import { type JudgedSamples, judgeSamples } from "./judgeSamples.ts";
import type { JudgeableSamples } from "./metric.ts";

const judged = new WeakMap<JudgeableSamples, Map<string, Promise<JudgedSamples>>>();

/**
 * What `judgeSamples` says, computed once for each object of samples and each network's hash, and forgotten with the samples.
 * So a list of metrics passes its samples through each network once.
 *
 * @throws what `judgeSamples` throws
 */
export function judgedOnce(network: FeatureNetwork, samples: JudgeableSamples, judge = judgeSamples): Promise<JudgedSamples> {
  const known = judged.get(samples) ?? new Map<string, Promise<JudgedSamples>>();
  judged.set(samples, known);
  const found = known.get(network.hash);
  if (found !== undefined) return found;
  const judging = judge(network, samples.values);
  known.set(network.hash, judging);
  // A device that failed is no reason to fail for ever.
  judging.catch(() => known.delete(network.hash));
  return judging;
}
