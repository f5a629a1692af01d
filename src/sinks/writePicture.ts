import { encode } from "fast-png";
import type { Picture } from "./picture.ts";
import { writeWhole } from "./writeWhole.ts";

/** Writes a PNG file, all at once. @throws Error naming the folder and why it could not be written to */
export async function writePicture(path: string, { width, height, channels, data }: Picture): Promise<void> {
  await writeWhole(path, encode({ width, height, channels, data, depth: 8 }));
}
