import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { assert, describe, it, runtime } from "../kit/kit.ts";
import { availableBackends } from "./backendsUnderTest.ts";

const program = fileURLToPath(new URL("./exit.fixture.ts", import.meta.url));
const hasWebgpu = (await availableBackends()).includes("webgpu");

describe("a program that used WebGPU", () => {
  for (const last of ["close", "leave open"]) {
    it(`ends by itself with code 0 (${last})`, { skip: !hasWebgpu }, () => {
      const run = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
      const ended = spawnSync(process.execPath, [...run, program, last], { encoding: "utf8", timeout: 30_000 });
      assert.match(ended.stdout, /computed 3/, ended.stderr);
      assert.equal(ended.signal, null);
      assert.equal(ended.status, 0, ended.stderr);
    });
  }
});
