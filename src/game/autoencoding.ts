import { checkOptions, having, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Likelihood } from "../math/likelihoods/likelihood.ts";
import { squaredError } from "../math/likelihoods/squaredError.ts";
import { fold } from "../math/random/fold.ts";
import { reparametrised } from "../math/random/reparametrised.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import type { AutoencoderNetworks } from "../networks/autoencoder.ts";
import { dense } from "../networks/layers/dense.ts";
import type { Pass } from "../networks/network.ts";
import type { Optimizer } from "../networks/optimizer.ts";
import { type Blueprint, type NetworkEdit, withNetworkEdit } from "./blueprint.ts";
import { game, runChecks, type Game, type RunOptions } from "./game.ts";
import type { Seen } from "./seen.ts";
import type { Source } from "./source.ts";

/** What an autoencoder's training is made of. */
export interface AutoencodingOptions<Fields extends string = string> extends RunOptions {
  /** Real samples; decides the batch size and the samples' shape. */
  readonly data: Source<Fields>;
  /** `autoencoder({ codes: 2 })`. */
  readonly networks: AutoencoderNetworks;
  /** Of the encoder and the decoder, which have slots of their own. */
  readonly optimizer: Optimizer;
  /** How likely samples are under what is decoded; default `squaredError()`. */
  readonly likelihood?: Likelihood;
}

/**
 * The game of an autoencoder: one turn, `reconstruction`, which moves the networks and players `encoder` and `decoder` by the
 * mean of −log p(x | z) over the batch, z the code of x. Plugins make more of it: `aae` and `vae` give the codes a distribution.
 *
 * The encoder may be sampled like a generator, from `data`: `drawSamples({ network: "encoder", head: "codes" })`.
 *
 * @throws ConfigurationError naming every wrong option; before the first round, where `bernoulli()` is given samples that do
 * not lie in [0, 1]
 * @example
 * ```ts
 * train$(autoencoding({ data, networks: autoencoder({ codes: 2 }), optimizer: adam(), rounds: 1000 }), step("reconstruction"));
 * ```
 */
export function autoencoding<const Fields extends string>(options: AutoencodingOptions<Fields>): Game<Fields | "codes"> {
  checkOptions("autoencoding", {
    ...runChecks,
    data: having("a source such as digits({ batchSize })", "open"),
    networks: satisfies("the networks of an autoencoder such as autoencoder({ codes: 2 })", areAutoencoders),
    optimizer: having("an optimizer such as adam({ learningRate })", "update"),
    likelihood: optional(having("a likelihood such as bernoulli()", "negativeLog")),
  }, options);
  const { data, networks, optimizer, likelihood = squaredError(), ...run } = options;
  const plain = game<Fields | "codes">({
    ...run,
    sources: { data },
    networks: { encoder: networks.encoder, decoder: networks.decoder },
    latents: { encoder: ["data"] },
    players: { encoder: { optimizer, owns: ["encoder"] }, decoder: { optimizer, owns: ["decoder"] } },
    turns: [{ name: "reconstruction", players: ["encoder", "decoder"] }],
    terms: [{
      name: "reconstruction",
      turn: "reconstruction",
      spec: { name: "reconstruction", options: { likelihood: { name: likelihood.spec.name, options: likelihood.spec.options ?? {} } } },
      of: (seen) => tf.mean(negativeLogLikelihood(likelihood, encoded(seen)["samples"]!, seen.forward("decoder", encoded(seen)))),
    }],
    fields: { codes: { shape: [networks.codes], dtype: "float32" } },
  });
  return likelihood.reads === "samples" ? plain : { ...plain, ...withNetworkEdit(plain, "decoder", mustEndInSigmoid(likelihood)) };
}

/** −log p(x | z) of each sample, `[batch]`, where the decoder has made this pass of the codes. */
export function negativeLogLikelihood(likelihood: Likelihood, samples: Tensor, { heads, features }: Pass): Tensor {
  return likelihood.negativeLog(samples, likelihood.reads === "logits" ? features : heads["samples"]!);
}

/**
 * What the encoder makes of a batch of data: the drawn record and the encoder's heads, with `codes`, which an encoder with
 * the heads `mean` and `logVariance` draws from N(mean, exp(logVariance)), and `classes`, the probabilities of its head
 * `logits`, where it has one. The record the decoder reads; memoised.
 */
export function encoded(seen: Seen): Tensors {
  return seen.once("encoded", () => {
    const record = seen.generated("encoder");
    const { mean, logVariance, logits } = record;
    return {
      ...record,
      ...(mean === undefined || logVariance === undefined ? {} : { codes: reparametrised(mean, logVariance, fold(seen.key, "codes")) }),
      ...(logits === undefined ? {} : { classes: tf.softmax(logits) }),
    };
  });
}

/**
 * A blueprint whose encoder says of each sample how its code is distributed, N(mean, diag exp(logVariance)): the head `codes`
 * becomes `mean`, and a head `logVariance` comes beside it.
 */
export function withGaussianPosterior(blueprint: Blueprint): Blueprint {
  return withNetworkEdit(blueprint, "encoder", {
    spec: { name: "gaussianPosterior" },
    edit: (plan, fields) => {
      const { codes, ...others } = plan.heads;
      if (codes === undefined) throw new ConfigurationError("encoder", [{ path: "heads", message: `expected a head "codes", got ${Object.keys(plan.heads).join(", ")}` }]);
      return { ...plan, heads: { ...others, mean: codes, logVariance: [dense({ units: fields["codes"]!.shape[0]! })] } };
    },
  });
}

/** A likelihood of logits wants samples in [0, 1] and a decoder whose head is the sigmoid of its trunk. */
function mustEndInSigmoid({ spec }: Likelihood): NetworkEdit {
  return {
    spec: { name: "likelihood", options: { likelihood: spec.name } },
    edit: (plan, fields) => {
      const range = fields["samples"]?.range;
      if (range?.[0] !== 0 || range[1] !== 1) {
        throw new ConfigurationError("autoencoding", [{
          path: "likelihood",
          message: `expected samples in [0, 1] for ${spec.name}, got ${range === undefined ? "samples without a range" : `[${range.join(", ")}]`}; take rescaled(data, [0, 1])`,
        }]);
      }
      return plan;
    },
    verify: ({ heads }) => {
      const found = heads["samples"]?.map((layer) => layer.spec.name) ?? [];
      if (found.join() === "sigmoid") return;
      throw new ConfigurationError("autoencoding", [{
        path: "networks.decoder",
        message: `expected a head "samples" that is the sigmoid of the trunk, as ${spec.name} reads logits there, got ${found.join(", ") || "none"}`,
      }]);
    },
  };
}

function areAutoencoders(value: unknown): boolean {
  const { codes, encoder, decoder } = (value ?? {}) as Partial<AutoencoderNetworks>;
  return integer().problems(codes, "").length === 0 && typeof encoder?.plan === "function" && typeof decoder?.plan === "function";
}
