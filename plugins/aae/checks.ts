import { boolean, group, having, oneOf, optional, providing, type Check, type Objective } from "../../src/index.ts";

const optimizer = having("an optimizer such as adam({ learningRate })", "update");

const objective = having("an objective such as nonSaturating()", "generator", "discriminator");

/** An objective of logits: energies are of samples that the discriminator reconstructs, and codes are none. */
const ofLogits: Check = {
  expected: objective.expected,
  problems(value, path) {
    const wrong = objective.problems(value, path);
    if (wrong.length > 0) return wrong;
    const { spec, judgesBy = "logits" } = value as Objective;
    return judgesBy === "logits" ? [] : [{ path, message: `expected an objective that judges by logits such as nonSaturating(), got ${spec.name}, which judges samples by ${judgesBy}` }];
  },
};

/** The checks of the options that concern an adversary, shared by `aae` and `semiSupervised`. */
export const adversaryChecks = {
  discriminator: optional(having("a network factory such as codeDiscriminator()", "plan")),
  objective: optional(ofLogits),
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
  labelled: providing("a source of labelled samples such as labelledSubset(data, { perClass: 10 })", "samples", "labels"),
  optimizers: optional(group({ discriminator: optimizer, classifier: optimizer })),
};
