import { concatMap, of } from "rxjs";
import {
  checkOptions, ConfigurationError, definePlugin, fold, having, integer, optional, rootKey, tf, withNetworkEdit, withSource,
  type Blueprint, type Likelihood, type NetworkEdit, type Plugin, type Round, type Source, type Spec,
} from "../../src/index.ts";
import { importanceBounds } from "./importanceBounds.ts";

export interface MeasureBoundsOptions {
  /** Held-out samples: the first `count` of it, the same every time. */
  readonly data: Source;
  /** The game's. */
  readonly likelihood: Likelihood;
  readonly count: number;
  /** Measure in every so-many-th round and in the last. Default: in the last only. */
  readonly every?: number;
  /** Samples of each code, the k of the bound. Default 1. */
  readonly importanceSamples?: number;
}

/** Rows on the device at once. */
const AT_ONCE = 250;

/**
 * Measures how likely held-out samples are: sends the means over them, in nats, as a `PluginReported` with `elbo`, `bound` (the
 * importance-weighted one of k samples), `divergence` and `negativeElbo`. Training is the same with and without it.
 *
 * On values that are 0 or 1 these are bounds on log p(x); on greys a custom only.
 *
 * @throws ConfigurationError for wrong options, and where no `vae` stands before it or the likelihood is not the game's; before the
 * first round where the held-out samples are not like the data in shape or range, or lack what encoder or decoder read (labels)
 */
export function measureBounds(options: MeasureBoundsOptions): Plugin<never, "logVariance"> {
  checkOptions("measureBounds", {
    data: having("a source", "open"),
    likelihood: having("a likelihood such as bernoulli()", "negativeLog"),
    count: integer(),
    every: optional(integer()),
    importanceSamples: optional(integer()),
  }, options);
  const { data, likelihood, count, every, importanceSamples = 1 } = options;
  return definePlugin(
    "measureBounds",
    (round$) =>
      round$.pipe(
        concatMap((round) => (round.isLast || (every !== undefined && (round.index + 1) % every === 0) ? measure(round).then(() => round) : of(round))),
      ),
    { needs: ["logVariance"], asynchronous: { timeoutMs: 1_800_000 }, assemble },
  );

  function assemble(blueprint: Blueprint): Blueprint {
    expectLikelihood(likelihood.spec, blueprint);
    return ["encoder", "decoder"].reduce((game, network) => withNetworkEdit(game, network, readsOnly(network, data)), withSource(blueprint, "heldOut", data));
  }

  async function measure({ run, index }: Round): Promise<void> {
    const sums = { elbo: 0, bound: 0, divergence: 0 };
    for (let first = 0; first < count; first += AT_ONCE) {
      const batch = await run.draw("heldOut", Math.min(AT_ONCE, count - first), { stream: "bounds", position: first });
      const found = tf.tidy(() => {
        const record = run.upload("heldOut", batch);
        // Keyed by the place among the samples alone: the same draws every time, so that figures can be compared.
        const key = fold(rootKey(0), "bounds", first);
        const bounds = importanceBounds(record, { likelihood, importanceSamples, key, encode: (x) => run.forward("encoder", x), decode: (z) => run.forward("decoder", z) });
        return tf.stack([bounds.elbo, bounds.bound, bounds.divergence].map((each) => tf.sum(each)));
      });
      try {
        const [elbo, bound, divergence] = await found.data();
        sums.elbo += elbo!;
        sums.bound += bound!;
        sums.divergence += divergence!;
      } finally {
        found.dispose();
      }
    }
    const means = { elbo: sums.elbo / count, bound: sums.bound / count, divergence: sums.divergence / count };
    run.emit({ _tag: "PluginReported", round: index + 1, plugin: "measureBounds", values: { ...means, negativeElbo: -means.elbo, importanceSamples, count } });
  }
}

/** @throws ConfigurationError where the reconstruction is trained by another likelihood, as far as its term tells */
function expectLikelihood(own: Spec, { terms }: Blueprint): void {
  const trained = terms.find(({ name }) => name === "reconstruction")?.spec?.options?.["likelihood"] as Spec | undefined;
  if (trained === undefined || inWords(trained) === inWords(own)) return;
  throw new ConfigurationError("measureBounds", [{ path: "likelihood", message: `expected ${inWords(trained)}, the game's, got ${inWords(own)}` }]);
}

function inWords({ name, options = {} }: Spec): string {
  return `${name}(${Object.keys(options).length === 0 ? "" : JSON.stringify(options)})`;
}

/** No edit: looks that a network reads nothing but codes and what the held-out samples have, once all plugins have edited it. */
function readsOnly(network: string, { provides }: Source): NetworkEdit {
  return {
    spec: { name: "measureBounds" },
    edit: (plan) => plan,
    verify: ({ inputs }) => {
      const missing = inputs.map(({ field }) => field).filter((field) => field !== "codes" && !provides.includes(field));
      if (missing.length === 0) return;
      throw new ConfigurationError("measureBounds", [{ path: "data", message: `expected held-out samples with ${missing.join(" and ")}, which the ${network} reads, got a source of ${provides.join(", ")}` }]);
    },
  };
}
