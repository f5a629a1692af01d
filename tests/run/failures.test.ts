import { map } from "rxjs";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { Checkpoints } from "../../src/game/checkpoint.ts";
import { withTerm, withView } from "../../src/game/blueprint.ts";
import { CheckpointFailed, NotFinite } from "../../src/game/failure.ts";
import { gan } from "../../src/game/gan.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import type { View } from "../../src/game/view.ts";
import { tf, type Tensors } from "../../src/math/tensor.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

const steps = [discriminatorStep(), generatorStep()] as const;
/** A term of the generator's turn that is NaN from a round on. */
const poison = (from: number) =>
  definePlugin("poison", (round$) => round$, {
    assemble: (blueprint) =>
      withTerm(blueprint, { name: "poison", turn: "generator", of: (seen) => tf.mul(tf.sum(seen.generated()["samples"]!), seen.index >= from ? NaN : 0) }),
  });

describe("a run that fails", () => {
  it("by a loss that is not finite says which and when, and commits no checkpoint of it", async () => {
    const checkpoints = memory({ every: 2 });
    const before = tf.memory().numTensors;
    await assert.rejects(
      eventsOf(train$({ ...ringGame({ rounds: 9, backend: "cpu", checkpoints }) }, poison(4), ...steps)),
      (error) => error instanceof NotFinite && error.round === 5 && /loss\/generator became NaN in round 5/.test(error.message),
    );
    assert.equal((await snapshotIn(checkpoints)).round, 4);
    assert.equal(tf.memory().numTensors, before);
  });

  it("by a store that cannot save tries again, then ends", async () => {
    let tries = 0;
    const until = (failures: number): Checkpoints => {
      const inner = memory({ every: 2 });
      return {
        ...inner,
        open: async (signal) => {
          const store = await inner.open(signal);
          return { ...store, latest: () => store.latest(), named: (name) => store.named(name), close: () => store.close(), save: async (snapshot) => {
            if (tries++ < failures) throw new CheckpointFailed("write", "the disk is full");
            return store.save(snapshot);
          } };
        },
      };
    };
    const events = await eventsOf(train$(ringGame({ rounds: 2, backend: "cpu", checkpoints: until(2) }), ...steps));
    assert.equal(events.filter((event) => event._tag === "CheckpointSaved").length, 1);
    tries = 0;
    await assert.rejects(eventsOf(train$(ringGame({ rounds: 2, backend: "cpu", checkpoints: until(99) }), ...steps)), /the disk is full/);
    assert.equal(tries, 3);
  });

  it("by a changed configuration names the difference; rounds may change", async () => {
    const checkpoints = memory({ every: 100 });
    await eventsOf(train$(ringGame({ rounds: 2, backend: "cpu", checkpoints }), ...steps));
    const changed = { ...ringGame({ rounds: 4, backend: "cpu", checkpoints }), seed: 8 };
    await assert.rejects(
      eventsOf(train$(changed, ...steps)),
      (error) => error instanceof CheckpointFailed && error.reason === "mismatch" && /seed: was 7, is 8/.test(error.message),
    );
    const allowed = await eventsOf(train$({ ...changed, checkpoints: { ...checkpoints, allowChanges: true } }, ...steps));
    assert.ok(allowed.some((event) => event._tag === "Warned" && /configuration changed: seed/.test(event.message)));
    const done = await eventsOf(train$({ ...changed, checkpoints: { ...checkpoints, allowChanges: true } }, ...steps));
    const last = done.at(-1);
    assert.ok(last?._tag === "RunCompleted" && last.reason === "already finished" && last.round === 4);
    assert.equal(done.filter((event) => event._tag === "RoundPlayed").length, 0);
  });

  it("by a plugin that throws in mid-round leaks nothing of what it had made", async () => {
    const before = tf.memory().numTensors;
    const keeping = definePlugin("keeping", (round$) => round$.pipe(map((round) => ({ ...round, carry: { ...round.carry, keeping: tf.zeros([3]) } }))));
    const throwing = definePlugin("throwing", (round$) => round$.pipe(map((round) => { if (round.index === 2) throw new Error("no"); return round; })));
    await assert.rejects(eventsOf(train$(ringGame({ rounds: 5, backend: "cpu" }), keeping, ...steps, throwing)), /throwing: round 2: no/);
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("wrong options", () => {
  it("are refused all at once, before anything is opened", () => {
    const good = ringGame({ rounds: 1 });
    assert.throws(
      () => train$({ ...good, rounds: 0, seed: -1, backend: "gpu" as "webgpu" }, ...steps),
      (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.deepEqual(error.problems.map(({ path }) => path), ["rounds", "seed", "backend"]);
        assert.match(error.message, /rounds: expected an integer > 0, got 0/);
        return true;
      },
    );
  });

  it("name the nearest option where one is unknown", () => {
    assert.throws(() => gan({ ...({ optimzers: 1 } as object), rounds: 1 } as never), /optimzers: unknown option; did you mean "optimizers"\?/);
  });

  it("name every term, turn, player and network that leads nowhere", () => {
    const good = ringGame({ rounds: 1 });
    const broken = definePlugin("broken", (round$) => round$, {
      assemble: (blueprint) => ({
        ...blueprint,
        terms: [...blueprint.terms, { name: "lost", turn: "nowhere", of: () => tf.scalar(0) }],
        players: { ...blueprint.players, ghost: { ...blueprint.players["generator"]!, owns: ["castle"] } },
      }),
    });
    assert.throws(() => train$(good, broken, ...steps), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /no turn is named "nowhere"; there are discriminator, generator/);
      assert.match(error.message, /no network is named "castle"/);
      return true;
    });
  });

  it("name every view that no discriminator looks through, and pass those that one does", () => {
    const viewing = (...views: readonly Pick<View, "name" | "networks">[]) =>
      definePlugin("viewing", (round$) => round$, { assemble: (blueprint) => withView(blueprint, ...views.map((view) => ({ ...view, spec: { name: view.name }, of: (record: Tensors) => record }))) });
    train$(ringGame({ rounds: 1 }), viewing({ name: "all" }, { name: "own", networks: ["generator", "discriminator"] }), ...steps);
    assert.throws(() => train$(ringGame({ rounds: 1 }), viewing({ name: "all" }, { name: "stray", networks: ["generator"] }), ...steps), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.deepEqual(error.problems, [{
        path: "views[1]",
        message: 'expected a discriminator (discriminator) for "stray" to stand before, got generator: a view that reaches no discriminator changes nothing; leave it out',
      }]);
      return true;
    });
  });
});
