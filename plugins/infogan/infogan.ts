import {
  boolean, categorical, checkOptions, definePlugin, having, integer, listOf, number, optional, withInput, withPlayer, withSource, withTerm, withTurn,
  oneHot, uniform, withHead,
  type Blueprint, type Optimizer, type Plugin, type Source,
} from "../../src/index.ts";
import { codeHead } from "./codeHead.ts";
import { informationTerm, type Code } from "./terms.ts";

export { codeAgreement, type CodeAgreement } from "./codeAgreement.ts";
export { traverse, type Traversal } from "./traverse.ts";

export interface InfoganOptions {
  /** Classes of each categorical code, drawn uniformly: fields `category1`, `category2` … Default `[10]`. */
  readonly categories?: readonly number[];
  /** How many continuous codes, uniform in [-1, 1], the field `codes` has; 0 for none. Default 2. */
  readonly continuous?: number;
  /** λ of the categorical codes' bound, in units of the generator's loss per nat. Default 1. */
  readonly weight?: number;
  /** λ of the continuous codes' bound. Default 0.2: at 0.5 they take what tells digits apart from the categories. */
  readonly continuousWeight?: number;
  /** Units of the hidden layer of each head. Default 128. */
  readonly hidden?: number;
  /** Moves the heads. Default the generator's. */
  readonly optimizer?: Optimizer;
  /** Whether the bound is raised in the discriminator's turn, too, where it moves the trunk the heads stand on. Default false. */
  readonly shapesTrunk?: boolean;
  /**
   * Whether the generator is rewarded. `false` is the control: a GAN that is given codes it need not use, with heads
   * trained beside it that try to read them. Default true.
   */
  readonly rewardsGenerator?: boolean;
}

/**
 * Codes the generator must make visible: it reads c beside its noise, heads Q on the discriminator's trunk read c back
 * from the sample, and generator and heads together raise a lower bound of the mutual information of code and sample.
 *
 *     min_{G, Q} max_D V(D, G) − λ L_I(G, Q),   L_I = H(c) + E[log q(c | G(z, c))]  ≤  I(c; G(z, c))
 *
 * The heads are moved in the generator's turn by a player of their own, `codes`. What classes and directions the codes
 * come to mean is found without labels. Leaves the bound in nats as a measure of each round: `information/category1` (of
 * at most ln 10 for ten classes) and `information/codes`.
 *
 * @throws ConfigurationError for wrong options or no codes at all, and when the run opens where a view shows the heads more
 * than one sample at a time (`packing`)
 * @example
 * ```ts
 * train$(game, infogan(), discriminatorStep(), generatorStep(), drawSamples({ every: 250, count: 100, given: { category1: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } }));
 * ```
 * Reference: Chen, Duan, Houthooft, Schulman, Sutskever and Abbeel 2016, "InfoGAN", sections 4 to 6.
 */
export function infogan(options: InfoganOptions = {}): Plugin<"codes"> {
  checkOptions("infogan", checks, options);
  const { categories = [10], continuous = 2, weight = 1, continuousWeight = 0.2, hidden = 128, optimizer, shapesTrunk = false, rewardsGenerator = true } = options;
  const codes: readonly Code[] = [
    ...categories.map((classes, i): Code => ({ field: `category${i + 1}`, kind: "category", size: classes, weight })),
    ...(continuous === 0 ? [] : [{ field: "codes", kind: "continuous", size: continuous, weight: continuousWeight } as const]),
  ];
  return definePlugin("infogan", (round$) => round$, {
    options: { categories: [...categories], continuous, weight, continuousWeight, hidden, shapesTrunk, rewardsGenerator },
    adds: ["codes"],
    assemble: (blueprint) => {
      if (codes.length === 0) throw new RangeError("expected at least one code, got categories [] and continuous 0");
      const coded = codes.reduce((game, code) => withCode(game, code, hidden), blueprint);
      const moved = withHeadsMoved(coded, codes, optimizer ?? coded.players["generator"]!.optimizer, rewardsGenerator);
      const turns = [rewardsGenerator ? "generator" : "codes", ...(shapesTrunk ? ["discriminator"] : [])];
      return withTerm(moved, ...turns.flatMap((turn) => codes.map((code) => informationTerm(turn, code))));
    },
  });
}

/** A game whose generator reads a code, and whose discriminator has a head for it. */
function withCode(blueprint: Blueprint, code: Code, hidden: number): Blueprint {
  const { field, kind, size } = code;
  const source: Source = kind === "category" ? categorical(size, { field }) : uniform(size, { field });
  const drawn = withSource(blueprint, field, source, "generator");
  const read = withInput(drawn, "generator", () => (kind === "category" ? { field, layers: [oneHot({ classes: size })] } : { field }));
  return withHead(read, "discriminator", field, (fields) => codeHead(code, fields, hidden));
}

/** A game with a player that owns the heads, moved in the generator's turn, or in one of its own after it. */
function withHeadsMoved(blueprint: Blueprint, codes: readonly Code[], optimizer: Optimizer, isInGeneratorsTurn: boolean): Blueprint {
  const game = withPlayer(blueprint, "codes", { optimizer, owns: codes.map(({ field }) => `discriminator/${field}`) });
  if (!isInGeneratorsTurn) return withTurn(game, { name: "codes", players: ["codes"], after: "generator" });
  return { ...game, turns: game.turns.map((turn) => (turn.name === "generator" ? { ...turn, players: [...turn.players, "codes"] } : turn)) };
}

const checks = {
  categories: optional(listOf(integer(2))),
  continuous: optional(integer(0)),
  weight: optional(number({ above: 0 })),
  continuousWeight: optional(number({ above: 0 })),
  hidden: optional(integer()),
  optimizer: optional(having("an optimizer such as adam({ learningRate })", "update")),
  shapesTrunk: optional(boolean),
  rewardsGenerator: optional(boolean),
};
