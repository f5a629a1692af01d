import {
  boolean, buildNetwork, checkOptions, classAccuracy, classCrossEntropy, classEntropy, ConfigurationError, definePlugin, dense, flatten, generatedAgainst, logSumExp, number, optional,
  providing, satisfies, scheduled, scheduledSpec, withNetworkEdit, withSource, withTerm, type Blueprint, type FieldPlans, type Layer, type NetworkPlan, type Plugin, type Scheduled, type Source, type Term,
} from "../../src/index.ts";

export { noisyHead, noisyMlp, type NoisyMlpOptions } from "./networks.ts";

export interface KPlusOneOptions {
  /** The few samples whose labels are known: `labelledSubset(data, { perClass: 10, seed: 1 })`. Drawn in batches of the game's size. */
  readonly labelled: Source<"samples" | "labels">;
  /** Weight of the class term beside the objective's. The paper has 1; its code halves the unlabelled terms, which is 2. Default 1. */
  readonly weight?: number;
  /**
   * Weight of the entropy E H(p(y | x, y ≤ K)) of unlabelled real samples: the classifier is to be sure of each, so that classes part where
   * samples are few. Better raised from 0 by a schedule, once there are classes. Default 0.
   */
  readonly entropy?: Scheduled;
  /** The class head, given the number of classes; its output are their logits. Default `[flatten(), dense({ units: classes })]`. */
  readonly head?: (classes: number) => readonly Layer[];
  /**
   * Whether the objective stands in the discriminator's turn. Without, the same classifier learns from its labelled samples alone:
   * what to compare with, played by `discriminatorStep()` and no other step. Default true.
   */
  readonly learnsFromUnlabelled?: boolean;
}

/**
 * Makes the discriminator a classifier of K classes and one more, "generated", that learns from few labels and many samples.
 *
 * Its head `classes` gives logits l₁ … l_K; the logit of "generated" is 0, which takes nothing from the softmax. So
 *
 *     D(x) = Z / (Z + 1),  Z = Σ e^l_k,  and the logit of D is log Z
 *
 * which the head `logits` becomes. The objective's own terms on it are the unlabelled loss (`nonSaturating`: −E log D(x) −
 * E log(1 − D(G(z)))), and penalties and augmentations stay what they are. To the discriminator's turn is added
 *
 *     −E log p(y | x, y ≤ K) = E[log Z − l_y]  of labelled samples, seen through the same views
 *
 * and, where `entropy` has a weight, E H(p(y | x, y ≤ K)) of unlabelled ones. The best classifiers come of the objective
 * `featureMatching()`. Leaves the measure `classAccuracy/labelled`. A checkpoint
 * classifies: `generate({ checkpoint, network: "discriminator", head: "classes", sources: { data: test }, count })`.
 *
 * @throws ConfigurationError for wrong options, a labelled source without labels among them; when the run opens, for a discriminator
 * that has no head `logits` or reads labels, for a head of another size, for labels of no known number of classes or of one class, and
 * where there are several for one logit (`packing`)
 * @example
 * ```ts
 * trainGAN$({ …, objective: featureMatching(), plugins: [kPlusOne({ labelled: labelledSubset(data, { perClass: 10 }) })] });
 * ```
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 5; the entropy: Grandvalet and Bengio 2005,
 * "Semi-supervised learning by entropy minimization", and in this game Dai et al. 2017, "Good semi-supervised learning that requires a bad GAN".
 */
