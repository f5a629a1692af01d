import { fewLabelAccuracy } from "../../src/evaluation/fewLabelAccuracy.ts";
import { logisticProbe, probeAccuracy, ridgeProbe } from "../../src/evaluation/linearProbe.ts";
import { minimise } from "../../src/evaluation/minimise.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

const { probes: { featureSize, train, test, labels, targets, penalty, ...expected } } = references;
const training = { features: train, featureSize };
const held = { features: test, featureSize };

describe("minimise", () => {
  it("finds the least point of Rosenbrock's valley, (1, 1), and alters no start", () => {
    const start = Float64Array.of(-1.2, 1);
    const found = minimise((point, gradient) => {
      const [x, y] = [point[0]!, point[1]!];
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      gradient[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    }, start);
    close(found, [1, 1], 1e-7);
    assert.deepEqual([...start], [-1.2, 1]);
  });
});

describe("linear probes", () => {
  it("classify as scikit-learn's logistic regression does", () => {
    const probe = logisticProbe(training, labels, 3, penalty);
    close(probe.predict(held), expected.probabilities, 1e-7);
    assert.deepEqual([probe.weights.length, probe.intercepts.length], [15, 3]);
    const sure = logisticProbe({ features: [-2, -1, 1, 2], featureSize: 1 }, [0, 0, 1, 1], 2, 0.1);
    assert.equal(probeAccuracy(sure, { features: [-3, 3, 1, -1], featureSize: 1 }, [0, 1, 0, 1]), 0.5);
  });

  it("regress as scikit-learn's ridge does, with more features than rows too", () => {
    close(ridgeProbe(training, targets, penalty).predict(held), expected.predictions, 1e-10);
    const wide = ridgeProbe({ features: expected.wide, featureSize: 20 }, expected.wideTargets, penalty);
    close(wide.predict({ features: expected.wide.map((value) => value + 0.5), featureSize: 20 }), expected.widePredictions, 1e-10);
  });

  it("refuse labels out of range, targets of another count, no penalty, and features of another size", () => {
    assert.throws(() => logisticProbe(training, [0, 1], 3), /labels: expected 60 integers from 0 to 2, got 2/);
    assert.throws(() => logisticProbe(training, labels.map(() => 3), 3), /labels: expected 60 integers from 0 to 2, got 3/);
    assert.throws(() => logisticProbe(training, labels, 3, 0), /penalty: expected a number > 0, got 0/);
    assert.throws(() => ridgeProbe(training, [1, 2]), /targets: expected finite numbers, as many for each of 60 rows, got 2/);
    assert.throws(() => ridgeProbe(training, targets).predict({ features: [1, 2], featureSize: 2 }), /features: expected 5 features in a row, got 2/);
  });
});

describe("fewLabelAccuracy", () => {
  /** Two classes along one of 30 directions, the others noise, either as it is or with the direction made large. */
  function samples(seed: number, count: number, gain: number) {
    const noise = normals(rootKey(seed), count * 30);
    const own = Array.from({ length: count }, (_, row) => row % 2);
    const features = Float64Array.from(noise, (value, i) => (i % 30 === 0 ? gain * (value + 3 * (2 * own[Math.floor(i / 30)]! - 1)) : value));
    return { features: { features, featureSize: 30 }, labels: own };
  }

  it("prefers a representation in which the classes stand apart, at few labels", () => {
    const options = { labelsPerClass: 4, classes: 2, draws: 4 };
    const raw = fewLabelAccuracy(samples(1, 200, 0.3), samples(2, 200, 0.3), options);
    const good = fewLabelAccuracy(samples(1, 200, 3), samples(2, 200, 3), options);
    assert.ok(good.accuracy > 0.97 && raw.accuracy < 0.9, `${good.accuracy} and ${raw.accuracy}`);
    assert.ok(raw.standardError > 0 && raw.penalties.length === 4);
    assert.deepEqual(fewLabelAccuracy(samples(1, 200, 3), samples(2, 200, 3), options), good);
  });

  it("does not depend on the features' unit or offset", () => {
    const moved = (set: ReturnType<typeof samples>) => ({ ...set, features: { ...set.features, features: set.features.features.map((value) => 1000 * value - 7) } });
    const options = { labelsPerClass: 4, classes: 2, draws: 2, penalties: [1] };
    const [training, test] = [samples(1, 100, 0.5), samples(2, 100, 0.5)];
    close(fewLabelAccuracy(moved(training), moved(test), options).accuracy, fewLabelAccuracy(training, test, options).accuracy, 1e-12);
  });

  it("refuses more labels than a class has", () => {
    assert.throws(
      () => fewLabelAccuracy(samples(1, 9, 1), samples(2, 9, 1), { labelsPerClass: 5, classes: 2 }),
      /labelsPerClass: expected at most 4, the training samples of class 1, got 5/,
    );
  });
});
