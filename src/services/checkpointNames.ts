/**
 * What a checkpoint folder holds:
 *
 * ```text
 * round-000500.json                       the manifest; a checkpoint exists when this does
 * round-000500-1f3a9c0b42de.safetensors   its tensors, named by round and content
 * best.json                               manifest of the best one; shares the tensors of its round
 * checkpoints.lock                        who uses the folder
 * ```
 *
 * The content in a tensors file's name makes saving a round again safe: until the new manifest replaces the old one in
 * a single rename, the old one and the tensors it speaks of stand untouched side by side with the new.
 */
export function roundName(round: number): string {
  return `round-${String(round).padStart(6, "0")}`;
}

/** The round in a name, NaN where there is none. */
export function roundOf(name: string): number {
  return Number(/^round-(\d+)$/.exec(name)?.[1] ?? NaN);
}

/** The name under which the best checkpoint is kept. */
export const bestName = "best";

export const lockFile = "checkpoints.lock";

/** Whether `name` is one a checkpoint can have. */
export function isCheckpointName(name: string): boolean {
  return /^round-\d{6,}$/.test(name) || name === bestName;
}

export function manifestFile(name: string): string {
  return `${name}.json`;
}

/** The checkpoint a file is the manifest of. */
export function nameOfManifest(file: string): string | undefined {
  const name = file.endsWith(".json") ? file.slice(0, -".json".length) : "";
  return isCheckpointName(name) ? name : undefined;
}

export function tensorsFile(round: number, sha256: string): string {
  return `${roundName(round)}-${sha256.slice(0, 12)}.safetensors`;
}

export function isTensorsFile(file: string): boolean {
  return /^round-\d{6,}-[0-9a-f]{12}\.safetensors$/.test(file);
}

/** A name nobody else writes to; recognised later as the leftover of a save that was cut short. */
export function temporaryFile(): string {
  return `.checkpoint-${crypto.randomUUID()}.tmp`;
}

export function isTemporaryFile(file: string): boolean {
  return /^\.checkpoint-[0-9a-f-]{36}\.tmp$/.test(file);
}
