import { boolean, group, having, oneOf, optional } from "../../src/index.ts";

const optimizer = having("an optimizer such as adam({ learningRate })", "update");

/** The checks of the options that concern an adversary, shared by `aae` and `semiSupervised`. */
export const adversaryChecks = {
  discriminator: optional(having("a network factory such as codeDiscriminator()", "plan")),
  objective: optional(having("an objective such as nonSaturating()", "generator", "discriminator")),
};

/** The checks of `AaeOptions`. */
export const aaeChecks = {
  ...adversaryChecks,
  prior: having("a source such as gaussian(2) or swissRoll()", "open"),
  optimizers: optional(group({ discriminator: optimizer, encoder: optimizer })),
  posterior: optional(oneOf("deterministic", "gaussian")),
  isLabelled: optional(boolean),
};

/** The checks of `SemiSupervisedOptions` beside those of its adversary. */
export const classificationChecks = {
  labelled: having("a source of labelled samples", "open"),
  optimizers: optional(group({ discriminator: optimizer, classifier: optimizer })),
};
