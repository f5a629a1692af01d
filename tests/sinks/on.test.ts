import { firstValueFrom, of, toArray } from "rxjs";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { CheckpointSaved, RoundPlayed, RunCompleted } from "../../src/game/event.ts";
import { on } from "../../src/sinks/on.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { completed, played, saved, started } from "./events.ts";

const events$ = of(started(), played(1), saved(1), played(2), completed(2));

describe("on", () => {
  it("passes the events of one kind on, typed", async () => {
    const found: readonly CheckpointSaved[] = await firstValueFrom(events$.pipe(on("CheckpointSaved"), toArray()));
    assert.deepEqual(found, [saved(1)]);
  });

  it("passes several kinds on, in order", async () => {
    const found: readonly (RoundPlayed | RunCompleted)[] = await firstValueFrom(events$.pipe(on("RunCompleted", "RoundPlayed"), toArray()));
    assert.deepEqual(found, [played(1), played(2), completed(2)]);
  });

  it("refuses a kind that does not exist", () => {
    assert.throws(() => on("RoundPlaid" as "RoundPlayed"), (error: unknown) => error instanceof ConfigurationError && error.message.includes('got "RoundPlaid"'));
  });
});
