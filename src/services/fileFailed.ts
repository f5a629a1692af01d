import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import { CheckpointFailed } from "../game/failure.ts";

/** What the file system answered instead of doing as asked. Internal: callers of the library see `CheckpointFailed`. */
export class FileFailed extends Data.TaggedError("FileFailed")<{
  /** Completes "cannot …": `write`, `list`. */
  readonly operation: string;
  readonly path: string;
  readonly code: string;
  readonly cause: unknown;
}> {}

/** The failures within the checkpoint protocol. */
export type ProtocolFailure = FileFailed | CheckpointFailed;

/**
 * Runs a file operation. An error with a code becomes `FileFailed`, a `CheckpointFailed` stays itself, and anything
 * else is a defect. Interrupted, it aborts the signal and waits: nothing may close a file under a read still going on.
 */
export function attempt<A>(operation: string, path: string, work: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, ProtocolFailure> {
  return Effect.callback<A, ProtocolFailure>((resume, signal) => {
    const settled = Promise.resolve()
      .then(() => work(signal))
      .then(
        (answer) => resume(Effect.succeed(answer)),
        (cause: unknown) => resume(failureOf(operation, path, cause)),
      );
    return Effect.promise(() => settled);
  });
}

function failureOf(operation: string, path: string, cause: unknown): Effect.Effect<never, ProtocolFailure> {
  if (cause instanceof CheckpointFailed) return Effect.fail(cause);
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? Effect.fail(new FileFailed({ operation, path, code, cause })) : Effect.die(cause);
}

const passing = ["EAGAIN", "EBUSY", "EINTR", "EMFILE", "ENFILE"];

/**
 * Asks again a few times where the answer was that the system is busy. Not for writing or syncing: after a failed sync
 * the kernel may have dropped the pages, and a second one succeeds without them.
 */
export function patiently<A>(effect: Effect.Effect<A, ProtocolFailure>): Effect.Effect<A, ProtocolFailure> {
  return Effect.retry(effect, {
    schedule: Schedule.exponential("10 millis"),
    times: 5,
    while: (failure) => failure._tag === "FileFailed" && passing.includes(failure.code),
  });
}

/** Whether the file system said that there is no such thing. */
export function isMissing(failure: ProtocolFailure): boolean {
  return failure._tag === "FileFailed" && failure.code === "ENOENT";
}

/** Whether a checkpoint was read and cannot be believed. */
export function isDamage(failure: ProtocolFailure): boolean {
  return failure._tag === "CheckpointFailed" && failure.reason === "damaged";
}

/** The public form of a failure: who, what, why, and how to mend it. */
export function asCheckpointFailed(reason: "read" | "write", failure: ProtocolFailure): CheckpointFailed {
  if (failure._tag === "CheckpointFailed") return failure;
  const { operation, path, code, cause } = failure;
  return new CheckpointFailed(reason, `checkpoints: cannot ${operation} ${path}: ${explanation(reason, code, cause)} (${code})`, cause);
}

function explanation(reason: "read" | "write", code: string, cause: unknown): string {
  switch (code) {
    case "ENOSPC":
      return "no space is left on the device; free some or keep fewer checkpoints. Older checkpoints are intact";
    case "EDQUOT":
      return "the disk quota is used up; free some or keep fewer checkpoints. Older checkpoints are intact";
    case "EACCES":
    case "EPERM":
      return `this process may not ${reason} there; change the permissions or choose another folder`;
    case "EROFS":
      return "the file system is read-only; choose another folder";
    case "EEXIST":
    case "ENOTDIR":
      return "a file stands where a folder is wanted; choose another path";
    case "ENOENT":
      return "it is not there";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
