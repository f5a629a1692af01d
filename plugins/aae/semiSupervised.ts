import {
  adam, adversarialTerms, categorical, checkOptions, classCrossEntropy, ConfigurationError, definePlugin, dense, encoded, listOf, nonSaturating, number, withHead, withInput, withNetwork, withPlayer, withSource,
  withTerm, withTurn, type FieldPlans, type Layer, type NetworkFactory, type Objective, type Optimizer, type Plugin, type Source,
} from "../../src/index.ts";
import { adversaryChecks, classificationChecks } from "./checks.ts";
import { codeDiscriminator } from "./networks.ts";

export interface SemiSupervisedOptions {
  /** The few samples whose labels are known, with the fields `samples` and `labels`; drawn in batches of the game's size. */
  readonly labelled: Source<"samples" | "labels">;
  /** How often each class occurs, up to a common factor: the prior of y, and how many classes there are. */
  readonly frequencies: readonly number[];
  /** Tells classes drawn by their frequencies from the encoder's probabilities. Default `codeDiscriminator({ field: "classes" })`. */
  readonly discriminator?: NetworkFactory;
  /** Default `nonSaturating()`. */
  readonly objective?: Objective;
  /** Default `adam({ learningRate: 1e-3, beta1: 0.5 })` and `adam({ learningRate: 1e-3 })`. */
  readonly optimizers?: { readonly discriminator: Optimizer; readonly classifier: Optimizer };
}

/**
 * Makes an adversarial autoencoder say the class: the encoder's head `logits` gives y = softmax, which the decoder reads beside
 * the code z.
 *
 * Three phases. Reconstruction: x from (y, z), without labels. Regularisation: beside the adversary of z (the plugin `aae`, which
 * must stand before this one) a second, `classAdversary`, tells y from classes drawn by `frequencies`; both discriminators move
 * in the turn `discriminator`, the encoder against both in `regularisation`. Classification: in a turn of this name the encoder
 * lowers the cross-entropy −E[log y(label)] of the labelled samples.
 *
 * @throws ConfigurationError for wrong options, a labelled source without labels and an objective of energies among them; where no
 * `aae` stands before it; before the first round, where the labels are of another number of classes than there are frequencies
 * @example
 * ```ts
 * train$(game, aae({ prior: gaussian(10) }), semiSupervised({ labelled, frequencies }),
 *   step("reconstruction"), discriminatorStep(), step("regularisation"), step("classification"));
 * ```
 * Reference: Makhzani et al. 2015, section 5.
 */
export function semiSupervised(options: SemiSupervisedOptions): Plugin<"classification", "codes" | "regularisation"> {
  checkOptions("semiSupervised", { ...adversaryChecks, ...classificationChecks, frequencies: listOf(number({ minimum: 0 }), 2) }, options);
  const {
    labelled, frequencies, discriminator = codeDiscriminator({ field: "classes" }), objective = nonSaturating(),
    optimizers = { discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }), classifier: adam({ learningRate: 1e-3 }) },
  } = options;
  const classes = frequencies.length;
  const classPrior = categorical(frequencies, { field: "classes", as: "indicators" });
  return definePlugin("semiSupervised", (round$) => round$, {
    options: { frequencies: [...frequencies] },
    needs: ["codes", "regularisation"],
    adds: ["classification"],
    assemble: (blueprint) => {
      let game = withSource(withSource(blueprint, "labelled", labelled), "classPrior", classPrior, "decoder");
      game = withHead(game, "encoder", "logits", (fields) => logitsOf(classes, fields));
      game = withInput(game, "decoder", () => ({ field: "classes" }));
      game = withNetwork(game, "classDiscriminator", discriminator);
      game = withPlayer(game, "classDiscriminator", { optimizer: optimizers.discriminator, owns: ["classDiscriminator"] });
      game = withPlayer(game, "classifier", { optimizer: optimizers.classifier, owns: ["encoder"] });
      game = { ...game, turns: game.turns.map((turn) => (turn.name === "discriminator" ? { ...turn, players: [...turn.players, "classDiscriminator"] } : turn)) };
      game = withTurn(game, { name: "classification", players: ["classifier"] });
      game = {
        ...game,
        adversaries: {
          ...game.adversaries,
          classAdversary: {
            discriminator: "classDiscriminator",
            real: (seen) => seen.drawn("classPrior"),
            fake: (seen) => ({ classes: encoded(seen)["classes"]! }),
          },
        },
      };
      return withTerm(game, ...adversarialTerms(objective, { adversary: "classAdversary", generator: "regularisation" }), {
        name: "classification",
        turn: "classification",
        of: (seen) => {
          const { samples, labels } = seen.drawn("labelled");
          return classCrossEntropy(labels!, seen.forward("encoder", { samples: samples! }).heads["logits"]!);
        },
      });
    },
  });
}

/** The head that says the class. @throws ConfigurationError where the labels are of other classes than it has */
function logitsOf(classes: number, { labels }: FieldPlans): readonly Layer[] {
  if (labels?.classes === undefined || labels.classes === classes) return [dense({ units: classes })];
  throw new ConfigurationError("semiSupervised", [{ path: "frequencies", message: `expected one for each of the ${labels.classes} classes of the labels, got ${classes}` }]);
}
