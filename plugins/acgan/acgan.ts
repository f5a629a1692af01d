import {
  boolean, checkOptions, conditions, ConfigurationError, definePlugin, dense, flatten, number, oneHot, oneOf, optional, withHead, withInput,
  withSource, withTerm, type Blueprint, type FieldPlans, type Plugin,
} from "../../src/index.ts";
import { classTerm } from "./terms.ts";

export interface AcganOptions {
  /** Weight of the class terms beside the adversarial ones. Default 1. */
  readonly weight?: number;
  /** Labels the generator is asked for: drawn as the data have them, or every class alike. Default `data`. */
  readonly draw?: "data" | "uniform";
  /**
   * Whether the discriminator learns the classes from generated samples, too, as in the paper. Without, the head is a
   * classifier of real samples that the generator is held to. Default true.
   */
  readonly learnsFromGenerated?: boolean;
}

/**
 * A class head on the discriminator, in both players' terms: while the adversarial terms ask whether a sample is real, the
 * head says which class it is of, and both players gain when it is right.
 *
 *     L_C = E[log q(y | x)] of real samples + E[log q(y | G(z, y))] of generated ones
 *
 * The discriminator's turn maximises both parts, the generator's the second. The generator reads the labels it is asked
 * for as indicators beside its noise; where it reads labels already (`conditional({ discriminator: "none" })` before
 * this), it stays as it is. Leaves the measures `classAccuracy/real` and `classAccuracy/fake`, shares in [0, 1].
 *
 * @throws ConfigurationError for wrong options; at assembly, where nothing before it provides labels; when the run opens,
 * where a label has no known number of classes or only one, or there are several for one logit (`packing`)
 * @example
 * ```ts
 * trainGAN$({ …, plugins: [acgan()], samples: { every: 250, count: 100, given: { labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } } });
 * ```
 * Reference: Odena, Olah and Shlens 2017, "Conditional image synthesis with auxiliary classifier GANs", section 3.
 */
export function acgan(options: AcganOptions = {}): Plugin<"classes", "labels"> {
  checkOptions("acgan", { weight: optional(number({ above: 0 })), draw: optional(oneOf("data", "uniform")), learnsFromGenerated: optional(boolean) }, options);
  const { weight = 1, draw = "data", learnsFromGenerated = true } = options;
  return definePlugin("acgan", (round$) => round$, {
    options: { weight, draw, learnsFromGenerated },
    needs: ["labels"],
    adds: ["classes"],
    assemble: (blueprint) => {
      const headed = withHead(withLabels(blueprint, draw), "discriminator", "classes", (fields) => [flatten(), dense({ units: classesOf(fields) })]);
      return withTerm(
        headed,
        classTerm("discriminator", "real", weight),
        ...(learnsFromGenerated ? [classTerm("discriminator", "fake", weight)] : []),
        classTerm("generator", "fake", weight),
      );
    },
  });
}

/** A game whose generator reads labels, if it does not already. */
function withLabels(blueprint: Blueprint, draw: "data" | "uniform"): Blueprint {
  const { latents, sources } = blueprint;
  if ((latents["generator"] ?? []).some((source) => sources[source]?.provides.includes("labels"))) return blueprint;
  const data = Object.values(sources).find((source) => source.provides.includes("labels"));
  if (data === undefined) throw new RangeError(`expected a source that provides labels, got ${Object.keys(sources).join(", ")}`);
  const asked = withSource(blueprint, "labels", conditions(data, { draw }), "generator");
  return withInput(asked, "generator", (fields) => ({ field: "labels", layers: [oneHot({ classes: classesOf(fields) })] }));
}

/** How many classes the data's labels have. */
function classesOf({ labels }: FieldPlans): number {
  const problem = (message: string): ConfigurationError => new ConfigurationError("acgan", [{ path: "labels", message }]);
  if (labels?.classes === undefined) throw problem("expected labels of a known number of classes, which the data do not say; give their source `classes`");
  if (labels.shape.length > 0) throw problem(`expected one label per logit, got ${labels.shape.join(" x ")}: the class head names one class; leave packing out, or use conditional() in place of acgan()`);
  if (labels.classes < 2) throw problem(`expected labels of at least 2 classes, got ${labels.classes}: the class head has nothing to tell apart; leave acgan out`);
  return labels.classes;
}
