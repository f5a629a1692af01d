import { concat, map, NEVER, Observable, of, range, Subject, throwError } from "rxjs";
import { SourceFailed } from "../../src/game/failure.ts";
import type { OpenSource } from "../../src/game/source.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { observable, type Overflow } from "../../src/sources/observable.ts";
import type { Sample } from "../../src/sources/sampleRows.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { signal } from "./describeSource.ts";

const fields = { samples: { shape: [1], dtype: "float32" } } as const;

async function openedOn(
  source$: Observable<Sample<"samples">>,
  overflow: Overflow = "fail",
  capacity = 6,
  run: AbortSignal = signal,
): Promise<OpenSource> {
  return observable({ source$, fields, batchSize: 2, capacity, overflow }).open({ key: rootKey(1), signal: run });
}
const numbers = async (open: OpenSource, count: number): Promise<number[]> => [...(await open.at(0, count, signal)).fields["samples"]!];
const counted$ = (count: number): Observable<Sample<"samples">> => range(0, count).pipe(map((i) => ({ samples: [i] })));

describe("observable", () => {
  it("gives what waits at once, and otherwise waits for it", async () => {
    const source$ = new Subject<Sample<"samples">>();
    const open = await openedOn(source$);
    source$.next({ samples: 1 });
    source$.next({ samples: [2] });
    assert.ok(!("then" in open.at(0, 2, signal)));
    const first = numbers(open, 3);
    const second = numbers(open, 2);
    for (let i = 3; i < 8; i++) source$.next({ samples: [i] });
    assert.deepEqual([await first, await second], [[3, 4, 5], [6, 7]]);
  });

  it("takes batches apart", async () => {
    const source$ = new Subject<never>();
    const open = await openedOn(source$);
    source$.next({ count: 3, fields: { samples: Float32Array.of(1, 2, 3) } } as never);
    assert.deepEqual([await numbers(open, 2), await numbers(open, 1)], [[1, 2], [3]]);
  });

  it("does what it is told where more arrive than it can keep", async () => {
    const kept = async (overflow: Overflow): Promise<number[]> => numbers(await openedOn(concat(counted$(10), NEVER), overflow), 6);
    assert.deepEqual(await kept("dropOldest"), [4, 5, 6, 7, 8, 9]);
    assert.deepEqual(await kept("dropNewest"), [0, 1, 2, 3, 4, 5]);
    const failing = await openedOn(concat(counted$(10), NEVER), "fail");
    assert.deepEqual(await numbers(failing, 6), [0, 1, 2, 3, 4, 5]);
    await assert.rejects(
      numbers(failing, 1),
      /observable: 6 samples were waiting when another arrived \(overflow: "fail"\); raise capacity/,
    );
  });

  it("stops listening on overflow, on close, when the run ends, and on a sample that does not fit", async () => {
    const listening = { count: 0 };
    const watched = (inner$: Observable<unknown>): Observable<Sample<"samples">> =>
      new Observable((subscriber) => {
        listening.count++;
        const subscription = inner$.subscribe(subscriber as never);
        return () => {
          listening.count--;
          subscription.unsubscribe();
        };
      });
    await openedOn(watched(concat(counted$(10), NEVER)), "fail");
    assert.equal(listening.count, 0, "overflow");
    const closed = await openedOn(watched(NEVER));
    assert.equal(listening.count, 1);
    await closed.close!();
    assert.equal(listening.count, 0, "close");
    const run = new AbortController();
    const ended = await openedOn(watched(NEVER), "fail", 6, run.signal);
    const draw = ended.at(0, 2, run.signal);
    run.abort(new Error("enough"));
    assert.equal(listening.count, 0, "abort");
    await assert.rejects(async () => draw, /enough/);
    const wrong = await openedOn(watched(concat(of({ samples: [1, 2] }), NEVER)));
    assert.equal(listening.count, 0, "misfit");
    await assert.rejects(numbers(wrong, 1), /sample 0: "samples": expected 1 numbers \(shape \[1\]\), got 2/);
  });

  it("lets one draw be given up without losing a sample", async () => {
    const source$ = new Subject<Sample<"samples">>();
    const open = await openedOn(source$);
    const impatient = new AbortController();
    const given = open.at(0, 3, impatient.signal);
    source$.next({ samples: 1 });
    impatient.abort(new Error("too slow"));
    await assert.rejects(async () => given, /too slow/);
    source$.next({ samples: 2 });
    assert.deepEqual(await numbers(open, 2), [1, 2]);
  });

  it("fails the draw that finds too little once it completes or fails", async () => {
    const completed = await openedOn(counted$(3));
    assert.deepEqual(await numbers(completed, 2), [0, 1]);
    await assert.rejects(numbers(completed, 2), /the Observable completed after 3 samples, before the run did/);
    const failed = await openedOn(concat(counted$(2), throwError(() => new Error("unplugged"))));
    assert.deepEqual(await numbers(failed, 2), [0, 1]);
    await assert.rejects(
      numbers(failed, 1),
      (error: unknown) => error instanceof SourceFailed && /the Observable failed: unplugged/.test(error.message),
    );
  });

  it("refuses a draw that can never be had", async () => {
    const open = await openedOn(NEVER);
    assert.throws(() => open.at(0, 7, signal), /a draw of 7 samples can never be had from a capacity of 6/);
  });

  it("checks its options", () => {
    assert.throws(
      () => observable({ source$: [], fields, batchSize: 8, capacity: 4, overflow: "drop" } as never),
      /source\$: expected an Observable[^]*capacity: expected an integer >= 8, got 4[^]*overflow: expected one of "dropOldest", "dropNewest", "fail"/,
    );
  });
});
