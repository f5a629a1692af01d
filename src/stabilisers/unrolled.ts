import { boolean, checkOptions, integer, optional, text } from "../configuration/checkOptions.ts";
import type { Blueprint } from "../game/blueprint.ts";
import { jointPass } from "../game/jointPass.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Seen } from "../game/seen.ts";
import { seenWith } from "../game/seenWith.ts";
import { movedBy, type Standing } from "../game/standing.ts";
import type { Term } from "../game/term.ts";
import type { Turn } from "../game/turn.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import type { Pass } from "../networks/network.ts";
import { withoutTape } from "../math/withoutTape.ts";

export interface UnrolledOptions {
  /** Updates of the discriminator that the generator looks ahead; 0 is the game without unrolling. */
  readonly steps: number;
  /**
   * Whether the generator's gradient flows through the discriminator's updates. Without, the generator plays against the
   * discriminator of the future but does not see how it moves it; cheaper, and not what the paper proposes. Default true.
   */
  readonly isThroughUpdates?: boolean;
  /** Default `generator` and `discriminator`: the turns, and the player that is unrolled. */
  readonly generatorTurn?: string;
  readonly discriminatorTurn?: string;
  readonly player?: string;
}

/**
 * Lets the generator look ahead: it minimises f_K(θ_G, θ_D) = f(θ_G, θ_D^K(θ_G, θ_D)), where θ_D^K is the discriminator
 * after K updates of its own on this batch, and its gradient flows through those updates. A generator that drops all
 * mass on one mode sees the discriminator answer, and does not.
 *
 * The updates are the discriminator's own (its optimizer with its present slots, its transforms and constraints) on the
 * terms of its turn as they are in this round, weights set by a command included, evaluated on the generator turn's batches.
 * They are a thought: nothing moves, no buffer changes. A lazy penalty, which is a turn of its own, has no part in them; and
 * a term that is put into the generator's turn after this plugin sees the discriminator of the present. Costs K forward and backward passes of the discriminator more, and a second-order backward through them.
 *
 * Every operation the discriminator uses must be differentiable twice; tfjs names the one that is not.
 *
 * @throws ConfigurationError for wrong options; at assembly where there are no such turns, the player is not moved by its, or is unrolled already.
 * Reference: Metz, Poole, Pfau & Sohl-Dickstein 2017, "Unrolled generative adversarial networks", equations 7 to 10.
 */
export function unrolled(options: UnrolledOptions): Plugin {
  checkOptions(
    "unrolled",
    { steps: integer(0), isThroughUpdates: optional(boolean), generatorTurn: optional(text), discriminatorTurn: optional(text), player: optional(text) },
    options,
  );
  const { steps, isThroughUpdates = true, generatorTurn = "generator", discriminatorTurn = "discriminator", player = "discriminator" } = options;
  return definePlugin("unrolled", (round$) => round$, {
    options: { steps, isThroughUpdates, generatorTurn, discriminatorTurn, player },
    assemble: (blueprint) => {
      turnOf(blueprint, "generatorTurn", generatorTurn);
      const { players } = turnOf(blueprint, "discriminatorTurn", discriminatorTurn);
      if (!players.includes(player)) throw new RangeError(`player: expected one that the turn "${discriminatorTurn}" moves (${players.join(", ")}), got "${player}"`);
      const isUnrolled = ({ turn, spec }: Term): boolean => turn === generatorTurn && spec?.name === "unrolled" && spec.options?.["player"] === player;
      if (blueprint.terms.some(isUnrolled)) throw new RangeError(`player: "${player}" is unrolled already; give one unrolled() all the steps`);
      const ahead = (term: Term): Term => ({
        ...term,
        spec: { name: "unrolled", options: { term: { ...(term.spec ?? { name: term.name }) }, steps, isThroughUpdates, player } },
        of: (seen) => {
          const standing = seen.once(`unrolled/${player}`, () => lookAhead(seen, discriminatorTurn, player, steps, isThroughUpdates));
          return term.of(withParameters(seen, standing));
        },
      });
      return { ...blueprint, terms: blueprint.terms.map((term) => (term.turn === generatorTurn && steps > 0 ? ahead(term) : term)) };
    },
  });
}

