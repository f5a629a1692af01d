import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import { basename, dirname, join } from "node:path";
import { CheckpointFailed } from "../game/failure.ts";
import { atomicWrite, textChunks } from "./atomicWrite.ts";
import { lockFile } from "./checkpointNames.ts";
import { attempt, isMissing, patiently, type ProtocolFailure } from "./fileFailed.ts";
import { type Files, readText } from "./files.ts";
import { type ProcessIdentity, standingOf, thisProcess } from "./processIdentity.ts";

/** Who holds a lock. The token is its own for every lock ever taken. */
interface Holder extends ProcessIdentity {
  readonly token: string;
  readonly since: string;
}

const HolderSchema: Schema.Codec<Holder, unknown> = Schema.Struct({
  token: Schema.String,
  since: Schema.String,
  pid: Schema.Int,
  host: Schema.String,
  started: Schema.NullOr(Schema.String),
});

/** A folder held by this run. */
export interface Lock {
  /** Fails where somebody has removed or taken the lock meanwhile: then another run may be writing. */
  readonly verify: Effect.Effect<void, ProtocolFailure>;
}

/**
 * Locks a folder until the scope closes. The lock is a file that names its process; one whose process has ended on
 * this host is taken over, any other is respected.
 *
 * Fails with `CheckpointFailed`, reason `locked`, naming the process that holds it.
 */
export function lockFolder(files: Files, folder: string): Effect.Effect<Lock, ProtocolFailure, Scope.Scope> {
  const path = join(folder, lockFile);
  return Effect.acquireRelease(
    Effect.gen(function* () {
      const identity = yield* attempt("identify the process", path, thisProcess);
      const me: Holder = { ...identity, token: crypto.randomUUID(), since: new Date().toISOString() };
      yield* take(files, path, me);
      return me;
    }),
    (me) => Effect.ignore(Effect.flatMap(ownedBy(files, path, me), (isOurs) => (isOurs ? remove(files, path) : Effect.void))),
  ).pipe(
    Effect.map((me) => ({
      verify: Effect.flatMap(
        ownedBy(files, path, me),
        (isOurs) =>
          isOurs ? Effect.void : Effect.fail(
            new CheckpointFailed(
              "locked",
              `${path} is no longer ours: another run has removed or taken it, and may be writing to the folder`,
            ),
          ),
      ),
    })),
  );
}

/**
 * Creates the lock, or takes it over from a process that has ended.
 *
 * Of several that find the same ended holder only one may replace its lock. So each first takes a lock on *that*, named
 * by the holder's token, and then looks again: who comes late sees that the lock has changed hands.
 */
function take(files: Files, path: string, me: Holder): Effect.Effect<void, ProtocolFailure> {
  return Effect.gen(function* () {
    if (yield* create(files, path, me)) return;
    const holder = yield* holderOf(files, path);
    if (holder === undefined) return yield* take(files, path, me);
    yield* refuseLiving(path, holder);
    const claim = `${path}.${holder.token.slice(0, 8)}`;
    yield* take(files, claim, me);
    const isTaken = yield* Effect.gen(function* () {
      if ((yield* holderOf(files, path))?.token !== holder.token) return false;
      yield* atomicWrite(files, dirname(path), textChunks(JSON.stringify(me)), () => basename(path));
      return true;
    }).pipe(Effect.ensuring(Effect.ignore(remove(files, claim))));
    if (!isTaken) yield* take(files, path, me);
  });
}

function refuseLiving(path: string, holder: Holder): Effect.Effect<void, ProtocolFailure> {
  return Effect.gen(function* () {
    if (holder.token === unreadable.token) return;
    const standing = yield* attempt("look for a process", path, () => standingOf(holder));
    if (standing === "ended") return;
    const who = {
      this: `another run of this process (pid ${holder.pid})`,
      running: `process ${holder.pid}, which is running`,
      elsewhere: `process ${holder.pid} on host ${holder.host}, which cannot be asked from here (if it has ended, remove ${path})`,
    }[standing];
    yield* Effect.fail(
      new CheckpointFailed(
        "locked",
        `${dirname(path)} has been in use since ${holder.since} by ${who}; end that run or choose another folder`,
      ),
    );
  });
}

/** False where the path is taken. */
function create(files: Files, path: string, me: Holder): Effect.Effect<boolean, ProtocolFailure> {
  return Effect.acquireUseRelease(
    patiently(attempt("lock", dirname(path), () => files.open(path, "create"))),
    (file) =>
      attempt("lock", dirname(path), () => file.write(textChunks(JSON.stringify(me))[0]!)).pipe(
        Effect.onError(() => Effect.ignore(remove(files, path))),
      ),
    (file) => Effect.ignore(attempt("close", path, () => file.close())),
  ).pipe(
    Effect.as(true),
    Effect.catchIf(
      (failure) => failure._tag === "FileFailed" && failure.code === "EEXIST",
      () => Effect.succeed(false),
    ),
  );
}

/** Stands for a lock that was created but never filled, which a power cut or a kill between the two leaves. */
const unreadable: Holder = { token: "unreadable", since: "", pid: 0, host: "", started: null };

/** Who holds the lock; nobody where it has gone. */
function holderOf(files: Files, path: string): Effect.Effect<Holder | undefined, ProtocolFailure> {
  const read = patiently(attempt("read", path, () => readText(files, path))).pipe(
    Effect.flatMap((text) => Schema.decodeUnknownEffect(Schema.fromJsonString(HolderSchema))(text)),
  );
  return read.pipe(
    // Its holder may be just about to fill it.
    Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 10, while: (failure) => failure._tag === "SchemaError" }),
    Effect.catchTag("SchemaError", () => Effect.succeed(unreadable)),
    Effect.catchIf(
      (failure: ProtocolFailure) => isMissing(failure),
      () => Effect.succeed(undefined),
    ),
  );
}

function ownedBy(files: Files, path: string, me: Holder): Effect.Effect<boolean, ProtocolFailure> {
  return Effect.map(holderOf(files, path), (holder) => holder?.token === me.token);
}

function remove(files: Files, path: string): Effect.Effect<void, ProtocolFailure> {
  return patiently(attempt("remove", path, () => files.remove(path)));
}
