import { closest } from "fastest-levenshtein";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { digitClassifier } from "./digitClassifier.ts";
import { emojiClassifier } from "./emojiClassifier.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";

const networks = new Map<string, () => FeatureNetwork | Promise<FeatureNetwork>>([
  ["digitClassifier", digitClassifier],
  ["emojiClassifier", emojiClassifier],
]);
const loaded = new Map<string, Promise<FeatureNetwork>>();

/**
 * The feature network of a name, so that a configuration or a command line can say which one is meant. Loaded at the first
 * call, and kept.
 *
 * @throws ConfigurationError where there is none of that name; what its loading throws
 * @example
 * ```ts
 * const network = await namedFeatureNetwork("digitClassifier");
 * ```
 */
export async function namedFeatureNetwork(name: string): Promise<FeatureNetwork> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const load = networks.get(name);
  if (load === undefined) {
    const names = [...networks.keys()];
    throw new ConfigurationError("namedFeatureNetwork", [
      { path: "name", message: `expected one of ${names.join(", ")}, got "${name}"; did you mean "${closest(name, names)}"?` },
    ]);
  }
  const loading = Promise.resolve(load());
  loaded.set(name, loading);
  loading.catch(() => loaded.delete(name));
  return loading;
}

/**
 * Gives a feature network a name, under which `namedFeatureNetwork` then finds it.
 *
 * @param load called once, when the network is first asked for
 * @throws ConfigurationError where the name is taken
 */
export function registerFeatureNetwork(name: string, load: () => FeatureNetwork | Promise<FeatureNetwork>): void {
  if (name === "" || networks.has(name)) {
    throw new ConfigurationError("registerFeatureNetwork", [{ path: "name", message: `expected a name that is not taken, got "${name}"` }]);
  }
  networks.set(name, load);
}
