/** Loaded before the tests of a plain `bun test`: its 5 s per test are too short where a software adapter compiles shaders. */
import { setDefaultTimeout } from "bun:test";

setDefaultTimeout(60_000);
