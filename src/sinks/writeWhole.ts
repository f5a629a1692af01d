import { randomUUID } from "node:crypto";
import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a picture's file all at once: whoever watches the folder never sees half of one. Makes the folder where it is
 * missing.
 *
 * @throws Error naming the folder and why it could not be written to
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.picture-${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    // Without the temporary file's name, so that a failure that stays the same is reported once.
    const because = (error instanceof Error ? error.message : String(error)).replace(/, \w+ '.*$/s, "");
    throw new Error(`cannot write pictures to ${folder}: ${because}`, { cause: error });
  }
}
