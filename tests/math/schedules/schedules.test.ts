import { number } from "../../../src/configuration/checkOptions.ts";
import { constantSchedule } from "../../../src/math/schedules/constantSchedule.ts";
import { cosineSchedule } from "../../../src/math/schedules/cosineSchedule.ts";
import { exponentialDecay } from "../../../src/math/schedules/exponentialDecay.ts";
import { guarded } from "../../../src/math/schedules/guarded.ts";
import { linearSchedule } from "../../../src/math/schedules/linearSchedule.ts";
import { type Schedule, scheduledAt, scheduledSpec } from "../../../src/math/schedules/schedule.ts";
import { scheduled } from "../../../src/math/schedules/scheduled.ts";
import { scheduledFromSpec, scheduleFromSpec } from "../../../src/math/schedules/scheduleFromSpec.ts";
import { scaled, scaledSchedule } from "../../../src/math/schedules/scaledSchedule.ts";
import { stepDecay } from "../../../src/math/schedules/stepDecay.ts";
import { warmUp } from "../../../src/math/schedules/warmUp.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const follows = (schedule: Schedule, expected: Readonly<Record<number, number>>): void =>
  close(
    Object.keys(expected).map((index) => schedule.at(Number(index))),
    Object.values(expected),
    1e-12,
    schedule.spec.name,
  );

describe("schedules", () => {
  it("constant: the same in every round", () => follows(constantSchedule({ value: 3 }), { 0: 3, 1e6: 3 }));

  it("linear: from the first value to the last and no further, after a start that keeps the first", () => {
    follows(linearSchedule({ from: 1, rounds: 10 }), { 0: 1, 1: 0.9, 5: 0.5, 10: 0, 99: 0 });
    follows(linearSchedule({ from: 2, to: 4, rounds: 4, start: 10 }), { 0: 2, 10: 2, 11: 2.5, 14: 4, 15: 4 });
  });

  it("cosine: half way at half time, flat at both ends", () => {
    const schedule = cosineSchedule({ from: 1, to: 0.2, rounds: 100 });
    follows(schedule, { 0: 1, 50: 0.6, 100: 0.2, 200: 0.2, 25: 0.2 + 0.4 * (1 + Math.SQRT1_2) });
    assert.ok(schedule.at(0) - schedule.at(1) < 0.001 && schedule.at(99) - schedule.at(100) < 0.001);
  });

  it("exponential decay: halves in every half-life, down to the floor", () => {
    follows(exponentialDecay({ from: 8, halfLife: 5, floor: 1.5 }), { 0: 8, 5: 4, 10: 2, 15: 1.5, 2.5: 8 * Math.SQRT1_2 });
  });

  it("step decay: a factor at every step and nothing in between", () => {
    follows(stepDecay({ from: 1, factor: 0.5, every: 3 }), { 0: 1, 2: 1, 3: 0.5, 5: 0.5, 6: 0.25 });
  });

  it("warm-up: a linear start of a number or of a schedule that runs from round 0 on", () => {
    follows(warmUp({ rounds: 4, then: 2 }), { 0: 0.5, 1: 1, 3: 2, 4: 2, 100: 2 });
    follows(warmUp({ rounds: 2, then: linearSchedule({ from: 1, rounds: 10 }) }), { 0: 0.5, 1: 0.9, 5: 0.5 });
  });

  it("scaled: a number or schedule times a factor", () => {
    follows(scaledSchedule({ factor: 3, then: linearSchedule({ from: 1, rounds: 10 }) }), { 0: 3, 5: 1.5, 10: 0 });
    assert.equal(scaled(0.5, 4), 2);
    assert.equal(scheduledAt(scaled(linearSchedule({ from: 1, rounds: 10 }), 2), 5), 1);
  });

  it("come back from their specs as JSON", () => {
    const all = [
      constantSchedule({ value: 3 }),
      linearSchedule({ from: 1, rounds: 10 }),
      cosineSchedule({ from: 1, to: 0.5, rounds: 7, start: 2 }),
      exponentialDecay({ from: 1, halfLife: 9 }),
      stepDecay({ from: 1, every: 4 }),
      scaledSchedule({ factor: 0.5, then: stepDecay({ from: 1, every: 4 }) }),
      warmUp({ rounds: 5, then: warmUp({ rounds: 2, then: stepDecay({ from: 1, every: 4 }) }) }),
    ];
    for (const schedule of all) {
      const copy = scheduleFromSpec(JSON.parse(JSON.stringify(schedule.spec)));
      assert.deepEqual(copy.spec, schedule.spec);
      for (const index of [0, 1, 3, 8, 20]) assert.equal(copy.at(index), schedule.at(index));
    }
    assert.equal(scheduledAt(scheduledFromSpec(scheduledSpec(0.5)), 7), 0.5);
    assert.equal(scheduledAt(scheduledFromSpec(scheduledSpec(all[1]!)), 5), 0.5);
    assert.throws(() => scheduleFromSpec({ name: "poly" }), /expected one of constantSchedule, .* got "poly"/);
  });

  it("refuse wrong options, all at once", () => {
    assert.throws(() => linearSchedule({ from: NaN, rounds: 0 }), /from: expected a number, got NaN\n.*rounds: expected an integer > 0, got 0/);
    assert.throws(() => warmUp({ rounds: 1, then: "fast" as never }), /then: expected a number or a schedule such as .*, got "fast"/);
  });
});

