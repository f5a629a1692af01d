import { assert, describe, it } from "../kit/kit.ts";
import { countTests } from "./countTests.ts";

// Cut down from the reports of Bun 1.4.5 and Deno 2.9.6 about one file: in `outer` a test that passes, one that fails, one
// that is skipped and, in `a & <b>`, another that passes; and `hooks`, whose one test passes and whose hook fails.
const bun = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" assertions="0" failures="1" skipped="1" time="0.03">
  <testsuite name="tests/a.test.ts" file="tests/a.test.ts" tests="4" failures="1" skipped="1" time="0.03">
    <testsuite name="outer" file="tests/a.test.ts" line="2" tests="4" failures="1" skipped="1" time="0.002">
      <testcase name="passes" classname="outer" time="0.001" file="tests/a.test.ts" line="3" assertions="0" />
      <testcase name="fails" classname="outer" time="0.001" file="tests/a.test.ts" line="4" assertions="0">
        <failure type="AssertionError" message="1 !== 2&#10;">AssertionError: &lt;testcase&gt; 1 !== 2</failure>
      </testcase>
      <testcase name="is skipped" classname="outer" time="0" file="tests/a.test.ts" line="5" assertions="0">
        <skipped />
      </testcase>
      <testsuite name="a &amp; &lt;b&gt;" file="tests/a.test.ts" line="8" tests="1" failures="0" skipped="0" time="0">
        <testcase name="passes &gt; too" classname="a &amp; &lt;b&gt; &gt; outer" time="0.000081" file="tests/a.test.ts" line="8" assertions="0" />
      </testsuite>
    </testsuite>
    <testsuite name="hooks" file="tests/a.test.ts" line="14" tests="1" failures="0" skipped="0" time="0">
      <testcase name="passes" classname="hooks" time="0.000035" file="tests/a.test.ts" line="14" assertions="0" />
    </testsuite>
  </testsuite>
</testsuites>`;

const deno = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="8" failures="3" errors="0" time="0.016">
    <testsuite name="./tests/a.test.ts" tests="2" disabled="0" errors="0" failures="2">
        <testcase name="outer" classname="./tests/a.test.ts" time="0.007" line="2" col="1">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="hooks" classname="./tests/a.test.ts" time="0.001" line="14" col="1">
            <failure message="Uncaught Error: boom">Error: boom</failure>
        </testcase>
    </testsuite>
    <testsuite name="ext:deno_node/testing.ts" tests="6" disabled="1" errors="0" failures="1">
        <testcase name="outer &gt; passes" classname="ext:deno_node/testing.ts" time="0.001" line="1" col="23191">
        </testcase>
        <testcase name="outer &gt; fails" classname="ext:deno_node/testing.ts" time="0.002" line="1" col="21231">
            <failure message="Uncaught AssertionError: 1 !== 2">AssertionError: &lt;testcase&gt; 1 !== 2</failure>
        </testcase>
        <testcase name="outer &gt; is skipped" classname="ext:deno_node/testing.ts" time="0.000" line="1" col="21231">
            <skipped/>
        </testcase>
        <testcase name="outer &gt; a &amp; &lt;b&gt;" classname="ext:deno_node/testing.ts" time="0.001" line="1" col="21231">
        </testcase>
        <testcase name="outer &gt; a &amp; &lt;b&gt; &gt; passes &gt; too" classname="ext:deno_node/testing.ts" time="0.000" line="1" col="21231">
        </testcase>
        <testcase name="hooks &gt; passes" classname="ext:deno_node/testing.ts" time="0.000" line="1" col="23191">
        </testcase>
    </testsuite>
</testsuites>`;

describe("countTests", () => {
  it("counts Bun's tests; the failed hook is not in the report, but in the exit code", () => {
    assert.deepEqual(countTests(bun, "bun"), { passed: 3, failed: 1, skipped: 1 });
  });

  it("counts Deno's tests without the containers, and a failed hook once", () => {
    assert.deepEqual(countTests(deno, "deno"), { passed: 3, failed: 2, skipped: 1 });
  });

  it("counts a cancelled test as failed", () => {
    assert.deepEqual(countTests(`<testcase name="a" time="0"><error message="Cancelled"/></testcase>`, "deno"), { passed: 0, failed: 1, skipped: 0 });
  });

  it("finds none in an empty report", () => {
    assert.deepEqual(countTests("", "bun"), { passed: 0, failed: 0, skipped: 0 });
  });
});
