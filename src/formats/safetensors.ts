import type { SavedTensor } from "../game/checkpoint.ts";
import { headerLength, readHeader, type TensorPlace, writeHeader } from "./safetensorsHeader.ts";

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

/** A tensor of zeros, to be filled with the bytes of a place. */
export function emptyTensor({ shape, dtype, begin, end }: TensorPlace): SavedTensor {
  const count = (end - begin) / Float32Array.BYTES_PER_ELEMENT;
  return { shape, dtype, values: dtype === "float32" ? new Float32Array(count) : new Int32Array(count) };
}

/** The memory of a tensor's values, uncopied. */
export function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
