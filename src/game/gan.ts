import { anything, checkOptions, either, having, satisfies } from "../configuration/checkOptions.ts";
import type { Objective } from "../math/objectives/objective.ts";
import { reconstructionEnergy } from "../math/objectives/reconstructionEnergy.ts";
import type { Tensor } from "../math/tensor.ts";
import type { NetworkFactory, Pass } from "../networks/network.ts";
import type { Optimizer } from "../networks/optimizer.ts";
import { generatedAgainst } from "./adversary.ts";
import { game, runChecks, type Game, type RunOptions } from "./game.ts";
import type { PlayerPlan } from "./player.ts";
import type { Seen } from "./seen.ts";
import type { Source } from "./source.ts";
import type { Term } from "./term.ts";

/** The two players of a GAN. */
export interface GanPair<T> {
  readonly generator: T;
  readonly discriminator: T;
}

/** What a GAN is made of. */
export interface GanOptions<Fields extends string = string> extends RunOptions {
  /** Real samples; decides the batch size and the samples' shape. */
  readonly data: Source<Fields>;
  /** What the generator maps to samples. */
  readonly noise: Source;
  /** Shapes come from data and noise: `dcgan()`, `mlp()`. */
  readonly networks: GanPair<NetworkFactory>;
  readonly objective: Objective;
  /** One for both (each player has slots of its own), or one each. */
  readonly optimizers: Optimizer | GanPair<Optimizer>;
}

const optimizer = having("an optimizer such as adam({ learningRate })", "update");
const factory = having("a network factory such as dcgan().generator", "plan");
const source = having("a source such as digits({ batchSize }) or gaussian(64)", "open");

/** The checks of `GanOptions`, shared with `trainGAN$`. */
export const ganChecks = {
  ...runChecks,
  data: source,
  noise: source,
  networks: pairOf(factory.expected, (value) => factory.problems(value, "").length === 0),
  objective: satisfies("an objective such as nonSaturating()", (value) => typeof (value as { generator?: unknown } | null)?.generator === "function"),
  optimizers: either(optimizer, pairOf(optimizer.expected, (value) => optimizer.problems(value, "").length === 0)),
};

/**
 * The game of a GAN: turns `discriminator` and `generator`, players and networks of the same names, one adversary.
 *
 * @throws ConfigurationError naming every wrong option.
 */
export function gan<const Fields extends string>(options: GanOptions<Fields>): Game<Fields> {
  const { data, noise, networks, objective, optimizers, ...run } = options;
  checkOptions("gan", { ...ganChecks, noise: anything }, { ...options });
  const optimizerOf = (player: keyof GanPair<unknown>): Optimizer => ("update" in optimizers ? optimizers : optimizers[player]);
  const player = (name: keyof GanPair<unknown>): PlayerPlan => ({ optimizer: optimizerOf(name), owns: [name] });
  return game({
    ...run,
    sources: { data, noise },
    networks: { generator: networks.generator, discriminator: networks.discriminator },
    latents: { generator: ["noise"] },
    adversaries: { adversary: generatedAgainst("data") },
    players: { discriminator: player("discriminator"), generator: player("generator") },
    turns: [
      { name: "discriminator", players: ["discriminator"] },
      { name: "generator", players: ["generator"] },
    ],
    terms: adversarialTerms(objective),
  }) as Game<Fields>;
}

/** The two terms of an objective: the discriminator's and the generator's, on one adversary's scores. */
export function adversarialTerms(
  objective: Objective,
  { adversary = "adversary", discriminator = "discriminator", generator = "generator" } = {},
): readonly [Term, Term] {
  const spec = (side: string) => ({ name: `${objective.spec.name}/${side}`, options: { ...objective.spec.options } });
  const { generatorSeesReal, generatorSeesFeatures = false } = objective;
  const scores = (seen: Seen, side: "real" | "fake", pass: Pass): Tensor => scoresOf(objective, seen, side, pass, adversary);
  return [
    {
      name: `${adversary}/${discriminator}`,
      turn: discriminator,
      spec: spec("discriminator"),
      of(seen) {
        const { real, fake } = seen.sides(adversary);
        return objective.discriminator({ real: scores(seen, "real", real), fake: scores(seen, "fake", fake) });
      },
    },
    {
      name: `${adversary}/${generator}`,
      turn: generator,
      spec: spec("generator"),
      of: (seen) =>
        objective.generator({
          fake: scores(seen, "fake", seen.fake(adversary)),
          ...(generatorSeesReal ? { real: scores(seen, "real", seen.real(adversary)) } : {}),
          ...(generatorSeesFeatures ? { fakeFeatures: seen.fake(adversary).features } : {}),
          ...(generatorSeesFeatures && generatorSeesReal ? { realFeatures: seen.real(adversary).features } : {}),
        }),
    },
  ];
}

/** How the discriminator judges one side: its logits, or the energies of what it was shown. */
function scoresOf({ spec, judgesBy = "logits" }: Objective, seen: Seen, side: "real" | "fake", { heads }: Pass, adversary: string): Tensor {
  const head = judgesBy === "logits" ? "logits" : "reconstruction";
  const output = heads[head];
  if (output === undefined) {
    throw new RangeError(`${spec.name} judges by ${judgesBy}: "${seen.discriminatorOf(adversary)}" needs a head "${head}", and has ${Object.keys(heads).join(", ")}`);
  }
  return judgesBy === "logits" ? output : reconstructionEnergy(seen.shown(side, adversary)["samples"]!, output);
}

function pairOf(expected: string, accepts: (value: unknown) => boolean) {
  return satisfies(`{ generator, discriminator }, each ${expected}`, (value) => {
    const pair = value as Partial<GanPair<unknown>> | null;
    return pair !== null && typeof pair === "object" && accepts(pair.generator) && accepts(pair.discriminator);
  });
}
