import { of } from "rxjs";
import { withTerm } from "../../src/game/blueprint.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import type { Round } from "../../src/game/round.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { tf, type Tensors } from "../../src/math/tensor.ts";
import { exchangeOf, experienceReplay } from "../../src/stabilisers/experienceReplay.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { simultaneousStep } from "../../src/steps/simultaneousStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { classHead } from "../grammar/miniatures.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { assembled, looking } from "./digitGame.ts";
import { late } from "./late.ts";

const BATCH = 4;

/** A batch of row ids: sample, code and label n of round r are all made of 10 r + n. */
function recordOf(round: number): Tensors {
  const ids = Array.from({ length: BATCH }, (_, n) => 10 * round + n);
  return {
    samples: tf.tensor2d(ids.map((id) => [id, id + 0.5])),
    labels: tf.tensor1d(ids, "int32"),
  };
}

/** The ids of a record's rows, each of them checked against its label. */
async function idsOf(record: Tensors): Promise<number[]> {
  const [labels, samples] = [Array.from(await record["labels"]!.data()), Array.from(await record["samples"]!.data())];
  assert.equal(record["labels"]!.dtype, "int32");
  assert.deepEqual(samples, labels.flatMap((id) => [id, id + 0.5]));
  return labels;
}

await describeOnEachBackend("experience replay", () => {
  it("fills its pool, then shows half of it in exchange for the new, each sample with its label", async () => {
    const plugin = experienceReplay({ size: 6 });
    let carry: Round["carry"] = {};
    const tensors = tf.memory().numTensors;
    for (let index = 0; index < 7; index++) {
      const before = carry["experienceReplay"] as Tensors | undefined;
      const held = before === undefined ? [] : await idsOf(before);
      const record = recordOf(index);
      let shown: Tensors = {};
      const round = {
        index,
        carry,
        views: assembled(plugin, ringGame({ rounds: 1 })).views,
        play() {
          const [view] = (this as unknown as Round).views;
          const context = looking({ side: "fake", key: fold(rootKey(2), index) });
          // A turn that is begun anew, as one is whose source was late, shows the same and leaves nothing.
          for (let attempt = 0; attempt < 2; attempt++) {
            if (shown !== record) tf.dispose(Object.values(shown));
            shown = tf.tidy(() => view!.of(record, context) as never);
          }
          assert.equal(view!.of(record, { ...context, turn: "generator" }), record);
          assert.equal(view!.of(record, { ...context, side: "real" }), record);
          return { ...(this as unknown as Round) };
        },
      } as unknown as Round;
      plugin(of(round)).subscribe((planned) => { carry = (planned.play("discriminator") as Round).carry; });
      const fresh = Array.from({ length: BATCH }, (_, n) => 10 * index + n);
      const [seen, kept] = [await idsOf(shown), await idsOf(carry["experienceReplay"] as Tensors)];
      if (held.length < 6) {
        assert.deepEqual(seen, fresh);
        assert.deepEqual(kept, [...held, ...fresh].slice(0, 6));
      } else {
        // Two of four from the pool; every sample is either shown or kept, none twice.
        assert.equal(seen.filter((id) => held.includes(id)).length, 2);
        assert.ok(seen.every((id, row) => id === fresh[row] || held.includes(id)));
        assert.deepEqual([...seen, ...kept].sort(), [...fresh, ...held].sort());
      }
      if (shown !== record) tf.dispose(Object.values(shown));
      tf.dispose([...Object.values(record), ...Object.values(before ?? {})]);
    }
    tf.dispose(Object.values(carry["experienceReplay"] as Tensors));
    assert.equal(tf.memory().numTensors, tensors);
  });
});

describe("experienceReplay", () => {
  it("exchanges random rows with random places, as many as both have", () => {
    const rows = new Map<number, number>();
    const places = new Map<number, number>();
    for (let i = 0; i < 2000; i++) {
      const { shown, kept } = exchangeOf(fold(rootKey(1), i), 8, 10, 10, 0.5);
      for (const [row, place] of shown.entries()) if (place !== row) rows.set(row, (rows.get(row) ?? 0) + 1);
      for (const [place, row] of kept.entries()) if (row < 8) places.set(place, (places.get(place) ?? 0) + 1);
    }
    // 4 of 8 rows and 4 of 10 places each time, all alike, within five standard errors.
    const alike = (counts: Map<number, number>, many: number, share: number): void => {
      assert.equal(counts.size, many);
      for (const count of counts.values()) assert.ok(Math.abs(count - 2000 * share) < 5 * Math.sqrt(2000 * share * (1 - share)), `${count}`);
    };
    alike(rows, 8, 0.5);
    alike(places, 10, 0.4);
    assert.equal(exchangeOf(rootKey(1), 64, 3, 3, 0.5).shown.filter((place) => place >= 64).length, 3);
  });

  it("refuses wrong options, and names nobody knows", () => {
    assert.throws(() => experienceReplay({ size: 0 }), /experienceReplay: size: expected an integer > 0, got 0/);
    assert.throws(() => experienceReplay({ share: 1.5 }), /share: expected a number > 0 and <= 1, got 1.5/);
    assert.throws(() => train$(ringGame({ rounds: 1 }), experienceReplay({ discriminator: "critic" })), /discriminator: no network is named "critic"; there are generator, discriminator/);
    assert.throws(() => train$(ringGame({ rounds: 1 }), experienceReplay({ turn: "critic" })), /turn: no turn is named "critic"; there are discriminator, generator/);
  });

  it("refuses a share of less than a row, at assembly", () => {
    const playing = (share: number) => () => train$(ringGame({ rounds: 1 }), experienceReplay({ share }), discriminatorStep());
    assert.throws(playing(0.1), /experienceReplay: share: expected at least one row of a batch of 8, 0\.125 or more, got 0\.1/);
    assert.doesNotThrow(playing(0.125));
  });

  it("says that it must stand before the steps", async () => {
    await assert.rejects(eventsOf(train$(ringGame({ rounds: 1, backend: "cpu" }), discriminatorStep(), experienceReplay())), /experienceReplay: expected to stand before the steps/);
  });

  it("leaves no tensor behind where the turn fails", async () => {
    const failing = definePlugin("failing", (round$) => round$, {
      assemble: (blueprint) =>
        withTerm(blueprint, {
          name: "failing",
          turn: "discriminator",
          of: (seen) => {
            seen.shown("fake");
            if (seen.index === 3) throw new Error("no more");
            return tf.scalar(0);
          },
        }),
    });
    const before = tf.memory().numTensors;
    await assert.rejects(eventsOf(train$(ringGame({ rounds: 9, backend: "cpu" }), experienceReplay({ size: 12 }), failing, discriminatorStep(), generatorStep())), /no more/);
    assert.equal(tf.memory().numTensors, before);
  });
});

// Batches of 8: the pool of 20 is full after three rounds; the stops fall before, at and after that.
await describePlugin("a GAN that replays its past", {
  rounds: 6,
  stops: [1, 3, 4],
  train: (run) => train$(ringGame(run), experienceReplay({ size: 20 }), classHead(), discriminatorStep({ times: 2 }), discriminatorStep(), generatorStep()),
});

await describePlugin("a GAN that replays its past, on late data, both players at once", {
  rounds: 5,
  stops: [2],
  train: (run) => {
    const game = ringGame(run);
    return train$({ ...game, sources: { ...game.sources, data: late(game.sources["data"]!) } }, experienceReplay({ size: 10, share: 0.25 }), simultaneousStep());
  },
});
