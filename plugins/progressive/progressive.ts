import { map } from "rxjs";
import {
  checkOptions, ConfigurationError, definePlugin, oneOf, optional, scheduledAt, scheduledSpec, text, tf, withNetworkEdit, withTermEdit, type Blueprint,
  type NetworkPlan, type PlayerPlan, type Plugin, type Round, type Scheduled, type View,
} from "../../src/index.ts";
import { expectBatches, expectLastSide, expectOrder, stagesCheck } from "./checkStages.ts";
import { growthAt, startsOf, type Growth, type Stage } from "./growthAt.ts";
import { ALPHA, SIDE } from "./growingBlock.ts";
import { fadeReal } from "./pixels.ts";

export { growing, growingLayers, type GrowingDiscriminatorOptions, type GrowingNetworkOptions, type GrowingOptions } from "./growing.ts";
export { growingFeatures, type GrowingFeaturesOptions } from "./growingFeatures.ts";
export { growingImages, type GrowingImagesOptions } from "./growingImages.ts";
export { growthAt, type Growing, type Growth, type Stage } from "./growthAt.ts";
export { fadeReal } from "./pixels.ts";

export interface ProgressiveOptions {
  /** From the smallest side to the images' own, each twice the one before. */
  readonly stages: readonly Stage[];
  /**
   * What the optimizers do with their memory of the old blocks when a stage begins: the authors' code begins anew with all of
   * it. New blocks start without any in either case. Default `"reset"`.
   */
  readonly slots?: "kept" | "reset";
  /** Default `generator`, `discriminator` and `adversary`. */
  readonly generator?: string;
  readonly discriminator?: string;
  readonly adversary?: string;
}

/**
 * Progressive growing: both players begin on small images and get a block for twice the side at every stage. A new block fades
 * in: α rises evenly from 1/(fade + 1) to 1, in the generator's output, in the discriminator's first block, and in the real
 * images, which go from one grain to the next with it. Only the blocks of the current stage are computed.
 *
 * For networks made by `growing()`. The settings `progressive/side` and `progressive/alpha` tell them how far they have grown,
 * the measures of the same names tell the subscriber, and `PluginReported` announces each stage. A function of the round alone:
 * nothing is carried. Samples and what is judged keep the final size; before the last stage they are coarse.
 *
 * Put it after plugins that change the players (`r1({ every })`). Any objective, stabiliser and class head goes with it.
 *
 * @throws ConfigurationError for wrong options; at assembly where the game has no such players; before the first round where
 *   the networks do not grow, the last stage is not the images' side, or a stage's batch does not come out even in the packs of
 *   `packing` or the groups of minibatch deviation
 * @example
 * ```ts
 * progressive({ stages: [{ side: 4, hold: 200 }, { side: 8, fade: 200, hold: 200 }, { side: 16, fade: 200, hold: 200, batchSize: 16, rate: 0.5 }] });
 * ```
 * Reference: Karras, Aila, Laine & Lehtinen 2018, "Progressive growing of GANs for improved quality, stability, and variation",
 * sections 2 and 4, appendix A.
 */
