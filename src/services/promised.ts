import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";

/**
 * Runs an effect as a promise: a typed failure rejects as the error object itself, an abort interrupts the effect,
 * waits for its finalizers and rejects with the signal's reason.
 */
export async function promised<A, E>(effect: Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> {
  signal?.throwIfAborted();
  const exit = await Effect.runPromiseExit(effect, signal === undefined ? undefined : { signal });
  if (Exit.isSuccess(exit)) return exit.value;
  if (Cause.hasInterruptsOnly(exit.cause)) signal?.throwIfAborted();
  throw Cause.squash(exit.cause);
}
