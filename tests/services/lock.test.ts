import * as Effect from "effect/Effect";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { diskFiles } from "../../src/services/files.ts";
import { lockFolder } from "../../src/services/lock.ts";
import { standingOf, thisProcess } from "../../src/services/processIdentity.ts";
import { promised } from "../../src/services/promised.ts";
import { after, assert, describe, it } from "../kit/kit.ts";

const root = mkdtempSync(join(tmpdir(), "saddlepoint-lock-"));
after(() => rmSync(root, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(root, "run-"));
const lockOf = (path: string): string => join(path, "checkpoints.lock");

/** Holds the lock while `use` runs. */
function locked<A>(path: string, use: () => Promise<A>): Promise<A> {
  return promised(Effect.scoped(Effect.andThen(lockFolder(diskFiles, path), Effect.promise(use))));
}

function plant(path: string, holder: Record<string, unknown>): void {
  writeFileSync(
    lockOf(path),
    JSON.stringify({ token: crypto.randomUUID(), since: "2026-01-02T03:04:05.000Z", started: null, host: hostname(), ...holder }),
  );
}

/** A process that does nothing until it is killed. */
function sleeper(): Promise<ChildProcess & { pid: number }> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(child as ChildProcess & { pid: number }));
    child.once("error", reject);
  });
}

function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  return ended;
}

describe("the lock of a folder", () => {
  it("is there while it is held, names its process, and goes with it", async () => {
    const path = newFolder();
    await locked(path, async () => {
      const { pid, host } = JSON.parse(readFileSync(lockOf(path), "utf8"));
      assert.deepEqual([pid, host], [process.pid, hostname()]);
    });
    assert.deepEqual(readdirSync(path), []);
  });

  it("of a process that runs is respected until it ends", async () => {
    const path = newFolder();
    const child = await sleeper();
    plant(path, { pid: child.pid });
    await assert.rejects(locked(path, async () => {}), {
      _tag: "CheckpointFailed",
      reason: "locked",
      message: new RegExp(`in use since 2026-01-02.* by process ${child.pid}, which is running; end that run or choose another folder`),
    });
    await killed(child);
    await locked(path, async () => assert.equal(JSON.parse(readFileSync(lockOf(path), "utf8")).pid, process.pid));
    assert.deepEqual(readdirSync(path), []);
  });

  it("of a process whose id another process has by now is taken over", { skip: process.platform !== "linux" && "no /proc" }, async () => {
    const path = newFolder();
    const child = await sleeper();
    for (const pid of [child.pid, process.pid]) {
      plant(path, { pid, started: "0b0e7a6e-3c1f-4e0e-9a44-b1b2f6a4e0aa/12345" });
      assert.equal(await locked(path, async () => "taken"), "taken");
    }
    await killed(child);
  });

  it("of this process is respected", async () => {
    const path = newFolder();
    await locked(
      path,
      () => assert.rejects(locked(path, async () => {}), { reason: "locked", message: /another run of this process \(pid \d+\)/ }),
    );
  });

  it("of another host is respected, and the error says which file to remove", async () => {
    const path = newFolder();
    plant(path, { pid: 999_999, host: "elsewhere" });
    await assert.rejects(locked(path, async () => {}), {
      reason: "locked",
      message: /process 999999 on host elsewhere, .* remove .*checkpoints\.lock/,
    });
  });

  for (const [what, content] of [["empty", ""], ["no lock", '{"pid":1}']] as const) {
    it(`is taken over where its file is ${what}, after a moment in which it might be filled`, async () => {
      const path = newFolder();
      writeFileSync(lockOf(path), content);
      assert.equal(await locked(path, async () => "taken"), "taken");
    });
  }

  it("waits for one that is just being written", async () => {
    const path = newFolder();
    writeFileSync(lockOf(path), "");
    setTimeout(() => plant(path, { pid: process.ppid }), 100);
    await assert.rejects(locked(path, async () => {}), { reason: "locked", message: new RegExp(`process ${process.ppid}, `) });
  });

  it("goes to one alone of many who want it, also where its holder has ended", async () => {
    for (const isStale of [false, true]) {
      const path = newFolder();
      if (isStale) plant(path, { pid: 4_194_303, started: "gone" });
      let [held, most, refused] = [0, 0, 0];
      const attempts = Array.from({ length: 12 }, () =>
        locked(path, async () => {
          most = Math.max(most, ++held);
          await new Promise((resolve) => setTimeout(resolve, 150));
          held--;
        }).catch((error: { reason?: string }) => {
          assert.equal(error.reason, "locked");
          refused++;
        }));
      await Promise.all(attempts);
      assert.deepEqual([most, refused], [1, 11]);
      assert.deepEqual(readdirSync(path), []);
    }
  });

  it("survives a takeover that was itself cut short", async () => {
    const path = newFolder();
    const token = "0123abcd-0000-4000-8000-000000000000";
    plant(path, { pid: 4_194_303, started: "gone", token });
    writeFileSync(
      `${lockOf(path)}.0123abcd`,
      JSON.stringify({ token: "second00", since: "", pid: 4_194_302, host: hostname(), started: "gone" }),
    );
    assert.equal(await locked(path, async () => "taken"), "taken");
    assert.deepEqual(readdirSync(path), []);
  });

  it("is not removed by a run that has lost it", async () => {
    const path = newFolder();
    await locked(path, async () => plant(path, { pid: process.ppid }));
    assert.ok(existsSync(lockOf(path)));
  });
});

describe("standingOf", () => {
  it("tells this process, a running one, one that has ended and one elsewhere apart", async () => {
    const me = await thisProcess();
    const child = await sleeper();
    const other = { pid: child.pid, host: hostname(), started: null };
    assert.equal(await standingOf(me), "this");
    assert.equal(await standingOf(other), "running");
    assert.equal(await standingOf({ ...other, host: "elsewhere" }), "elsewhere");
    await killed(child);
    assert.equal(await standingOf(other), "ended");
  });
});
