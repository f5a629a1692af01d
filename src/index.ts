/**
 * Saddlepoint: training a generative model is a stream. This is the public API, and the only door for plugins and
 * examples.
 */

// Training
export { trainGAN$, type TrainGanOptions } from "./trainGAN.ts";
export { train$, trainUnordered$, Training } from "./train.ts";

// Games
export { game, type Game, type GameOptions, type RunOptions } from "./game/game.ts";
export { adversarialTerms, gan, type GanOptions, type GanPair } from "./game/gan.ts";
export { generatedAgainst, type Adversary } from "./game/adversary.ts";
export type { Command } from "./game/command.ts";
export type { Constraint, PlayerPlan } from "./game/player.ts";
export type { ForwardOptions, Seen } from "./game/seen.ts";
export type { Term } from "./game/term.ts";
export type { Turn } from "./game/turn.ts";
export type { View, ViewContext } from "./game/view.ts";

// Plugins
export {
  scheduledSpec,
  withHead,
  withInput,
  withNetworkEdit,
  withPlayer,
  withSource,
  withTerm,
  withTurn,
  withView,
  type Blueprint,
  type NetworkEdit,
  type NetworkEntry,
} from "./game/blueprint.ts";
export { definePlugin, type AnyPlugin, type Ordered, type Plugin, type PluginDescription, type PluginOptions } from "./game/plugin.ts";
export { withCarry, type Carry, type CarryTree, type DrawOptions, type Round, type Run } from "./game/round.ts";
export { averagesOf, type Averages } from "./game/averages.ts";

// Steps
export { averageWeights, type AverageWeightsOptions } from "./steps/averageWeights.ts";
export { discriminatorStep } from "./steps/discriminatorStep.ts";
export { generatorStep } from "./steps/generatorStep.ts";
export { simultaneousStep } from "./steps/simultaneousStep.ts";
export { step, type StepOptions } from "./steps/step.ts";

// Probes
export { drawSamples, type DrawSamplesOptions } from "./probes/drawSamples.ts";

// Events and failures
export type {
  CheckpointSaved,
  CommandApplied,
  PluginReported,
  RoundPlayed,
  RunCompleted,
  RunStarted,
  SamplesDrawn,
  SinkFailed,
  TrainingEvent,
  Warned,
} from "./game/event.ts";
export { CheckpointFailed, NotFinite, PluginFailed, SourceFailed, Unexpected, type TrainingFailure } from "./game/failure.ts";
export { ConfigurationError, type Problem } from "./configuration/configurationError.ts";
export { DeviceFailed, DeviceUnavailable } from "./backends/deviceFailure.ts";
export type { BackendChoice, DeviceDescription } from "./backends/device.ts";
export type { Json, Spec } from "./configuration/spec.ts";
