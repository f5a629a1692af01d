import * as Effect from "effect/Effect";
import { join } from "node:path";
import { safetensorsChunks } from "../formats/safetensors.ts";
import type { Best, SaveReport, Snapshot } from "../game/checkpoint.ts";
import { atomicWrite, textChunks } from "./atomicWrite.ts";
import { bestName, isTensorsFile, manifestFile, roundName, tensorsFile } from "./checkpointNames.ts";
import { asCheckpointFailed, attempt, isMissing, patiently, type ProtocolFailure } from "./fileFailed.ts";
import type { Files } from "./files.ts";
import { type Contents, type Damage, originOf, scanFolder } from "./folderContents.ts";
import { type Manifest, manifestOf, manifestText } from "./manifest.ts";
import { bestOf, outlived } from "./retention.ts";

/** Where a snapshot goes and what else may stay there. The folder is locked. */
export interface Place {
  readonly files: Files;
  readonly folder: string;
  readonly keep?: number;
  readonly best?: Best;
  readonly isDamaged: (manifest: Manifest) => boolean;
}

/**
 * Saves a snapshot: tensors first, then the manifest, whose rename is the moment the checkpoint comes to be; then the
 * best is named anew where this one is better, and only then what has been outlived is removed. At whatever point it is
 * cut short, every checkpoint that was whole is still whole.
 */
export function saveSnapshot(place: Place, snapshot: Snapshot): Effect.Effect<SaveReport, ProtocolFailure> {
  const { files, folder } = place;
  return Effect.gen(function* () {
    // Refused before a byte is written: values that do not fit their tensors, and what JSON would lose.
    const about = { name: roundName(snapshot.round), sequence: 0, savedAt: new Date().toISOString() };
    const pending = { file: tensorsFile(snapshot.round, "0".repeat(64)), count: snapshot.tensors.size, bytes: 0, sha256: "0".repeat(64) };
    const chunks = yield* attempt("prepare", folder, async () => {
      manifestOf(snapshot, { ...about, tensors: pending });
      return safetensorsChunks(snapshot.tensors, { format: "saddlepoint", round: String(snapshot.round) });
    });
    const before = yield* scanFolder(files, folder);
    const sequence = Math.max(0, ...before.manifests.map((manifest) => manifest.sequence)) + 1;
    const { file, bytes, sha256 } = yield* atomicWrite(files, folder, chunks, (written) => tensorsFile(snapshot.round, written.sha256));
    const manifest = manifestOf(snapshot, { ...about, sequence, tensors: { file, count: snapshot.tensors.size, bytes, sha256 } });
    const text = yield* writeManifest(files, folder, manifest);
    const manifests = [manifest, ...before.manifests.filter(({ name }) => name !== manifest.name)];
    const unnamed = yield* nameTheBest(place, manifests, snapshot);
    const unremoved = yield* removeOutlived(place, { ...before, manifests });
    const warnings = [...unnamed, ...unremoved];
    return { origin: originOf(folder, manifest.name), bytes: bytes + text.bytes, warnings };
  }).pipe(
    // A failed save leaves no tensors without a manifest. What cannot be removed now is cleared at the next opening.
    Effect.onError(() => Effect.ignore(Effect.flatMap(unreferenced(files, folder), (orphans) => removeFiles(files, folder, orphans)))),
  );
}

function writeManifest(files: Files, folder: string, manifest: Manifest): Effect.Effect<{ readonly bytes: number }, ProtocolFailure> {
  return atomicWrite(files, folder, textChunks(manifestText(manifest)), () => manifestFile(manifest.name));
}

/** Compares with everything kept, so that one whose naming was cut short is named by the next save. */
function nameTheBest(
  { files, folder, best, isDamaged }: Place,
  manifests: readonly Manifest[],
  { round, metrics }: Snapshot,
): Effect.Effect<readonly string[], ProtocolFailure> {
  return Effect.gen(function* () {
    if (best === undefined) return [];
    const found = bestOf(manifests.filter((manifest) => !isDamaged(manifest)), best);
    if (found === undefined) {
      const there = Object.keys(metrics).join(", ") || "no metrics at all";
      return [`best: no checkpoint up to round ${round} has the metric "${best.metric}"; this one has ${there}`];
    }
    if (found.name !== bestName) yield* writeManifest(files, folder, { ...found, name: bestName });
    return [];
  });
}

/**
 * Removes what `keep` newer ones have outlived. The snapshot is safe by now: what cannot be removed is a warning. What
 * is removed is chosen by what was read before the save, so that a manifest the disk fails to show just now is not
 * taken for worthless.
 */
function removeOutlived(
  { files, folder, keep = Infinity, isDamaged }: Place,
  { manifests, unreadable }: Pick<Contents, "manifests" | "unreadable">,
): Effect.Effect<readonly string[]> {
  return Effect.gen(function* () {
    const rounds = manifests.filter((manifest) => manifest.name !== bestName && !isDamaged(manifest));
    const isReplaced = (damage: Damage): boolean => manifests.some(({ name }) => name === damage.name);
    const worthless = unreadable.filter((damage) => damage.isCertain && damage.name !== bestName && !isReplaced(damage));
    const names = [...outlived(manifests, keep, isDamaged), ...(rounds.length < keep ? [] : worthless)];
    yield* removeFiles(files, folder, names.map(({ name }) => manifestFile(name)));
    yield* removeFiles(files, folder, yield* unreferenced(files, folder));
  }).pipe(
    Effect.as<readonly string[]>([]),
    Effect.catch((failure) => Effect.succeed([`old checkpoints stay: ${asCheckpointFailed("write", failure).message}`])),
  );
}

/**
 * Tensors no manifest speaks of. None where a manifest cannot be read: it might, and a person may want to repair it.
 */
export function unreferenced(files: Files, folder: string): Effect.Effect<readonly string[], ProtocolFailure> {
  return Effect.map(scanFolder(files, folder), ({ manifests, unreadable, files: listed }) => {
    const spokenOf = new Set(manifests.map(({ tensors }) => tensors.file));
    return unreadable.length > 0 ? [] : listed.filter((file) => isTensorsFile(file) && !spokenOf.has(file));
  });
}

/** Removes files durably; fine where one has gone already. */
export function removeFiles(files: Files, folder: string, names: readonly string[]): Effect.Effect<void, ProtocolFailure> {
  return Effect.gen(function* () {
    for (const name of names) {
      const path = join(folder, name);
      yield* patiently(attempt("remove", path, () => files.remove(path))).pipe(Effect.catchIf(isMissing, () => Effect.void));
    }
    if (names.length > 0) yield* attempt("sync the folder", folder, () => files.syncFolder(folder));
  });
}
