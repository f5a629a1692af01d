import { classAccuracy, classCrossEntropy, type Term } from "../../src/index.ts";

/** The class term of one turn on one side: what the discriminator is shown there, views included, against its labels. */
export function classTerm(turn: "discriminator" | "generator", side: "real" | "fake", weight: number): Term {
  return {
    name: `classes/${turn}/${side}`,
    turn,
    weight,
    of(seen) {
      const labels = seen.shown(side)["labels"]!;
      const logits = seen[side]().heads["classes"]!;
      seen.measure(`classAccuracy/${side}`, classAccuracy(labels, logits));
      return classCrossEntropy(labels, logits);
    },
  };
}
