import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";
import { type JudgedSamples, judgeSamples } from "./judgeSamples.ts";
import type { JudgeableSamples } from "./metric.ts";

const judged = new WeakMap<JudgeableSamples, Map<string, Promise<JudgedSamples>>>();

/**
 * What `judgeSamples` says, computed once for each object of samples and each network's hash, and forgotten with the samples.
 * So a list of metrics passes its samples through each network once.
 *
 * @throws ConfigurationError where the samples are not of the network's shape, or are known to lie in another range
 * @throws what `judgeSamples` throws
 */
export function judgedOnce(network: FeatureNetwork, samples: JudgeableSamples, judge = judgeSamples): Promise<JudgedSamples> {
  expectFit(network, samples);
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

/** A number of values that happens to fit is not enough: of `[14, 56, 1]` a judge of `[28, 28, 1]` would say something, too. */
function expectFit(network: FeatureNetwork, { shape, range }: JudgeableSamples): void {
  const problems: Problem[] = [];
  if (shape.join() !== network.shape.join()) {
    problems.push({ path: "samples.shape", message: `expected [${network.shape.join(", ")}], got [${shape.join(", ")}]` });
  }
  if (range !== undefined && range.join() !== network.range.join()) {
    problems.push({ path: "samples.range", message: `expected [${network.range.join(", ")}], got [${range.join(", ")}]; rescale them` });
  }
  if (problems.length > 0) throw new ConfigurationError(network.name, problems);
}
