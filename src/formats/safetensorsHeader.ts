import { show } from "../configuration/checkOptions.ts";
import type { SavedTensor } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { type Shape, sizeOf } from "../math/tensor.ts";

/** Where one tensor lies: from byte `begin` to before `end`, counted from the end of the header. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: SavedTensor["dtype"];
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** What a safetensors file says about itself. */
export interface SafetensorsHeader {
  /** In the order of their bytes, which follow one another without a gap. */
  readonly places: readonly TensorPlace[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own cap on its header. */
export const longestHeaderBytes = 100_000_000;

const codes = { float32: "F32", int32: "I32" } as const;
const dtypes: Readonly<Record<string, SavedTensor["dtype"]>> = { F32: "float32", I32: "int32" };
const bytesPerValue = 4;
const metadataKey = "__metadata__";

/**
 * The header's bytes: length (64 bits, little-endian), then JSON, padded with spaces to a multiple of eight. Tensors
 * are ordered as the reference implementation orders them (F32 before I32, then by name), so that equal tensors make
 * equal files there and here.
 *
 * @throws CheckpointFailed with reason `write` where a tensor's values do not fit its shape or dtype, or the header
 * would exceed 100 MB
 */
export function writeHeader(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>>,
): { readonly header: Uint8Array; readonly places: readonly TensorPlace[] } {
  const entries = [...tensors].sort((
    [a, { dtype: aType }],
    [b, { dtype: bType }],
  ) => (aType !== bType ? (aType < bType ? -1 : 1) : a < b ? -1 : 1));
  let end = 0;
  const places = entries.map(([name, tensor]): TensorPlace => {
    checkTensor(name, tensor);
    const begin = end;
    end += tensor.values.length * bytesPerValue;
    return { name, dtype: tensor.dtype, shape: tensor.shape, begin, end };
  });
  const members = places.map(
    ({ name, dtype, shape, begin, end }) =>
      `${JSON.stringify(name)}:{"dtype":"${codes[dtype]}","shape":[${shape.join(",")}],"data_offsets":[${begin},${end}]}`,
  );
  if (Object.keys(metadata).length > 0) members.unshift(`"${metadataKey}":${JSON.stringify(metadata)}`);
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > longestHeaderBytes) {
    throw new CheckpointFailed(
      "write",
      `safetensors: ${places.length} tensors need a header of ${length} bytes, more than the format's ${longestHeaderBytes}`,
    );
  }
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return { header, places };
}

function checkTensor(name: string, { shape, dtype, values }: SavedTensor): void {
  const isTyped = dtype === "float32" ? values instanceof Float32Array : dtype === "int32" && values instanceof Int32Array;
  const isShape = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (name === metadataKey || !isTyped || !isShape || values.length !== sizeOf(shape)) {
    throw new CheckpointFailed(
      "write",
      `safetensors: tensor ${show(name)}: expected a name other than ${metadataKey} and as many ${dtype} values as shape [${
        shape.join(", ")
      }] has, got ${values.length} in a ${values.constructor.name}`,
    );
  }
}

/**
 * Length of the JSON that follows the first eight bytes of a file.
 *
 * @throws CheckpointFailed with reason `damaged`
 */
export function headerLength(firstBytes: Uint8Array, fileBytes: number): number {
  if (firstBytes.length < 8) throw damaged(`${fileBytes} bytes are too few for a header`);
  const length = new DataView(firstBytes.buffer, firstBytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(longestHeaderBytes)) throw damaged(`the header claims ${length} bytes, more than the format's ${longestHeaderBytes}`);
  if (8 + Number(length) > fileBytes) throw damaged(`the header claims ${length} bytes, the file has ${fileBytes}`);
  return Number(length);
}

/**
 * Reads a header's JSON and believes none of it: every tensor's bytes must fit its shape and dtype, and all of them
 * together must cover the rest of the file exactly once.
 *
 * @throws CheckpointFailed with reason `damaged`
 */
export function readHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const { [metadataKey]: metadata = {}, ...tensors } = parse(json);
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw damaged(`${metadataKey} is not an object of strings`);
  }
  const places = Object.entries(tensors).map(([name, entry]) => readPlace(name, entry));
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of places) {
    if (begin !== covered) throw damaged(`tensor ${show(name)} begins at byte ${begin}, the one before it ends at ${covered}`);
    covered = end;
  }
  const dataBytes = fileBytes - 8 - json.length;
  if (covered !== dataBytes) throw damaged(`the tensors cover ${covered} bytes, the file holds ${dataBytes}`);
  return { places, metadata: metadata as Record<string, string> };
}

function parse(json: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json));
    if (json[0] === 0x7b && isRecord(value)) return value;
  } catch {
    // Answered below.
  }
  throw damaged("the header is not a JSON object");
}

function readPlace(name: string, entry: unknown): TensorPlace {
  if (!isRecord(entry)) throw damaged(`tensor ${show(name)} is described by ${show(entry)}`);
  const { dtype: code, shape, data_offsets: offsets } = entry;
  const dtype = typeof code === "string" && Object.hasOwn(dtypes, code) ? dtypes[code] : undefined;
  if (dtype === undefined) throw damaged(`tensor ${show(name)} has dtype ${show(code)}; F32 and I32 are known`);
  if (!isListOfSizes(shape)) throw damaged(`tensor ${show(name)} has shape ${show(shape)}`);
  if (!isListOfSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw damaged(`tensor ${show(name)} has offsets ${show(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== sizeOf(shape) * bytesPerValue) {
    throw damaged(
      `tensor ${show(name)} has ${end - begin} bytes, ${code} of shape [${shape.join(", ")}] needs ${sizeOf(shape) * bytesPerValue}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isListOfSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((member) => Number.isSafeInteger(member) && member >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function damaged(what: string): CheckpointFailed {
  return new CheckpointFailed("damaged", `safetensors: ${what}`);
}