describe("the check of an option that may be a schedule", () => {
  const check = scheduled(number({ minimum: 0, maximum: 1 }));
  const messages = (value: unknown): string => check.problems(value, "share").map(({ path, message }) => `${path}: ${message}`).join("\n");

  it("takes numbers and schedules within the bounds", () => {
    const fine = [0.5, linearSchedule({ from: 1, rounds: 3 }), warmUp({ rounds: 9, then: 1 }), scaledSchedule({ factor: 0.5, then: stepDecay({ from: 2, every: 1 }) }), { spec: { name: "mine" }, at: () => 1 }];
    for (const value of fine) assert.equal(messages(value), "");
    // Grows without end, and is finite in every round.
    assert.deepEqual(scheduled(number({ minimum: 0 })).problems(stepDecay({ from: 1, factor: 2, every: 1 }), "weight"), []);
  });

  it("refuses lists, what cannot answer, and what cannot say what it is", () => {
    for (const value of [[1, 1], new Float32Array(2), null, {}, { at: 3 }, "1"]) assert.match(messages(value), /^share: expected a number >= 0 and <= 1 or a schedule such as .*, got /);
    for (const spec of [undefined, null, {}, { name: "" }]) assert.match(messages({ at: () => 1, spec }), /expected a schedule .* with a spec \{ name, options \} that checkpoints keep/);
    assert.throws(() => warmUp({ rounds: 1, then: [1, 2] as never }), /then: expected a number or a schedule .*, got \[1, 2\]/);
    assert.throws(() => scaledSchedule({ factor: 1, then: [1, 2] as never }), /then: expected a number or a schedule .*, got \[1, 2\]/);
  });

  it("looks at the first value of every schedule, and at the last of the library's own", () => {
    assert.match(messages(linearSchedule({ from: 2, rounds: 3 })), /share in round 0: expected a number >= 0 and <= 1, got 2/);
    assert.match(messages(linearSchedule({ from: 1, to: -3, rounds: 3 })), /share in the end: expected a number >= 0 and <= 1, got -3/);
    assert.match(messages(cosineSchedule({ from: 1, to: 3, rounds: 1e6 })), /share in the end: .*, got 3/);
    assert.match(messages(stepDecay({ from: 0.1, factor: 2, every: 1000 })), /share in the end/);
    assert.match(messages(warmUp({ rounds: 4, then: scaledSchedule({ factor: -1, then: linearSchedule({ from: 0, to: 1, rounds: 5 }) }) })), /share in the end: .*, got -1/);
    // Somebody else's may not know such rounds.
    assert.equal(messages({ spec: { name: "listed" }, at: (index: number) => [1, 0.5][index]! }), "");
  });

  it("guards, when it is used, what could not be known before", () => {
    const within = number({ minimum: 0 });
    const linear = linearSchedule({ from: 1, rounds: 2 });
    assert.equal(guarded("r1", "gamma", linear, within), linear);
    const falling = guarded("r1", "gamma", { spec: { name: "falling" }, at: (index) => 1 - index }, within);
    assert.deepEqual(scheduledSpec(falling), { name: "falling" });
    assert.equal(scheduledAt(falling, 1), 0);
    assert.throws(() => scheduledAt(falling, 2), { name: "ConfigurationError", message: "r1: gamma in round 2: expected a number >= 0, got -1" });
    // Warmed up, this goes above 1 in between.
    const peaked = warmUp({ rounds: 10, then: linearSchedule({ from: 3, to: 0, rounds: 12 }) });
    assert.throws(() => scheduledAt(guarded("labelFlipping", "probability", peaked, number({ maximum: 1 })), 5), /probability in round 5: expected a number <= 1, got 1\.05/);
  });
});
