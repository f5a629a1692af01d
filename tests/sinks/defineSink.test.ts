import { concat, firstValueFrom, lastValueFrom, NEVER, of, Subject, take, throwError, toArray } from "rxjs";
import type { TrainingEvent } from "../../src/game/event.ts";
import { defineSink } from "../../src/sinks/defineSink.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { completed, played, started } from "./events.ts";

const tags = (events: readonly TrainingEvent[]): readonly string[] => events.map((event) => `${event._tag} ${event.round}`);
const later = (ms = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("defineSink", () => {
  it("passes every event through unchanged, and hands each to the handler in order", async () => {
    const events = [started(), played(1), played(2), completed(2)];
    const seen: TrainingEvent[] = [];
    const passed = await firstValueFrom(of(...events).pipe(defineSink("list", (event) => void seen.push(event)), toArray()));
    assert.deepEqual(passed, events);
    assert.ok(passed.every((event, i) => event === events[i]), "events are copied");
    assert.deepEqual(seen, events);
  });

  it("handles one event after the other, though the handler takes its time", async () => {
    const log: string[] = [];
    const slow = defineSink("slow", async (event) => {
      log.push(`begin ${event.round}`);
      await later(event.round === 1 ? 8 : 1);
      log.push(`end ${event.round}`);
    });
    await lastValueFrom(of(played(1), played(2), played(3)).pipe(slow));
    assert.deepEqual(log, ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
  });

  it("passes events on at once, but RunCompleted and the end only when everything is written", async () => {
    const log: string[] = [];
    const slow = defineSink("slow", async (event) => {
      await later();
      log.push(`written ${event._tag} ${event.round}`);
    }, { close: () => void log.push("closed") });
    await new Promise<void>((resolve) => {
      of(played(1), played(2), completed(2)).pipe(slow).subscribe({
        next: (event) => log.push(`passed ${event._tag} ${event.round}`),
        complete: () => {
          log.push("complete");
          resolve();
        },
      });
    });
    assert.deepEqual(log, [
      "passed RoundPlayed 1", "passed RoundPlayed 2",
      "written RoundPlayed 1", "written RoundPlayed 2", "written RunCompleted 2",
      "passed RunCompleted 2", "closed", "complete",
    ]);
  });

  it("keeps the order of runs that follow one another in one stream", async () => {
    const slow = defineSink("slow", () => later());
    const events = [started(), played(1), completed(1), started({ round: 1 }), played(2), completed(2)];
    assert.deepEqual(await firstValueFrom(of(...events).pipe(slow, toArray())), events);
  });

  it("passes a failure on when everything before is written", async () => {
    const written: number[] = [];
    const slow = defineSink("slow", async (event) => {
      await later();
      written.push(event.round);
    });
    const failing$ = concat(of(played(1), played(2)), throwError(() => new Error("device lost")));
    await assert.rejects(lastValueFrom(failing$.pipe(slow)), /device lost/);
    assert.deepEqual(written, [1, 2]);
  });

  for (const [how, fail] of [
    ["throws", () => { throw new Error("disk full"); }],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ] as const) {
    it(`turns what a handler ${how} into one SinkFailed for each distinct message, and goes on`, async () => {
      const seen: number[] = [];
      const failing = defineSink("failing", (event) => {
        seen.push(event.round);
        if (event.round === 3) throw new Error("another");
        return fail();
      });
      const other: number[] = [];
      const events = await firstValueFrom(
        of(played(1), played(2), played(3), completed(3)).pipe(failing, defineSink("other", (event) => void other.push(event.round)), toArray()),
      );
      assert.deepEqual(seen, [1, 2, 3, 3]);
      const failures = events.filter((event) => event._tag === "SinkFailed");
      assert.deepEqual(failures.map(({ sink, message }) => [sink, message]), [["failing", "disk full"], ["failing", "another"]]);
      assert.equal(events.filter((event) => event._tag !== "SinkFailed").length, 4);
      assert.equal(events.at(-1)?._tag, "RunCompleted");
      assert.ok(events.every((event, i) => i === 0 || event.round >= events[i - 1]!.round), `rounds go back: ${tags(events).join(", ")}`);
      assert.equal(other.length, 6);
    });
  }

  it("reports a failing close before the stream ends", async () => {
    const sink = defineSink("torn", () => undefined, { close: () => { throw new Error("cannot close"); } });
    const events = await firstValueFrom(of(played(1)).pipe(sink, toArray()));
    assert.deepEqual(tags(events), ["RoundPlayed 1", "SinkFailed 1"]);
  });

  it("writes what has arrived though the subscriber leaves, then closes", async () => {
    const log: string[] = [];
    const source$ = new Subject<TrainingEvent>();
    const closed = Promise.withResolvers<void>();
    const slow = defineSink("slow", async (event) => {
      await later();
      log.push(`written ${event.round}`);
    }, { close: () => { log.push("closed"); closed.resolve(); } });
    const subscription = source$.pipe(slow).subscribe();
    source$.next(played(1));
    source$.next(played(2));
    subscription.unsubscribe();
    assert.equal(source$.observed, false);
    source$.next(played(3));
    await closed.promise;
    assert.deepEqual(log, ["written 1", "written 2", "closed"]);
  });

  it("writes the event at whose sight the subscriber leaves", async () => {
    const log: string[] = [];
    const sink = defineSink("sync", (event) => void log.push(`written ${event.round}`), { close: () => void log.push("closed") });
    await lastValueFrom(concat(of(played(1), played(2)), NEVER).pipe(sink, take(2)));
    assert.deepEqual(log, ["written 1", "written 2", "closed"]);
  });

  it("costs no stack for many events while a slow one is written", async () => {
    let count = 0;
    const sink = defineSink("first slow", (event) => {
      count++;
      return event.round === 0 ? later() : undefined;
    });
    await lastValueFrom(of(...Array.from({ length: 50_000 }, (_, round) => played(round))).pipe(sink));
    assert.equal(count, 50_000);
  });
});
