import type { DeviceDescription } from "../backends/device.ts";
import type { Json } from "../configuration/spec.ts";
import type { Shape } from "../math/tensor.ts";
import type { Command } from "./command.ts";
import type { Score } from "./score.ts";

/** First event of every run. */
export interface RunStarted {
  readonly _tag: "RunStarted";
  /** Rounds already played when the run was resumed, else 0. */
  readonly round: number;
  /** Total rounds the run plays to. */
  readonly rounds: number;
  readonly device: DeviceDescription;
  /** The checkpoint it resumed from. */
  readonly resumedFrom?: string;
  /** Trainable numbers by network. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly configuration: Json;
}

/** One round was played. Emitted in order, when its losses were read; stamped when it was played. */
export interface RoundPlayed {
  readonly _tag: "RoundPlayed";
  /** Rounds played so far: 1 after the first. */
  readonly round: number;
  readonly rounds: number;
  /** Losses and measures by name: `loss/generator`. Only turns played in this round appear. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Milliseconds since the run started, at the time it was played. */
  readonly elapsedMs: number;
}

/** Generated samples, as plain numbers. */
export interface SamplesDrawn {
  readonly _tag: "SamplesDrawn";
  readonly round: number;
  /** The network that made them. */
  readonly network: string;
  /** `averaged` when drawn from averaged weights. */
  readonly weights: "raw" | "averaged";
  readonly count: number;
  readonly shape: Shape;
  /** Range of the real samples, `[-1, 1]` for images; absent where they have none (points in the plane). */
  readonly range?: readonly [number, number];
  /** `count` samples of `shape`, row by row. */
  readonly values: Float32Array;
  /** The classes they were asked to be, one each, where the network reads labels. */
  readonly labels?: Int32Array;
}

/** A score with the metric it belongs to. */
export interface MeasuredScore extends Score {
  readonly metric: string;
  /** Whether a model is better when it falls or when it rises; known of a metric's own figure, its first score. */
  readonly better?: "lower" | "higher";
}

/** Generated samples were judged while the model trains. */
export interface Measured {
  readonly _tag: "Measured";
  /** Rounds played when the samples were drawn. */
  readonly round: number;
  /** The network that made them. */
  readonly network: string;
  readonly weights: "raw" | "averaged";
  /** Samples judged. */
  readonly count: number;
  readonly scores: readonly MeasuredScore[];
  /** What it took: drawing and judging, in milliseconds. */
  readonly durationMs: number;
  /** Part of the wall time since the run began or was resumed that went into measuring, in [0, 1]. */
  readonly share: number;
}

/** What `watchCollapse` looks for. */
export type CollapseKind = "coverage lost" | "mode hopping" | "dead gradient" | "oscillation" | "divergence";

/** What was watched looks like a training that fails. A suspicion: the run goes on. */
export interface CollapseSuspected {
  readonly _tag: "CollapseSuspected";
  readonly round: number;
  readonly kind: CollapseKind;
  /** One sentence with the numbers it rests on. */
  readonly message: string;
  /** Those numbers, by name. */
  readonly evidence: Readonly<Record<string, number>>;
  /** What is usually done about it. */
  readonly advice: string;
}

export interface CheckpointSaved {
  readonly _tag: "CheckpointSaved";
  readonly round: number;
  readonly origin: string;
  readonly bytes: number;
  readonly durationMs: number;
}

/** Something a plugin or probe has to say: plain numbers and JSON. */
export interface PluginReported {
  readonly _tag: "PluginReported";
  readonly round: number;
  readonly plugin: string;
  readonly values: Readonly<Record<string, Json>>;
}

/** A command from `control$` was carried out. */
export interface CommandApplied {
  readonly _tag: "CommandApplied";
  readonly round: number;
  readonly command: Command;
}

/** Something the user should know that does not stop the run. */
export interface Warned {
  readonly _tag: "Warned";
  readonly round: number;
  readonly message: string;
}

/** A sink threw; the run and the other sinks go on. */
export interface SinkFailed {
  readonly _tag: "SinkFailed";
  readonly round: number;
  readonly sink: string;
  readonly message: string;
}

/** Last event of a run that did not fail. */
export interface RunCompleted {
  readonly _tag: "RunCompleted";
  readonly round: number;
  readonly reason: "finished" | "stopped" | "already finished";
  readonly elapsedMs: number;
}

/** What a subscriber receives: plain data only. */
export type TrainingEvent =
  | RunStarted
  | RoundPlayed
  | SamplesDrawn
  | Measured
  | CollapseSuspected
  | CheckpointSaved
  | PluginReported
  | CommandApplied
  | Warned
  | SinkFailed
  | RunCompleted;