export function kPlusOne(options: KPlusOneOptions): Plugin<"classes"> {
  checkOptions("kPlusOne", {
    labelled: providing("a source of labelled samples such as labelledSubset(data, { perClass: 10 })", "samples", "labels"),
    weight: optional(number({ above: 0 })),
    entropy: optional(scheduled(number({ minimum: 0 }))),
    head: optional(satisfies("a function from the number of classes to layers", (value) => typeof value === "function")),
    learnsFromUnlabelled: optional(boolean),
  }, options);
  const { labelled, weight = 1, entropy = 0, head = (classes) => [flatten(), dense({ units: classes })], learnsFromUnlabelled = true } = options;
  if (entropy !== 0 && !learnsFromUnlabelled) throw problem("entropy", "expected 0 where nothing is learnt from unlabelled samples; leave it out, or learnsFromUnlabelled");
  return definePlugin("kPlusOne", (round$) => round$, {
    options: { weight, entropy: scheduledSpec(entropy), learnsFromUnlabelled },
    adds: ["classes"],
    assemble(blueprint) {
      const sourced = withSource(blueprint, "labelled", labelled);
      const judged = withNetworkEdit(sourced, "discriminator", {
        spec: { name: "kPlusOne" },
        edit: (plan, fields) => withClasses(plan, fields, head),
        verify: refuseLabels,
      });
      const terms = judged.terms.filter(({ name }) => learnsFromUnlabelled || name !== "adversary/discriminator");
      return withTerm(classifying({ ...judged, terms }), labelledTerm(weight), ...(entropy === 0 ? [] : [entropyTerm(entropy)]));
    },
  });
}

/** The class term on labelled samples: log Z − l_y, the cross-entropy within the K classes. */
export function labelledTerm(weight: number): Term {
  return {
    name: "classes/discriminator/labelled",
    turn: "discriminator",
    weight,
    of(seen) {
      const { labels } = seen.shown("real", "labelled");
      const logits = seen.real("labelled").heads["classes"]!;
      seen.measure("classAccuracy/labelled", classAccuracy(labels!, logits));
      return classCrossEntropy(labels!, logits);
    },
  };
}

/** The entropy of the K classes on unlabelled real samples. */
export function entropyTerm(weight: Scheduled): Term {
  return { name: "classes/discriminator/entropy", turn: "discriminator", weight, of: (seen) => classEntropy(seen.real().heads["classes"]!) };
}

/** A discriminator whose logit is log Z of its class logits. @throws ConfigurationError */
export function withClasses(plan: NetworkPlan, fields: FieldPlans, head: (classes: number) => readonly Layer[]): NetworkPlan {
  const { labels } = fields;
  if (labels?.classes === undefined) throw problem("labelled", "expected labels of a known number of classes; give their source `classes`");
  if (labels.classes < 2) throw problem("labelled", `expected labels of at least 2 classes, got ${labels.classes}: there is nothing to classify; leave kPlusOne out`);
  if (labels.shape.length > 0) throw problem("labelled", `expected one label per logit, got ${labels.shape.join(" x ")}: a pack of samples has no class; leave packing out`);
  if (plan.heads["logits"] === undefined) {
    throw problem("discriminator", `expected one that judges by the head "logits", got the heads ${Object.keys(plan.heads).join(", ")}`);
  }
  const edited = {
    ...plan,
    heads: { ...plan.heads, classes: head(labels.classes), logits: [logSumExp()] },
    standsOn: { ...plan.standsOn, logits: "classes" },
  };
  const { classes } = buildNetwork("discriminator", edited, fields).heads;
  if (classes!.join() !== `${labels.classes}`) throw problem("head", `expected layers that end in ${labels.classes} numbers, one for each class, got shape [${classes!.join(", ")}]`);
  return edited;
}

/** A game that draws labelled samples, and whose checkpoints may be asked for the classes of data. */
function classifying(blueprint: Blueprint): Blueprint {
  const { adversaries, latents, sources } = blueprint;
  return {
    ...blueprint,
    // So that labelled samples pass the views, as all do that the discriminator sees.
    adversaries: { ...adversaries, labelled: generatedAgainst("labelled") },
    latents: { ...latents, ...(sources["data"] === undefined ? {} : { discriminator: ["data"] }) },
  };
}

function refuseLabels({ inputs }: NetworkPlan): void {
  if (inputs.some(({ field }) => field === "labels")) {
    throw problem("discriminator", "expected one that is not told the labels it is to find; leave the conditional plugin's discriminator out");
  }
}

function problem(path: string, message: string): ConfigurationError {
  return new ConfigurationError("kPlusOne", [{ path, message }]);
}
