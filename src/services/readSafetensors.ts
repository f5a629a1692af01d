import { bytesOf, emptyTensor, type Safetensors } from "../formats/safetensors.ts";
import { headerLength, readHeader, type SafetensorsHeader } from "../formats/safetensorsHeader.ts";
import type { SavedTensor } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import type { OpenFile } from "./files.ts";
import type { RunningHash } from "./hash.ts";

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
