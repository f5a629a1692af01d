import { createHash } from "node:crypto";
import type { Json } from "../configuration/spec.ts";
import { canonicalJson } from "./jsonText.ts";

/** A SHA-256 that is fed piece by piece and answers 64 hexadecimal digits. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  digest(): string;
}

export function runningHash(): RunningHash {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}

/** SHA-256 of bytes, or of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * SHA-256 of a JSON value's canonical text: the same for the same content, whatever the order of its members. (Whether
 * two configurations train alike is for `differences` to say, which sees through an empty `options`.)
 *
 * @throws CheckpointFailed with reason `write` where the value holds something JSON would lose (NaN, undefined)
 */
export function hashJson(value: Json, path = "value"): string {
  return sha256(canonicalJson(value, path));
}
