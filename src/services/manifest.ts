import * as Schema from "effect/Schema";
import type { Json } from "../configuration/spec.ts";
import type { Snapshot } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { isCheckpointName, isTensorsFile } from "./checkpointNames.ts";
import { hashJson } from "./hash.ts";
import { jsonText } from "./jsonText.ts";

const format = "saddlepoint checkpoint";
const version = 1;

/** What a checkpoint's JSON file says: everything of a snapshot but the tensors, and how to know those again. */
export interface Manifest extends Omit<Snapshot, "tensors"> {
  readonly format: typeof format;
  readonly version: typeof version;
  /** The name it is kept under: `round-000500`, `best`. */
  readonly name: string;
  /** Counts the saves of a folder. The newest checkpoint is the one saved last, which after going back is not the one of the highest round. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly savedAt: string;
  readonly configurationHash: string;
  readonly tensors: {
    readonly file: string;
    readonly count: number;
    readonly bytes: number;
    readonly sha256: string;
  };
}

const Sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/));
const Text = Schema.String;

const ManifestSchema: Schema.Codec<Manifest, unknown> = Schema.Struct({
  format: Schema.Literal(format),
  version: Schema.Literal(version),
  name: Text.check(Schema.makeFilter((name: string) => isCheckpointName(name))),
  sequence: Schema.Natural,
  savedAt: Text,
  round: Schema.Natural,
  configuration: Schema.Json,
  configurationHash: Sha256,
  provenance: Schema.JsonObject,
  metrics: Schema.Record(Text, Schema.Finite),
  state: Schema.Json,
  tensors: Schema.Struct({
    // A plain name, so that a manifest cannot point out of its folder.
    file: Text.check(Schema.makeFilter((file: string) => isTensorsFile(file))),
    count: Schema.Natural,
    bytes: Schema.Natural,
    sha256: Sha256,
  }),
});

const decode = Schema.decodeUnknownSync(ManifestSchema, { errors: "all" });

/**
 * The manifest of a snapshot whose tensors are written.
 *
 * @throws CheckpointFailed with reason `write` where its JSON would lose something or its round is not a count
 */
export function manifestOf(snapshot: Snapshot, about: Pick<Manifest, "name" | "sequence" | "savedAt" | "tensors">): Manifest {
  const { round, configuration, provenance, state, metrics } = snapshot;
  const configurationHash = hashJson(configuration, "configuration");
  const manifest: Manifest = { format, version, ...about, round, configurationHash, configuration, provenance, metrics, state };
  for (const [key, value] of Object.entries(manifest)) jsonText(value, key);
  return validated(manifest, "write");
}

/**
 * The manifest's text: one member a line, and last the SHA-256 of all the others, so that a flipped bit in the state is
 * found like one in the tensors.
 *
 * @throws CheckpointFailed with reason `write`, naming what JSON would lose
 */
export function manifestText(manifest: Manifest): string {
  const members = Object.entries(manifest).map(([key, value]) => `  ${JSON.stringify(key)}: ${jsonText(value, key)}`);
  const checksum = hashJson(manifest as unknown as Json, "manifest");
  return `{\n${members.join(",\n")},\n  "checksum": "${checksum}"\n}\n`;
}

/**
 * Reads a manifest and believes nothing it does not verify.
 *
 * @throws CheckpointFailed with reason `damaged`, or `mismatch` where a later version of the format wrote it
 */
export function parseManifest(text: string): Manifest {
  const parsed = parse(text);
  if (typeof parsed["version"] === "number" && parsed["format"] === format && parsed["version"] > version) {
    throw new CheckpointFailed(
      "mismatch",
      `it has version ${parsed["version"]} of the checkpoint format, this library reads ${version}; update the library`,
    );
  }
  const { checksum, ...rest } = parsed;
  if (checksum !== hashJson(rest)) throw new CheckpointFailed("damaged", "its manifest does not match its own checksum");
  const manifest = validated(rest, "damaged");
  if (manifest.configurationHash !== hashJson(manifest.configuration)) {
    throw new CheckpointFailed("damaged", "its configuration does not match its hash");
  }
  return manifest;
}

function parse(text: string): { readonly [key: string]: Json } {
  try {
    const value: Json = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as { readonly [key: string]: Json };
  } catch {
    // Answered below.
  }
  throw new CheckpointFailed("damaged", "its manifest is not a JSON object");
}

function validated(value: unknown, reason: "damaged" | "write"): Manifest {
  try {
    return decode(value);
  } catch (error) {
    const issues = error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, " ") : String(error);
    throw new CheckpointFailed(
      reason,
      `${reason === "write" ? "the snapshot makes no manifest" : "its manifest is not one"}: ${issues}`,
      error,
    );
  }
}
