import {
  adam, adversarialTerms, checkOptions, ConfigurationError, definePlugin, encoded, nonSaturating, oneHot, withGaussianPosterior, withInput, withNetwork, withPlayer, withSource,
  withTerm, withTurn, type Adversary, type Blueprint, type FieldPlans, type InputPlan, type NetworkFactory, type Objective, type Optimizer, type Plugin, type Source,
} from "../../src/index.ts";
import { aaeChecks } from "./checks.ts";
import { codeDiscriminator } from "./networks.ts";
import { priorOf } from "./prior.ts";

export { codeDiscriminator, type CodeDiscriminatorOptions } from "./networks.ts";
export { noisyCodes, type NoisyCodesOptions } from "./noisyCodes.ts";
export { semiSupervised, type SemiSupervisedOptions } from "./semiSupervised.ts";
export { supervisedStyle, type SupervisedStyleOptions } from "./supervisedStyle.ts";

export interface AaeOptions {
  /** Where the codes are to lie: anything that can be drawn from, of the codes' length. `gaussian(2)`, `mixture(…)`, `swissRoll()`, `array(…)`. */
  readonly prior: Source;
  /** Tells prior samples from codes. Default `codeDiscriminator()`. */
  readonly discriminator?: NetworkFactory;
  /** Default `nonSaturating()`. */
  readonly objective?: Objective;
  /** Default `adam({ learningRate: 1e-3, beta1: 0.5 })` for both. The encoder's beside the reconstruction's decides who is stronger. */
  readonly optimizers?: { readonly discriminator: Optimizer; readonly encoder: Optimizer };
  /**
   * `deterministic`: the code is the encoder's output. `gaussian`: it is drawn from N(mean, exp(logVariance)), two heads of the
   * encoder. Default `deterministic`.
   */
  readonly posterior?: "deterministic" | "gaussian";
}

export interface LabelledAaeOptions extends AaeOptions {
  /** Shows the discriminator the data's labels beside the codes and the prior's beside its points, so that each mode takes one class. */
  readonly isLabelled: true;
}

const usual = adam({ learningRate: 1e-3, beta1: 0.5 });

/**
 * The adversarial autoencoder: makes the codes of an `autoencoding` game follow a prior by telling them apart from samples of it.
 *
 * Beside the turn `reconstruction` there are two more. `discriminator`: the network of that name learns to tell samples of the
 * source `prior` (real) from codes (fake). `regularisation`: the encoder learns to make codes that pass for samples of the
 * prior. With the non-saturating objective their losses are −E[log D(z)] − E[log(1 − D(q(x)))] and −E[log D(q(x))]. In every
 * round all three are played, in this order. The decoder generates from the prior.
 *
 * @throws ConfigurationError for wrong options, an objective of energies among them, and where the game is no autoencoder's; before
 * the first round, where the prior's points are not codes of the game, or labels that are shown have no two classes
 * @example
 * ```ts
 * train$(autoencoding({ … }), aae({ prior: gaussian(2) }), step("reconstruction"), discriminatorStep(), step("regularisation"));
 * ```
 * Reference: Makhzani, Shlens, Jaitly, Goodfellow & Frey 2015, "Adversarial autoencoders", sections 2 and 2.3 (labels).
 */
export function aae(options: LabelledAaeOptions): Plugin<"regularisation", "codes" | "labels">;
export function aae(options: AaeOptions): Plugin<"regularisation", "codes">;
export function aae(options: AaeOptions & { readonly isLabelled?: boolean }): Plugin<"regularisation", "codes" | "labels"> {
  checkOptions("aae", aaeChecks, options);
  const { prior, discriminator = codeDiscriminator(), objective = nonSaturating(), optimizers = { discriminator: usual, encoder: usual }, posterior = "deterministic", isLabelled = false } = options;
  return definePlugin("aae", (round$) => round$, {
    options: { posterior, isLabelled },
    needs: (isLabelled ? ["codes", "labels"] : ["codes"]) as readonly ("codes" | "labels")[],
    adds: ["regularisation"],
    assemble: (blueprint) => {
      refuseAnotherPrior("aae", blueprint);
      let game = posterior === "gaussian" ? withGaussianPosterior(blueprint) : blueprint;
      game = withSource(game, "prior", priorOf(prior, game.fields["codes"]!.shape[0]!, isLabelled), "decoder");
      game = withNetwork(game, "discriminator", discriminator);
      if (isLabelled) game = withInput(game, "discriminator", labelsInput);
      game = withPlayer(game, "discriminator", { optimizer: optimizers.discriminator, owns: ["discriminator"] });
      // A second player that owns the encoder: its slots are not those of the reconstruction.
      game = withPlayer(game, "regulariser", { optimizer: optimizers.encoder, owns: ["encoder"] });
      game = withTurn(game, { name: "discriminator", players: ["discriminator"] }, { name: "regularisation", players: ["regulariser"] });
      game = { ...game, adversaries: { ...game.adversaries, adversary: priorAgainstCodes(isLabelled) } };
      return withTerm(game, ...adversarialTerms(objective, { generator: "regularisation" }));
    },
  });
}

/** Samples of the prior against the codes of data; with labels, each with the class it is to belong to. */
function priorAgainstCodes(isLabelled = false): Adversary {
  return {
    discriminator: "discriminator",
    real: (seen) => {
      const { codes, modes } = seen.drawn("prior");
      return { codes: codes!, ...(isLabelled ? { labels: modes! } : {}) };
    },
    fake: (seen) => {
      const { codes, labels } = encoded(seen);
      return { codes: codes!, ...(isLabelled ? { labels: labels! } : {}) };
    },
  };
}

/** @throws ConfigurationError where a plugin has given the codes a prior already */
function refuseAnotherPrior(owner: string, { sources }: Blueprint): void {
  if (sources["prior"] === undefined) return;
  throw new ConfigurationError(owner, [{ path: "prior", message: "expected a game whose codes have no prior yet, got one that has (of vae, or of another aae)" }]);
}

function labelsInput({ labels, modes }: FieldPlans): InputPlan {
  const [classes, own] = [labels?.classes, modes?.classes];
  if (classes === undefined || classes !== own) {
    throw new ConfigurationError("aae", [{ path: "prior", message: `expected as many modes as the data have classes (${classes ?? "unknown"}), got ${own ?? "unknown"}` }]);
  }
  if (classes < 2) throw new ConfigurationError("aae", [{ path: "isLabelled", message: `expected labels of at least 2 classes, got ${classes}: there is nothing to tell apart; leave isLabelled out` }]);
  return { field: "labels", layers: [oneHot({ classes })] };
}
