import { createHash } from "node:crypto";

/**
 * Digest of data, for `OpenSource.content`: half a SHA-256 over the parts and their lengths, as 32 hexadecimal digits. The
 * lengths are in it so that what moves from one part to the next is seen.
 */
export function contentOf(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    hash.update(`${bytes.length} `).update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
}
