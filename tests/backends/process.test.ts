import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { fileURLToPath } from "node:url";
import { assert, describe, it, runtime } from "../kit/kit.ts";
import { availableBackends } from "./backendsUnderTest.ts";

const hasWebgpu = (await availableBackends()).includes("webgpu");

/** Runs a program beside this file in a process of its own. */
function run(program: string, argument: string, environment: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const command = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
  return spawnSync(process.execPath, [...command, file, argument], {
    encoding: "utf8",
    timeout: 30_000,
    env: { ...process.env, ...environment } as NodeJS.ProcessEnv,
  });
}

describe("a program that used WebGPU", () => {
  for (const last of ["close", "leave open"]) {
    it(`ends by itself with code 0 (${last})`, { skip: !hasWebgpu }, () => {
      const ended = run("./exit.fixture.ts", last);
      assert.match(ended.stdout, /computed 3/, ended.stderr);
      assert.equal(ended.signal, null);
      assert.equal(ended.status, 0, ended.stderr);
    });
  }
});

describe("a machine without a Vulkan driver", () => {
  // Neither loader finds a driver, and wgpu does not turn to OpenGL.
  const bare = { VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent", DENO_WEBGPU_BACKEND: "vulkan" };

  it("is told what to install when it asks for webgpu", { skip: process.platform !== "linux" }, () => {
    const ended = run("./absent.fixture.ts", "webgpu", bare);
    assert.match(ended.stdout, /refused DeviceUnavailable: backend "webgpu": .*mesa-vulkan-drivers.*bookworm-backports/, ended.stderr);
    assert.equal(ended.status, 0);
  });

  it("gets WebAssembly when it leaves the choice open", { skip: process.platform !== "linux" }, () => {
    const ended = run("./absent.fixture.ts", "auto", bare);
    assert.match(ended.stdout, /opened wasm \(auto: WebAssembly; no WebGPU adapter\)/, ended.stderr);
  });
});
