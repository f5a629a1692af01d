import { encode } from "fast-png";
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkOptions, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { confusionRate, type ConfusionRate, type TuringAnswer } from "../evaluation/confusionRate.ts";
import { fairOrder } from "../evaluation/fairOrder.ts";
import { sizeOf } from "../math/tensor.ts";
import { gridPicture } from "../sinks/gridPicture.ts";
import type { Samples } from "../sinks/picture.ts";
import { turingPage } from "./turingPage.ts";

export interface TuringTestOptions {
  /** Real images, such as a batch of the test set. */
  readonly real: Samples;
  /** Images to be taken for real ones: what `generate` returns. Of the same shape. */
  readonly generated: Samples;
  /** Images to show, half of them real; an even number. Default 40. */
  readonly trials?: number;
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Another seed shows other images in another order. Default 1. */
  readonly seed?: number;
}

/** A Turing test that is waiting for answers. */
export interface TuringTest {
  /** The page: `http://127.0.0.1:…/`. */
  readonly url: string;
  /** When all images are judged, or the test is closed: the outcome of the answers given, nothing where there were none. */
  readonly result: Promise<ConfusionRate | undefined>;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/** An answer is a few bytes. */
const LONGEST_BODY = 1_000;

/**
 * Human evaluation: serves a page on this machine that shows real and generated images one at a time, half and half in a
 * random order, and asks which is which. The outcome is how often people were wrong, with confidence intervals.
 *
 * The page works with the keyboard and with screen readers' controls, though images are judged by eye. It tells nobody
 * whether an answer was right before the end. Only this machine can reach it: the server listens on the loopback address
 * and answers requests made to that address only. One test is one sitting: open another for another person.
 *
 * @throws ConfigurationError for wrong options, samples that are no images or of different shapes, or too few of them
 * @example
 * ```ts
 * const test = await turingTest({ real, generated: await generate({ checkpoint: "runs/digits", count: 100 }), trials: 40 });
 * console.log(`Open ${test.url}`);
 * const result = await test.result;
 * await test.close();
 * ```
 */
export async function turingTest(options: TuringTestOptions): Promise<TuringTest> {
  checkOptions("turingTest", checks, options);
  const { real, generated, trials = 40, port = 0, seed = 1 } = options;
  checkShapes(real, generated);
  const order = fairOrder({ real: real.count, generated: generated.count, trials, seed });
  const pictures = order.map(({ origin, index }) => pngOf(origin === "real" ? real : generated, index));
  const answers: TuringAnswer[] = [];
  const { promise: result, resolve } = Promise.withResolvers<ConfusionRate | undefined>();
  const outcome = (): ConfusionRate | undefined => (answers.length === 0 ? undefined : confusionRate(answers));
  let hosts: readonly string[] = [];

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const { status, message } = error instanceof Refused ? error : new Refused(500, String(error));
      send(response, status, "text/plain; charset=utf-8", message);
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of another site could otherwise reach this one by a name it lets point here.
    if (!hosts.includes(request.headers.host ?? "")) throw new Refused(403, "this page is served to 127.0.0.1 and localhost only");
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const asked = `${request.method} ${pathname}`;
    const picture = /^GET \/images\/(\d{1,9})\.png$/.exec(asked)?.[1];
    if (asked === "GET /") {
      const nonce = randomBytes(16).toString("base64");
      return send(response, 200, "text/html; charset=utf-8", turingPage({ trials, answered: answers.length }, nonce), nonce);
    }
    if (picture !== undefined && pictures[Number(picture)] !== undefined) return send(response, 200, "image/png", pictures[Number(picture)]!);
    if (asked === "GET /result" && answers.length === trials) return send(response, 200, "application/json", JSON.stringify(outcome()));
    if (asked !== "POST /answers") throw new Refused(404, "there is no such page");
    const { origin } = request.headers;
    if (origin !== undefined && !hosts.includes(origin.replace("http://", ""))) throw new Refused(403, "answers are taken from this page only");
    const { trial, said } = parse(await bodyOf(request));
    const shown = order[answers.length];
    if (shown === undefined || trial !== answers.length) throw new Refused(409, `${answers.length} of ${trials} images are judged, and this was not the next; load the page again`);
    if (said !== "real" && said !== "generated") throw new Refused(400, "expected real or generated");
    answers.push({ origin: shown.origin, said });
    const finished = answers.length === trials ? { result: outcome() } : {};
    send(response, 200, "application/json", JSON.stringify({ answered: answers.length, ...finished }));
    if (answers.length === trials) resolve(outcome());
  }

  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  const { port: taken } = server.address() as AddressInfo;
  hosts = [`127.0.0.1:${taken}`, `localhost:${taken}`];
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${taken}/`,
    result,
    close() {
      resolve(outcome());
      closing ??= new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array, nonce = ""): void {
  const own = nonce === "" ? "'none'" : `'nonce-${nonce}'`;
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": `default-src 'none'; img-src 'self' data:; connect-src 'self'; script-src ${own}; style-src ${own}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const piece of request) {
    body += String(piece);
    if (body.length > LONGEST_BODY) throw new Refused(413, "the answer is too long");
  }
  return body;
}

function parse(body: string): { readonly trial?: unknown; readonly said?: unknown } {
  try {
    return (JSON.parse(body) as { trial?: unknown; said?: unknown } | null) ?? {};
  } catch {
    throw new Refused(400, "expected JSON");
  }
}

/** One sample as a PNG file. Real and generated ones take the same way, so that nothing but the image differs. */
function pngOf({ shape, values, range }: Samples, index: number): Uint8Array {
  const size = sizeOf(shape);
  const one = values.slice(index * size, (index + 1) * size);
  return encode({ ...gridPicture({ count: 1, shape, values: one, ...(range === undefined ? {} : { range }) }), depth: 8 });
}

function checkShapes(real: Samples, generated: Samples): void {
  const problems = real.shape.join() === generated.shape.join()
    ? []
    : [{ path: "generated", message: `expected images of the real ones' shape [${real.shape.join(", ")}], got [${generated.shape.join(", ")}]` }];
  if (problems.length > 0) throw new ConfigurationError("turingTest", problems);
}

const images = satisfies("images: { count, shape: [height, width, channels], values } with 1, 3 or 4 channels", (value) => {
  const { count, shape, values } = (value ?? {}) as Partial<Samples>;
  return Array.isArray(shape) && (shape.length === 2 || (shape.length === 3 && [1, 3, 4].includes(shape[2] as number))) && values?.length === count! * sizeOf(shape as number[]);
});

const checks = { real: images, generated: images, trials: optional(integer(2)), port: optional(integer(0)), seed: optional(integer(Number.MIN_SAFE_INTEGER)) };
