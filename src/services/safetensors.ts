import type { SavedTensor } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import type { OpenFile } from "./files.ts";
import type { RunningHash } from "./hash.ts";
import { headerLength, readHeader, type SafetensorsHeader, type TensorPlace, writeHeader } from "./safetensorsHeader.ts";

/** Named tensors and what is written beside them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SavedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A safetensors file in pieces: the header, then each tensor's own memory, uncopied. Bits are passed on as they are, so
 * NaN payloads, −0 and denormals survive. (The format is little-endian, as is every machine the runtimes exist for.)
 *
 * Everything is checked before the first piece.
 *
 * @throws CheckpointFailed with reason `write` where a tensor's values do not fit its shape or dtype
 * @see https://huggingface.co/docs/safetensors
 */
export function safetensorsChunks(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Iterable<Uint8Array> {
  const { header, places } = writeHeader(tensors, metadata);
  return [header, ...places.map(({ name }) => bytesOf(tensors.get(name)!.values))];
}

/** A safetensors file as one array. @throws CheckpointFailed with reason `write` */
export function encodeSafetensors(tensors: ReadonlyMap<string, SavedTensor>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const chunks = [...safetensorsChunks(tensors, metadata)];
  const file = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file;
}

/** Reads a whole safetensors file. @throws CheckpointFailed with reason `damaged`, saying what is wrong with it */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const length = headerLength(file.subarray(0, 8), file.length);
  const { places, metadata } = readHeader(file.subarray(8, 8 + length), file.length);
  const data = file.subarray(8 + length);
  const tensors = places.map((place): [string, SavedTensor] => {
    const tensor = emptyTensor(place);
    bytesOf(tensor.values).set(data.subarray(place.begin, place.end));
    return [place.name, tensor];
  });
  return { tensors: new Map(tensors), metadata };
}

// As for writing: hashing a piece holds the thread.
const pieceBytes = 4 << 20;

/**
 * Reads a safetensors file from disk, each tensor straight into memory of its own, and feeds every byte to `hash`. The
 * header is checked before anything of the size it claims is allocated.
 *
 * @throws CheckpointFailed with reason `damaged`
 */
export async function readSafetensors(file: OpenFile, hash: RunningHash, signal?: AbortSignal): Promise<Safetensors> {
  const fileBytes = await file.size();
  const fill = async (into: Uint8Array, position: number): Promise<Uint8Array> => {
    for (let from = 0; from < into.length; from += pieceBytes) {
      signal?.throwIfAborted();
      const piece = into.subarray(from, from + pieceBytes);
      if ((await file.read(piece, position + from)) < piece.length) {
        throw new CheckpointFailed("damaged", `safetensors: the file ended before its ${fileBytes} bytes`);
      }
      hash.update(piece);
    }
    return into;
  };
  const first = await fill(new Uint8Array(Math.min(8, fileBytes)), 0);
  const length = headerLength(first, fileBytes);
  const header: SafetensorsHeader = readHeader(await fill(new Uint8Array(length), 8), fileBytes);
  const tensors = new Map<string, SavedTensor>();
  for (const place of header.places) {
    const tensor = emptyTensor(place);
    await fill(bytesOf(tensor.values), 8 + length + place.begin);
    tensors.set(place.name, tensor);
  }
  return { tensors, metadata: header.metadata };
}

function emptyTensor({ shape, dtype, begin, end }: TensorPlace): SavedTensor {
  const count = (end - begin) / Float32Array.BYTES_PER_ELEMENT;
  return { shape, dtype, values: dtype === "float32" ? new Float32Array(count) : new Int32Array(count) };
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
