/** The emoji that the tables train on and compare with: Noto's, with their categories. */
import { emoji } from "../../../src/index.ts";

/** How many test emoji there are. */
export const testEmoji = 327;

/** In batches of 32, to be trained on. */
export const trainingEmoji = (size: 32 | 64) => emoji({ styles: ["noto"], size, batchSize: 32 });

/** As many of a split as there are test emoji, to be compared with. */
export const realEmoji = (size: 32 | 64, split: "train" | "test") => emoji({ styles: ["noto"], size, batchSize: testEmoji, split });
