import { mixtures } from "./mixtures.ts";
import type { Table } from "./table.ts";

/** Every table of the evidence, in the order in which they are rendered. */
export const tables: readonly Table[] = [mixtures];
