import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Scope from "effect/Scope";
import * as Semaphore from "effect/Semaphore";
import type { Best, OpenCheckpoints } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { isTemporaryFile, lockFile } from "./checkpointNames.ts";
import { asCheckpointFailed, attempt, type ProtocolFailure } from "./fileFailed.ts";
import type { Files } from "./files.ts";
import { findLatest, findNamed } from "./folderContents.ts";
import { lockFolder } from "./lock.ts";
import type { Manifest } from "./manifest.ts";
import { promised } from "./promised.ts";
import { removeFiles, saveSnapshot, unreferenced } from "./saveSnapshot.ts";

/** What a folder keeps. */
export interface Keeping {
  /** How many of the newest checkpoints stay; all where it is left out. */
  readonly keep?: number;
  readonly best?: Best;
}

/**
 * Opens a checkpoint folder for one run: makes it where it is missing, locks it, and clears away what saves that were
 * cut short left behind.
 *
 * One operation runs at a time; a save is carried to its end even where `signal` aborts.
 *
 * @throws CheckpointFailed with reason `locked` where another run uses the folder, `write` where it cannot be written to
 */
export async function openCheckpointFolder(files: Files, folder: string, keeping: Keeping, signal?: AbortSignal): Promise<OpenCheckpoints> {
  const scope = Scope.makeUnsafe();
  const turnstile = Semaphore.makeUnsafe(1);
  const damaged = new Set<string>();
  let isOpen = true;

  const opening = Effect.gen(function* () {
    yield* attempt("make the folder", folder, () => files.makeFolder(folder));
    const lock = yield* Scope.provide(lockFolder(files, folder), scope);
    yield* clearLeftovers(files, folder);
    return lock;
  }).pipe(Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void)));
  const lock = await promised(Effect.mapError(opening, (failure) => asCheckpointFailed("write", failure)), signal);

  const inTurn = <A>(reason: "read" | "write", effect: Effect.Effect<A, ProtocolFailure>, until?: AbortSignal): Promise<A> => {
    const guarded = Effect.suspend(
      () => (isOpen ? effect : Effect.fail(new CheckpointFailed(reason, `${folder}: the store is closed; open it again`))),
    );
    return promised(Effect.mapError(turnstile.withPermits(1)(guarded), (failure) => asCheckpointFailed(reason, failure)), until);
  };
  const store: OpenCheckpoints = {
    async latest() {
      const found = await inTurn("read", findLatest(files, folder), signal);
      for (const manifest of found.damaged) damaged.add(saveOf(manifest));
      return found.restored;
    },
    named: (name) => inTurn("read", findNamed(files, folder, name), signal),
    save(snapshot) {
      const isDamaged = (manifest: Manifest): boolean => damaged.has(saveOf(manifest));
      const saving = Effect.andThen(lock.verify, saveSnapshot({ files, folder, ...keeping, isDamaged }, snapshot));
      return inTurn("write", Effect.uninterruptible(saving));
    },
    async close() {
      await promised(
        turnstile.withPermits(1)(
          Effect.suspend(() => {
            isOpen = false;
            return Scope.close(scope, Exit.void);
          }),
        ),
      );
    },
  };
  // The abort may have come when everything was done already.
  if (signal?.aborted === true) {
    await store.close();
    signal.throwIfAborted();
  }
  return store;
}

/** One save of one round, which another save of the same round is not. */
function saveOf({ name, sequence }: Manifest): string {
  return `${name}/${sequence}`;
}

function clearLeftovers(files: Files, folder: string): Effect.Effect<void, ProtocolFailure> {
  return Effect.gen(function* () {
    const listed = yield* attempt("list", folder, () => files.list(folder));
    const isLeftover = (file: string): boolean => isTemporaryFile(file) || file.startsWith(`${lockFile}.`);
    const orphans = yield* Effect.catchTag(unreferenced(files, folder), "CheckpointFailed", () => Effect.succeed([]));
    yield* removeFiles(files, folder, [...listed.filter(isLeftover), ...orphans]);
  });
}
