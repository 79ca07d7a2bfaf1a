// Public purchases in a real browser, without a script and by keyboard only: a market's lines, one line, its correction, and a buyer's own view.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = join(resolve(import.meta.dirname, "../.."), "target/browser");
const base = process.env.BASE_URL, program = process.env.PROGRAM;
const BUYERS = ["899999063", "890102768", "800123456"], SELLERS = ["860002964", "830512345"];
const TEXT = "LANTUS 100 UI/ML 19914312-20";

let browser;

before(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(() => browser?.close());

/** Ten lines of one quarter, by three buyers and two sellers, as the virtual store publishes them. */
function imported() {
  const row = (at) => {
    const [buyer, seller, price] = [BUYERS[at % 3], SELLERS[at % 2], at === 9 ? 36000 : 33000];
    return `${80001 + at},2020-06-15T00:00:00.000,HOSPITAL ${buyer},${buyer},PROVEEDOR ${seller},${seller},${TEXT},${price},50,CAJA,${price * 50},1`;
  };
  const header = "orden_de_compra,fecha,entidad,nit_entidad,provedor,nit_proveedor,item,price,qty,unidad_de_medida,line_total,cdp";
  const path = join(mkdtempSync(join(tmpdir(), "purchases-")), "tvec_items.csv");
  writeFileSync(path, [header, ...Array.from({ length: 10 }, (_, at) => row(at))].join("\n") + "\n");
  const { status, stderr } = spawnSync(program, ["import", "tvec_items", path], { env: { ...process.env, TERMOMETRO_LOG: "error" }, encoding: "utf8" });
  assert.equal(status, 0, stderr);
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

test("a market's lines lead to one line, its correction and its buyer", async () => {
  imported();
  const page = await open("/mercados/96", { width: 320, height: 740 });
  await press(page, page.locator("main a[href^='/compras?mercado=96']"), "the market's purchases");
  assert.match(await page.locator("main").innerText(), /Precios por trimestre[\s\S]*2020-Q2[\s\S]*150\.000/);
  assert.equal(await page.locator(".drawing circle").count(), 10);
  await accessible(page, "the market's purchases", "purchases-market");
  await press(page, page.locator("h3 a").first(), "a line");
  assert.match(await page.locator("main").innerText(), /Cómo leemos esta línea[\s\S]*19914312-20 CUM/);
  await accessible(page, "a line", "purchases-line");
  const line = page.url();
  await press(page, page.locator("main a[href$='/corregir?lang=es']"), "correcting");
  await accessible(page, "the form", "purchases-form");
  await press(page, page.locator("main form button"), "the button");
  assert.match(await page.locator(".errors").innerText(), /Diga quién es usted\s+Escriba qué está mal/);
  await accessible(page, "the form with errors", "purchases-errors");
  await tabTo(page, page.locator("#quien"), "who writes");
  await page.keyboard.press("Space");
  await type(page, "#texto", "El precio es por la caja de un lapicero.");
  await type(page, "#codigo", "19914312-20");
  await press(page, page.locator("main form button"), "the button");
  assert.match(await page.locator("h1").innerText(), /Revise antes de enviar/);
  await accessible(page, "the answers to check", "purchases-check");
  await press(page, page.locator("main form button").first(), "sending");
  const ticket = await page.locator("#tiquete").innerText();
  assert.match(ticket, /^TMO-[0-9A-F]{32}-[0-9A-F]{4}$/);
  await accessible(page, "the ticket", "purchases-ticket");
  await press(page, page.locator("main a[href^='/correcciones/']"), "the correction");
  assert.match(await page.locator("main").innerText(), /recibida[\s\S]*El texto se publica con la respuesta/);
  await accessible(page, "the correction", "purchases-correction");
  await type(page, "#tiquete", ticket);
  await press(page, page.locator("main form button"), "withdrawing");
  assert.match(await page.locator("main").innerText(), /retirada/);

  await page.goto(line);
  await press(page, page.locator("main a[href^='/compradores/']"), "the buyer");
  assert.match(await page.locator("main").innerText(), /HOSPITAL[\s\S]*Frente a la mediana[\s\S]*2020-Q2/);
  await accessible(page, "a buyer", "purchases-buyer");
  await page.goto("/compras?lang=en");
  assert.match(await page.locator("main").innerText(), /Public purchases[\s\S]*How well they are read/);
  await accessible(page, "all lines", "purchases-all");
});
