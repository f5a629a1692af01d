import { open, type FileHandle } from "node:fs/promises";

/** Every line of ours starts so: events are written with their tag first. */
const OURS = '{"_tag":"';

/**
 * Makes a file of events ready to be continued after `lastRound`: cuts it off at the first line of a later round, and a
 * torn last line in any case. Nothing to continue (`lastRound` undefined) empties it.
 *
 * @returns the file's size then, in bytes; 0 where there is none
 * @throws Error where the file holds something else than events; it is left as it is
 */
export async function continueLines(path: string, lastRound: number | undefined): Promise<number> {
  const file = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return 0;
  try {
    // A pipe, a terminal: nothing to go back to, and reading would wait or never end.
    if (!(await file.stat()).isFile()) return 0;
    let kept = 0;
    for await (const { text, end } of linesOf(file)) {
      if (kept === 0 && !text.startsWith(OURS)) {
        throw new Error(`${path} holds something else than events, and is left as it is; choose another path`);
      }
      if (lastRound === undefined || end === undefined || roundOf(text) > lastRound) break;
      kept = end;
    }
    await file.truncate(kept);
    return kept;
  } finally {
    await file.close();
  }
}

/** The lines of a file, each with the place after its line feed; the last one has none where it was torn. */
async function* linesOf(file: FileHandle): AsyncGenerator<{ readonly text: string; readonly end?: number }> {
  const chunk = new Uint8Array(1 << 16);
  let pieces: Uint8Array[] = [];
  let position = 0;
  const text = (): string => Buffer.concat(pieces).toString();
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    let start = 0;
    for (let feed = chunk.indexOf(10); feed !== -1 && feed < bytesRead; feed = chunk.indexOf(10, start)) {
      pieces.push(chunk.slice(start, feed));
      start = feed + 1;
      yield { text: text(), end: position + start };
      pieces = [];
    }
    pieces.push(chunk.slice(start, bytesRead));
    position += bytesRead;
  }
  if (pieces.some(({ length }) => length > 0)) yield { text: text() };
}

/** The round of a line; 0 of one that cannot be read, which belongs where it stands. */
function roundOf(line: string): number {
  try {
    return Number((JSON.parse(line) as { round?: unknown }).round ?? 0);
  } catch {
    return 0;
  }
}
