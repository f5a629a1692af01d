import type { Batch, OpenSource, Source } from "../../src/game/source.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import type { Key } from "../../src/math/random/key.ts";
import { sizeOf } from "../../src/math/tensor.ts";
import { assert, describe, it } from "../kit/kit.ts";

export const signal = new AbortController().signal;

/** Opens a source under a key. */
export async function opened(source: Source, key: Key = rootKey(1)): Promise<OpenSource> {
  return source.open({ key, signal });
}

/** The rows of a field, each a plain list. */
export function rowsOf(batch: Batch, field: string): number[][] {
  const values = batch.fields[field]!;
  const size = values.length / batch.count;
  return Array.from({ length: batch.count }, (_, row) => [...values.subarray(row * size, (row + 1) * size)]);
}

/**
 * What every source must do: say what it is in JSON, provide what it says, and be a function of key and position.
 *
 * @param isKeyed false where the samples do not depend on the key (data in their own order)
 */
export function describeSource(name: string, make: () => Source, { isKeyed = true }: { readonly isKeyed?: boolean } = {}): void {
  describe(`${name} is a source`, () => {
    it("describes itself in JSON", () => {
      const { spec } = make();
      assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
      assert.deepEqual(make().spec, spec);
    });

    it("provides the fields it says, in their shapes and types", async () => {
      const source = make();
      const open = await opened(source);
      assert.deepEqual(Object.keys(open.fields), [...source.provides]);
      const batch = await open.at(3, 7, signal);
      assert.equal(batch.count, 7);
      assert.deepEqual(Object.keys(batch.fields), Object.keys(open.fields));
      for (const [field, { shape, dtype, classes, range }] of Object.entries(open.fields)) {
        const values = batch.fields[field]!;
        assert.ok(dtype === "float32" ? values instanceof Float32Array : values instanceof Int32Array, field);
        assert.equal(values.length, 7 * sizeOf(shape), field);
        assert.ok(values.every((value) => Number.isFinite(value)), field);
        if (classes !== undefined) assert.ok(values.every((value) => value >= 0 && value < classes), field);
        if (range !== undefined) assert.ok(values.every((value) => value >= range[0] && value <= range[1]), field);
      }
      await open.close?.();
    });

    it("answers a position, whatever was asked before and however it is divided", async () => {
      const open = await opened(make());
      const whole = await open.at(0, 30, signal);
      const parts = [await open.at(0, 11, signal), await open.at(11, 1, signal), await open.at(12, 18, signal)];
      for (const field of Object.keys(open.fields)) {
        assert.deepEqual(parts.flatMap((part) => rowsOf(part, field)), rowsOf(whole, field), field);
      }
      const far = await open.at(1000, 5, signal);
      await open.at(5, 5, signal);
      assert.deepEqual(await open.at(1000, 5, signal), far);
      const again = await opened(make());
      assert.deepEqual(await again.at(1000, 5, signal), far);
      await open.close?.();
      await again.close?.();
    });

    it("gives its answers away", async () => {
      const open = await opened(make());
      const first = await open.at(0, 4, signal);
      const kept = structuredClone(first);
      for (const values of Object.values(first.fields)) values.fill(77);
      assert.deepEqual(await open.at(0, 4, signal), kept);
      await open.close?.();
    });

    if (isKeyed) {
      it("answers otherwise under another key", async () => {
        const one = await (await opened(make(), rootKey(1))).at(0, 16, signal);
        const other = await (await opened(make(), rootKey(2))).at(0, 16, signal);
        assert.notDeepEqual(one.fields, other.fields);
      });
    }
  });
}
