// Petitions in a real browser, without a script and by keyboard only: a petition, its support, its answer, and the board.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { owner as ownerKey } from "./owner.mjs";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = join(resolve(import.meta.dirname, "../.."), "target/browser");
const base = process.env.BASE_URL, program = process.env.PROGRAM;
const ANSWER = "La Comisión revisará el precio de este producto en su próxima sesión, con los reportes del último año.";

let browser;

before(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(() => browser?.close());

const as = (key) => ({ ...process.env, TERMOMETRO_LOG: "error", ...(key ? { TERMOMETRO_ADMIN_KEY: key } : {}) });
const keys = (key, ...words) => JSON.parse(execFileSync(program, ["keys", ...words, "--json"], { env: as(key), encoding: "utf8" }));

/** A regulator whose key a second operator has confirmed. */
function regulator(name) {
  const owner = ownerKey(program);
  const [one, two] = [`${name} uno`, `${name} dos`].map((operator) => keys(owner, "create", "--kind", "operator", "--name", operator).key);
  const made = keys(one, "create", "--kind", "regulator", "--name", name);
  execFileSync(program, ["keys", "confirm", made.id, "--holder", name], { env: as(two) });
  return made.key;
}

async function open(path, viewport) {
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", javaScriptEnabled: false, viewport });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

async function accessible(page, what, shot) {
  await page.screenshot({ path: join(shots, `${shot}.png`), fullPage: true });
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", viewport: page.viewportSize() });
  const copy = await context.newPage();
  await copy.route("**/*", (route) => (route.request().isNavigationRequest() ? page.content().then((body) => route.fulfill({ body, contentType: "text/html; charset=utf-8" })) : route.continue()));
  await copy.goto(page.url());
  await copy.evaluate(axe);
  const { violations } = await copy.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(violations.map((one) => `${what}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`), []);
  const wide = await copy.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what} is wider than its window`);
  await context.close();
}

async function tabTo(page, locator, what) {
  const focused = () => locator.evaluate((element) => element === document.activeElement).catch(() => false);
  for (let presses = 0; presses < 80; presses++) {
    if (await focused()) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} is not reached by keyboard`);
}

async function type(page, selector, text) {
  await tabTo(page, page.locator(selector), selector);
  await page.keyboard.type(text);
}

async function press(page, locator, what) {
  await tabTo(page, locator, what);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

test("somebody petitions, another supports it, the authority answers, and the board says so", async () => {
  const viewport = { width: 320, height: 740 };
  const key = regulator("Petra Gil");
  const page = await open("/pedir", viewport);
  await accessible(page, "the form", "petition-form");
  await press(page, page.locator("main form button"), "the button");
  assert.match(await page.locator(".errors").innerText(), /Elija qué pide\s+Escriba su petición en una frase\s+Escriba sus razones/);
  await accessible(page, "the form with errors", "petition-errors");
  await tabTo(page, page.locator("#asunto"), "the subject");
  await page.keyboard.press("ArrowDown");
  await type(page, "#codigo", "19914312-20");
  await type(page, "#peticion", "Que se revise el precio de este producto");
  await type(page, "#razones", "Subió dos veces en un año.");
  await press(page, page.locator("main form button"), "the button");
  assert.match(await page.locator("h1").innerText(), /Revise antes de enviar/);
  await accessible(page, "the answers to check", "petition-check");
  await press(page, page.locator("main form button").first(), "sending");
  assert.match(await page.locator("#tiquete").innerText(), /^TMO-[0-9A-F]{32}-[0-9A-F]{4}$/);
  await accessible(page, "the ticket", "petition-ticket");
  const address = await page.locator("main a[href^='/peticiones/']").getAttribute("href");
  const id = address.match(/q[0-9a-f]{12}/)[0];

  const work = await open(`/trabajo/peticiones/${id}`, { width: 1280, height: 900 });
  await type(work, "#llave", key);
  await press(work, work.locator("form.typed button"), "signing in");
  await work.goto(`/trabajo/peticiones/${id}`);
  await press(work, work.locator("button[value='publicar']"), "publishing");
  assert.match(await work.locator("h1").innerText(), /Peticiones por responder/);

  const friend = await open(`/peticiones/${id}/apoyar`, viewport);
  await accessible(friend, "supporting", "petition-support");
  await type(friend, "#contacto", "ana@example.org");
  await press(friend, friend.locator("main form button"), "going on");
  await accessible(friend, "confirming", "petition-confirm");
  await press(friend, friend.locator("#confirmar"), "confirming");
  assert.match(await friend.locator("h1").innerText(), /Su apoyo ya cuenta/);

  await work.goto(`/trabajo/peticiones/${id}`);
  await tabTo(work, work.locator("#decision"), "the decision");
  await work.keyboard.press("Space");
  await type(work, "#respuesta", ANSWER);
  await press(work, work.locator("form:has(#respuesta) button"), "answering");
  assert.match(await work.locator(".done").innerText(), /./);

  await page.goto(`/peticiones/${id}`);
  assert.match(await page.locator("main").innerText(), /se revisará el precio[\s\S]*dentro del término/);
  await accessible(page, "the petition", "petition-answered");
  await page.goto("/participacion");
  assert.match(await page.locator("main").innerText(), /peticiones[\s\S]*Dar poder/);
  await accessible(page, "the board", "petition-board");
});
