import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { SourceFailed } from "../game/failure.ts";
import { readBytes } from "./readBytes.ts";

/** What an IDX file holds: the extents, the first of which counts the rows, and the values row by row. */
export interface IdxContent {
  readonly extents: readonly number[];
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const typeNames: Readonly<Record<number, string>> = {
  9: "signed bytes",
  11: "16-bit integers",
  12: "32-bit integers",
  13: "float32",
  14: "float64",
};

/**
 * Reads one IDX file of unsigned bytes, plain or gzip.
 *
 * @param source who asks, for the errors
 * @param ranks how many extents are right: `[3, 4]` for images
 * @throws SourceFailed saying which file, what was found and what was expected
 */
export async function readIdxFile(source: string, path: string, ranks: readonly number[]): Promise<IdxContent> {
  const raw = await readBytes(source, path);
  const isGzip = raw[0] === 0x1f && raw[1] === 0x8b;
  const bytes = !isGzip ? raw : await promisify(gunzip)(raw).catch((cause: Error) => {
    throw new SourceFailed(
      source,
      `${path}: expected a whole gzip file, found a damaged or truncated one of ${raw.length} bytes (${cause.message})`,
      cause,
    );
  });
  return parseIdx(source, path, bytes, ranks);
}

/**
 * The content of an IDX file: bytes 0 0 type rank, then one big-endian 32-bit extent each, then the values.
 *
 * Reference: LeCun, Cortes, Burges, "The MNIST database", file formats.
 *
 * @throws SourceFailed
 */
export function parseIdx(source: string, path: string, bytes: Uint8Array, ranks: readonly number[]): IdxContent {
  const fail = (message: string): never => {
    throw new SourceFailed(source, `${path}: ${message}`);
  };
  if (bytes.length < 4) fail(`expected an IDX header, found only ${bytes.length} bytes`);
  const [zero0, zero1, type, rank] = bytes as unknown as readonly [number, number, number, number];
  if (zero0 !== 0 || zero1 !== 0) fail(`expected an IDX magic number 0x0000080${ranks[0]}, found ${hex(bytes.subarray(0, 4))}`);
  if (type !== UNSIGNED_BYTE) {
    fail(
      `expected unsigned bytes (IDX type 0x08), found type ${hex(bytes.subarray(2, 3))}${
        typeNames[type] === undefined ? "" : ` (${typeNames[type]})`
      }`,
    );
  }
  if (!ranks.includes(rank)) {
    fail(
      `expected ${ranks.join(" or ")} extents, found ${rank} (magic number ${hex(bytes.subarray(0, 4))}); are images and labels exchanged?`,
    );
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) fail(`expected a header of ${start} bytes, found a file of ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const extents = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const wanted = start + extents.reduce((product, extent) => product * extent, 1);
  if (wanted === start) fail(`expected at least one value, found the extents ${extents.join(" x ")}`);
  if (bytes.length !== wanted) {
    fail(
      `expected ${wanted} bytes for ${extents.join(" x ")}, found ${bytes.length}: ${
        bytes.length < wanted ? "the file is truncated" : "there is something after the last value"
      }`,
    );
  }
  return { extents, values: bytes.subarray(start) };
}

function hex(bytes: Uint8Array): string {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