export function progressive(options: ProgressiveOptions): Plugin {
  checkOptions(
    "progressive",
    { stages: stagesCheck, slots: optional(oneOf("kept", "reset")), generator: optional(text), discriminator: optional(text), adversary: optional(text) },
    options,
  );
  const { stages, slots = "reset", generator = "generator", discriminator = "discriminator", adversary = "adversary" } = options;
  expectOrder(stages);
  const described = { stages: stages.map((stage) => ({ ...stage })), slots, generator, discriminator, adversary };
  const rate = ratesOf(stages);
  const staged = (player: PlayerPlan): PlayerPlan => ({
    ...player,
    optimizer: stages.every((stage) => (stage.rate ?? 1) === 1) ? player.optimizer : withRate(player.optimizer, rate),
    ...(slots === "kept" ? {} : { forgetsAt: [...(player.forgetsAt ?? []), ...startsOf(stages).slice(1)] }),
  });
  return definePlugin("progressive", (round$) => round$.pipe(map((round) => grown(round, stages))), {
    options: described,
    assemble(blueprint) {
      const networks = [generator, discriminator];
      const owners = (player: PlayerPlan): boolean => player.owns.some((part) => networks.includes(part.split("/")[0]!));
      const players = Object.fromEntries(Object.entries(blueprint.players).map(([name, player]) => [name, owners(player) ? staged(player) : player]));
      const edited = networks.reduce<Blueprint>(
        (game, network) => withNetworkEdit(game, network, {
          spec: { name: "progressive" },
          edit: (plan, fields) => {
            if (network === generator) expectLastSide(stages, fields["samples"]?.shape ?? []);
            return plan;
          },
          verify: (plan, _fields, views) => {
            expectGrowing(network, plan);
            if (network === discriminator) expectBatches(stages, blueprint.batchSize, plan, views);
          },
        }),
        { ...blueprint, players, views: [realView(stages, discriminator, described), ...blueprint.views], settings: { ...blueprint.settings, ...settingsOf(growthAt(0, stages)) } },
      );
      return withTermEdit(edited, measuredTerm(blueprint, adversary, discriminator), (term) => ({
        ...term,
        of(seen) {
          for (const setting of [SIDE, ALPHA]) seen.measure(setting, tf.scalar(seen.settings[setting]!));
          return term.of(seen);
        },
      }));
    },
  });
}

/** A round with what its stage says. */
function grown(round: Round, stages: readonly Stage[]): Round {
  const { stage, begunAt, side, alpha } = growthAt(round.index, stages);
  const { batchSize = round.batchSize } = stage;
  if (round.index === begunAt || round.index === begunAt + (stage.fade ?? 0)) {
    round.run.emit({ _tag: "PluginReported", round: round.index + 1, plugin: "progressive", values: { side, alpha, batchSize } });
  }
  return { ...round, batchSize, settings: { ...round.settings, ...settingsOf({ side, alpha }) } };
}

function settingsOf({ side, alpha }: Growth): Readonly<Record<string, number>> {
  return { [SIDE]: side, [ALPHA]: alpha };
}

/** What the discriminator sees of real images: first of all views, so that later ones find real and generated of one grain. */
function realView(stages: readonly Stage[], discriminator: string, options: NonNullable<View["spec"]["options"]>): View {
  return {
    name: "progressive",
    spec: { name: "progressive", options },
    networks: [discriminator],
    of: (record, { side, index }) => (side === "fake" ? record : { ...record, samples: fadeReal(record["samples"]!, growthAt(index, stages)) }),
  };
}

/** The factor on the learning rates, as a schedule. */
function ratesOf(stages: readonly Stage[]): (rate: Scheduled) => Scheduled {
  const factors = stages.map(({ rate = 1 }) => rate);
  return (rate) => ({
    spec: { name: "progressive", options: { factors, starts: [...startsOf(stages)], then: scheduledSpec(rate) } },
    at: (index) => (growthAt(index, stages).stage.rate ?? 1) * scheduledAt(rate, index),
  });
}

function withRate(optimizer: PlayerPlan["optimizer"], rate: (rate: Scheduled) => Scheduled): PlayerPlan["optimizer"] {
  const learningRate = rate(optimizer.learningRate);
  return { ...optimizer, learningRate, spec: { ...optimizer.spec, options: { ...optimizer.spec.options, learningRate: scheduledSpec(learningRate) } } };
}

/** The discriminator's adversarial term, which leaves the measures. */
function measuredTerm({ terms }: Blueprint, adversary: string, discriminator: string): string {
  const name = `${adversary}/${discriminator}`;
  if (terms.some((term) => term.name === name)) return name;
  throw new RangeError(`no term is named "${name}"; there are ${terms.map((term) => term.name).join(", ") || "none"}`);
}

function expectGrowing(network: string, { trunk, heads }: NetworkPlan): void {
  const kinds = [trunk, ...Object.values(heads)].flat().map(({ spec }) => spec.name);
  if (kinds.includes("growingImages") || kinds.includes("growingFeatures")) return;
  throw new ConfigurationError("progressive", [{ path: network, message: "expected a network that grows, such as growing() makes, got one without a growing layer" }]);
}