function turnOf({ turns }: Blueprint, option: string, name: string): Turn {
  const turn = turns.find((known) => known.name === name);
  if (turn === undefined) throw new RangeError(`${option}: no turn is named "${name}"; there are ${turns.map((known) => known.name).join(", ")}`);
  return turn;
}

/** Where the player would stand after some updates, by the terms of its turn, on the batches that are seen. */
function lookAhead(seen: Seen, turn: string, player: string, steps: number, isThroughUpdates: boolean): Standing {
  const { plan, standing, rate } = seen.player(player);
  const terms = seen.terms(turn);
  if (terms.length === 0) return standing;
  const isSideAlone = terms.some(({ term }) => term.differentiatesSide === true);
  let at = standing;
  for (let step = 0; step < steps; step++) {
    const names = [...at.parameters.keys()];
    const loss = (): tf.Scalar => terms.map(({ term, weight }) => weighted(term.of(withParameters(seen, at, isSideAlone)), weight)).reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
    const { grads } = tf.engine().gradients(loss, names.map((name) => at.parameters.get(name)!), undefined, true);
    const gradients = new Map(names.flatMap((name, i) => (grads[i] == null ? [] : [[name, grads[i] as Tensor]])));
    at = movedBy(gradients, plan, at, rate);
    if (!isThroughUpdates) at = { ...at, parameters: new Map([...at.parameters].map(([name, value]) => [name, withoutTape(() => tf.clone(value))])) };
  }
  return at;
}

function weighted(value: Tensor, weight: number): Tensor {
  return weight === 1 ? value : tf.mul(value, weight);
}

/**
 * The same sight with some networks' parameters replaced; passes are made anew and move no buffers. Both sides are judged in one
 * pass, unless a term differentiates a side alone.
 */
function withParameters(seen: Seen, { parameters }: Standing, isSideAlone = false): Seen {
  const replaced = new Map<string, Record<string, Tensor>>();
  for (const [name, value] of parameters) {
    const [network, ...rest] = name.split("/");
    replaced.set(network!, { ...replaced.get(network!), [rest.join("/")]: value });
  }
  const parametersOf = (network: string): Tensors => ({ ...seen.parameters(network), ...replaced.get(network) });
  const forward: Seen["forward"] = (network, record, options = {}) =>
    replaced.has(network) ? seen.forward(network, record, { isFrozen: true, parameters: parametersOf(network), ...options }) : seen.forward(network, record, options);
  const passes = new Map<string, Pass>();
  const judged = (side: "real" | "fake", adversary = "adversary"): Pass => {
    const pass = passes.get(`${adversary}/${side}`) ?? forward(seen.discriminatorOf(adversary), seen.shown(side, adversary));
    passes.set(`${adversary}/${side}`, pass);
    return pass;
  };
  const sides: Seen["sides"] = (adversary = "adversary") => {
    const network = seen.discriminatorOf(adversary);
    const mayJoin = replaced.has(network) && !seen.mixesSamples(network) && !isSideAlone && !passes.has(`${adversary}/real`) && !passes.has(`${adversary}/fake`);
    const joint = mayJoin ? jointPass(seen.shown("real", adversary), seen.shown("fake", adversary), (record) => forward(network, record)) : undefined;
    if (joint !== undefined) passes.set(`${adversary}/real`, joint[0]).set(`${adversary}/fake`, joint[1]);
    return { real: judged("real", adversary), fake: judged("fake", adversary) };
  };
  return seenWith(seen, {
    real: (adversary) => judged("real", adversary),
    fake: (adversary) => judged("fake", adversary),
    sides,
    forward,
    parameters: parametersOf,
    once: (_, make) => make(),
    measure: () => undefined,
  });
}
