import type { DeviceFailed, DeviceUnavailable } from "../backends/deviceFailure.ts";
import type { ConfigurationError } from "../configuration/configurationError.ts";

/**
 * Every way in which a run can fail. All are plain `Error`s with a `_tag`; `TrainingFailure` is the closed union a
 * stream's `error` callback receives.
 */
abstract class Failure extends Error {
  abstract readonly _tag: string;
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** A source could not be opened or did not answer as it promised. */
export class SourceFailed extends Failure {
  readonly _tag = "SourceFailed";
  readonly source: string;
  constructor(source: string, message: string, cause?: unknown) {
    super(`${source}: ${message}`, cause);
    this.source = source;
  }
}

/** A plugin threw, or dropped, doubled, reordered or ended the rounds. */
export class PluginFailed extends Failure {
  readonly _tag = "PluginFailed";
  readonly plugin: string;
  readonly round: number;
  constructor(plugin: string, round: number, message: string, cause?: unknown) {
    super(`${plugin}: round ${round}: ${message}`, cause);
    this.plugin = plugin;
    this.round = round;
  }
}

/** A loss, measure or parameter became NaN or infinite. */
export class NotFinite extends Failure {
  readonly _tag = "NotFinite";
  readonly round: number;
  readonly quantity: string;
  readonly value: number;
  constructor(round: number, quantity: string, value: number) {
    super(`${quantity} became ${value} in round ${round}; lower the learning rate, or resume from an earlier checkpoint`);
    this.round = round;
    this.quantity = quantity;
    this.value = value;
  }
}

/** A checkpoint could not be read, verified, matched to the configuration, or written. */
export class CheckpointFailed extends Failure {
  readonly _tag = "CheckpointFailed";
  readonly reason: "locked" | "damaged" | "mismatch" | "missing" | "write" | "read";
  constructor(reason: "locked" | "damaged" | "mismatch" | "missing" | "write" | "read", message: string, cause?: unknown) {
    super(message, cause);
    this.reason = reason;
  }
}

/** A defect of this library, or something a plugin did that none of the above describes. */
export class Unexpected extends Failure {
  readonly _tag = "Unexpected";
}

export type TrainingFailure =
  | ConfigurationError
  | DeviceUnavailable
  | DeviceFailed
  | SourceFailed
  | PluginFailed
  | NotFinite
  | CheckpointFailed
  | Unexpected;

const tags: readonly TrainingFailure["_tag"][] = [
  "ConfigurationError",
  "DeviceUnavailable",
  "DeviceFailed",
  "SourceFailed",
  "PluginFailed",
  "NotFinite",
  "CheckpointFailed",
  "Unexpected",
];

/** The failure itself, or `Unexpected` around anything else that was thrown. */
export function asFailure(error: unknown): TrainingFailure {
  if (error instanceof Error && "_tag" in error && (tags as readonly unknown[]).includes(error._tag)) {
    return error as TrainingFailure;
  }
  return new Unexpected(error instanceof Error ? error.message : String(error), error);
}
