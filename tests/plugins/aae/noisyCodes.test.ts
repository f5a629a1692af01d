import {
  ConfigurationError, definePlugin, discriminatorStep, encoded, gaussian, linearSchedule, step, tf, train$, trainUnordered$, withTerm, type AnyPlugin, type Scheduled, type Turn,
} from "../../../src/index.ts";
import { aae, noisyCodes } from "../../../plugins/aae/aae.ts";
import { vae } from "../../../plugins/vae/vae.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { assert, describe, it } from "../../kit/kit.ts";
import { aaeGame } from "./aaeGame.ts";

/** Measures, in a turn, how far its codes lie from what the encoder says outside training: the root mean square of the difference. */
function watching(turn: Turn["name"]): AnyPlugin {
  return definePlugin("watching", (round$) => round$, {
    assemble: (blueprint) =>
      withTerm(blueprint, {
        name: `watching/${turn}`,
        turn,
        of: (seen) => {
          const said = seen.forward("encoder", { samples: encoded(seen)["samples"]! }, { isTraining: false }).heads["codes"]!;
          const off = tf.sqrt(tf.mean(tf.square(tf.sub(encoded(seen)["codes"]!, said))));
          seen.measure(`off/${turn}`, off);
          return tf.scalar(0);
        },
      }),
  });
}

async function offsets(deviation: Scheduled, rounds: number): Promise<readonly Readonly<Record<string, number>>[]> {
  const turns = ["reconstruction", "discriminator", "regularisation"] as const;
  const events = await eventsOf(train$(
    aaeGame({ rounds, backend: "cpu" }), aae({ prior: gaussian(2) }), noisyCodes({ deviation }), ...(turns.map(watching) as []),
    step("reconstruction"), discriminatorStep(), step("regularisation"),
  ));
  return events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics as Readonly<Record<string, number>>] : []));
}

describe("noisyCodes", () => {
  it("draws the codes of every turn as far from what the encoder says as its deviation", async () => {
    const played = await offsets(0.5, 20);
    for (const turn of ["reconstruction", "discriminator", "regularisation"]) {
      // Of 20 rounds of 8 codes of 2 values: a mean square of 320 draws of N(0, 0.25), of deviation 0.02.
      const square = played.reduce((sum, metrics) => sum + metrics[`off/${turn}`]! ** 2, 0) / played.length;
      assert.ok(Math.abs(square - 0.25) < 0.08, `${turn}: a mean square of ${square.toFixed(3)}, expected 0.25`);
    }
  });

  it("follows a schedule to its end", async () => {
    const played = await offsets(linearSchedule({ from: 1, to: 0, rounds: 2 }), 4);
    const off = played.map((metrics) => metrics["off/reconstruction"]!);
    assert.ok(off[0]! > 0.3 && off[1]! > 0.15, `${off}`);
    assert.deepEqual(off.slice(2), [0, 0]);
  });

  it("refuses an encoder that says its own deviation, whether by a plugin before it or after it", async () => {
    const [noisy, reconstruction] = [noisyCodes({ deviation: 0.5 }), step("reconstruction")];
    for (const saying of [aae({ prior: gaussian(2), posterior: "gaussian" }), vae()]) {
      for (const plugins of [[saying, noisy, reconstruction], [noisy, saying, reconstruction]]) {
        const training = trainUnordered$(aaeGame({ rounds: 1, backend: "cpu" }), plugins);
        await assert.rejects(eventsOf(training), (error) => error instanceof ConfigurationError && /noisyCodes: heads: expected an encoder with a head "codes", got mean, logVariance/.test(error.message));
      }
    }
  });

  it("refuses a negative deviation", () => {
    assert.throws(() => noisyCodes({ deviation: -1 }), ConfigurationError);
  });
});
