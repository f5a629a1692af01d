import * as Effect from "effect/Effect";
import { join } from "node:path";
import type { Restored, Snapshot } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { bestName, manifestFile, nameOfManifest, roundOf } from "./checkpointNames.ts";
import { asCheckpointFailed, attempt, isDamage, isMissing, patiently, type ProtocolFailure } from "./fileFailed.ts";
import { type Files, readText } from "./files.ts";
import { runningHash } from "./hash.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { readSafetensors } from "./readSafetensors.ts";

/** A checkpoint that cannot be believed, and why. */
export interface Damage {
  readonly name: string;
  readonly what: string;
  /** False where the disk did not answer, which another time it may. */
  readonly isCertain: boolean;
}

/** What is in a folder, by its manifests; nothing of the tensors is read yet. */
export interface Contents {
  /** Newest first. */
  readonly manifests: readonly Manifest[];
  readonly unreadable: readonly Damage[];
  readonly files: readonly string[];
}

/** The newest whole checkpoint, and those that were found damaged before it. */
export interface Found {
  readonly restored: Restored | undefined;
  readonly damaged: readonly Manifest[];
}

/** Reads every manifest. Fails with reason `mismatch` where a later version of the library wrote one. */
export function scanFolder(files: Files, folder: string): Effect.Effect<Contents, ProtocolFailure> {
  return Effect.gen(function* () {
    const listed = yield* patiently(attempt("list", folder, () => files.list(folder)));
    const manifests: Manifest[] = [];
    const unreadable: Damage[] = [];
    for (const name of listed.map(nameOfManifest).filter((name) => name !== undefined)) {
      const read = yield* Effect.result(readManifest(files, folder, name));
      if (read._tag === "Success") {
        manifests.push(read.success);
      } else if (isDamage(read.failure) || isBadSector(read.failure)) {
        unreadable.push({ name, what: asCheckpointFailed("read", read.failure).message, isCertain: isDamage(read.failure) });
      } else if (!isMissing(read.failure)) {
        return yield* Effect.fail(read.failure);
      }
      // One that is missing has gone since it was listed: a run that goes on meanwhile has removed it.
    }
    // The best shares its sequence number with its round, which is then the better answer.
    manifests.sort((a, b) => b.sequence - a.sequence || Number(a.name === bestName) - Number(b.name === bestName) || b.round - a.round);
    return { manifests, unreadable, files: listed };
  });
}

/** The newest checkpoint that is whole. Fails with reason `damaged` where there are checkpoints but none is. */
export function findLatest(files: Files, folder: string): Effect.Effect<Found, ProtocolFailure> {
  return Effect.gen(function* () {
    const { manifests, unreadable } = yield* scanFolder(files, folder);
    const damaged: Manifest[] = [];
    const damages: Damage[] = [];
    for (const manifest of manifests) {
      const read = yield* Effect.result(readSnapshot(files, folder, manifest));
      if (read._tag === "Success") {
        // How new one is whose manifest cannot be read only its name can tell.
        const newer = unreadable.filter(({ name }) => name === bestName || roundOf(name) >= manifest.round);
        const warnings = [...newer, ...damages].map(({ name, what }) =>
          `${name} is damaged and was passed over for ${manifest.name}: ${what}`
        );
        return { restored: { snapshot: read.success, origin: originOf(folder, manifest.name), warnings }, damaged };
      }
      if (!isDamage(read.failure) && !isBadSector(read.failure)) return yield* Effect.fail(read.failure);
      damaged.push(manifest);
      damages.push({ name: manifest.name, what: asCheckpointFailed("read", read.failure).message, isCertain: isDamage(read.failure) });
    }
    const all = [...unreadable, ...damages];
    if (all.length === 0) return { restored: undefined, damaged };
    const lines = all.map(({ name, what }) => `${name}: ${what}`).join("\n  ");
    const message =
      `${folder}: none of its checkpoints is whole:\n  ${lines}\nPut one back from a copy; to start anew remove them or choose another folder`;
    return yield* Effect.fail(new CheckpointFailed("damaged", message));
  });
}

/** One checkpoint by name. Fails with reason `missing` or `damaged`. */
export function findNamed(files: Files, folder: string, name: string): Effect.Effect<Restored, ProtocolFailure> {
  return Effect.gen(function* () {
    const listed = yield* patiently(attempt("list", folder, () => files.list(folder)));
    const names = listed.map(nameOfManifest).filter((found) => found !== undefined);
    if (!names.includes(name)) {
      const there = names.length === 0 ? "there are none" : `there are ${names.sort().join(", ")}`;
      return yield* Effect.fail(new CheckpointFailed("missing", `${folder}: no checkpoint is called ${JSON.stringify(name)}; ${there}`));
    }
    const manifest = yield* readManifest(files, folder, name);
    const snapshot = yield* readSnapshot(files, folder, manifest);
    return { snapshot, origin: originOf(folder, name), warnings: [] };
  }).pipe(
    Effect.mapError((failure) =>
      failure._tag === "CheckpointFailed" && (failure.reason === "damaged" || failure.reason === "mismatch")
        ? new CheckpointFailed(failure.reason, `${originOf(folder, name)} cannot be used: ${failure.message}`, failure)
        : failure
    ),
  );
}

/** What a checkpoint is called towards people: the path of its manifest. */
export function originOf(folder: string, name: string): string {
  return join(folder, manifestFile(name));
}

function readManifest(files: Files, folder: string, name: string): Effect.Effect<Manifest, ProtocolFailure> {
  const path = originOf(folder, name);
  return patiently(attempt("read", path, () => readText(files, path))).pipe(
    Effect.flatMap((text) => attempt("read", path, async () => parseManifest(text))),
    Effect.flatMap((manifest) =>
      manifest.name === name
        ? Effect.succeed(manifest)
        : Effect.fail(new CheckpointFailed("damaged", `its manifest is that of ${manifest.name}`))
    ),
  );
}

function readSnapshot(files: Files, folder: string, manifest: Manifest): Effect.Effect<Snapshot, ProtocolFailure> {
  const { round, configuration, provenance, state, metrics, tensors: expected } = manifest;
  const path = join(folder, expected.file);
  const read = Effect.acquireUseRelease(
    patiently(attempt("open", path, () => files.open(path, "read"))),
    (file) =>
      attempt("read", path, async (signal): Promise<Snapshot> => {
        const differs = (what: string, found: unknown, wanted: unknown): CheckpointFailed =>
          new CheckpointFailed("damaged", `${expected.file} has ${found} ${what}, its manifest says ${wanted}`);
        const bytes = await file.size();
        if (bytes !== expected.bytes) throw differs("bytes", bytes, expected.bytes);
        const hash = runningHash();
        const { tensors } = await readSafetensors(file, hash, signal);
        const sha256 = hash.digest();
        if (sha256 !== expected.sha256) throw differs("as SHA-256", sha256, expected.sha256);
        if (tensors.size !== expected.count) throw differs("tensors", tensors.size, expected.count);
        return { round, configuration, provenance, state, metrics, tensors };
      }),
    (file) => Effect.ignore(attempt("close", path, () => file.close())),
  );
  return Effect.catchIf(
    read,
    isMissing,
    () => Effect.fail(new CheckpointFailed("damaged", `its tensors, ${expected.file}, are not there`)),
  );
}

/** Damage to one checkpoint, which an older one makes good; unlike other failures, which the older ones would share. */
function isBadSector(failure: ProtocolFailure): boolean {
  return failure._tag === "FileFailed" && failure.code === "EIO";
}
