// E-mail in a real browser, without a script and by keyboard only: an address is entered, confirmed from the page that the message leads to, and
// a case is written to it. A service of its own, with a relay of the test.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const root = resolve(import.meta.dirname, "../..");
const shots = join(root, "target/browser");
const program = process.env.PROGRAM;
const folder = mkdtempSync(join(tmpdir(), "termometro-mail-"));

let base, browser, people, relay, service;
/** What the relay took: whole messages, decoded. */
const taken = [];

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function until(what, says) {
  for (let tries = 0; tries < 600; tries++) {
    const found = await what();
    if (found) return found;
    await wait(100);
  }
  assert.fail(says);
}

/** The text of a message, whichever of the usual encodings it has. */
function decoded(message) {
  const at = message.indexOf("\r\n\r\n");
  const [head, body] = [message.slice(0, at), message.slice(at + 4)];
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (!/transfer-encoding: quoted-printable/i.test(head)) return body;
  const bytes = body.replaceAll("=\r\n", "").replace(/=([0-9A-F]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** A relay that takes everything. */
function open_relay() {
  return createServer((socket) => {
    let buffer = "", inside = false;
    socket.on("error", () => {});
    socket.write("220 relay.example.org ready\r\n");
    socket.on("data", (bytes) => {
      buffer += bytes.toString("latin1");
      for (;;) {
        const end = inside ? buffer.indexOf("\r\n.\r\n") : buffer.indexOf("\r\n");
        if (end < 0) return;
        const piece = buffer.slice(0, end);
        buffer = buffer.slice(end + (inside ? 5 : 2));
        if (inside) {
          taken.push(decoded(piece));
          inside = false;
          socket.write("250 taken\r\n");
        } else if (/^DATA/i.test(piece)) {
          inside = true;
          socket.write("354 go on\r\n");
        } else if (/^QUIT/i.test(piece)) {
          socket.end("221 bye\r\n");
        } else socket.write("250 ok\r\n");
      }
    });
  });
}

const listening = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));

async function free_port() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}

const environment = (more) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TERMOMETRO_"))),
  TERMOMETRO_DATA_DIR: folder, TERMOMETRO_LOG: "error", ...more,
});

/** A key of somebody, made as the owner of the machine would. */
function made(admin, ...holder) {
  const more = admin ? { TERMOMETRO_ADMIN_KEY: admin } : {};
  return JSON.parse(execFileSync(program, ["keys", ...holder, "--json"], { env: environment(more), encoding: "utf8" }));
}

async function call(key, path, body) {
  const headers = { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }) };
  const answer = await fetch(`${base}${path}`, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return JSON.parse(text).data;
}

/** A regulator, and a reporter whose file has prices above a ceiling. */
async function arrive() {
  const owner = made(null, "bootstrap").key;
  const [olga, ivan] = ["Olga Paz", "Iván Gil"].map((name) => made(owner, "create", "--kind", "operator", "--name", name).key);
  const ana = made(olga, "create", "--kind", "regulator", "--name", "Ana Ruiz");
  execFileSync(program, ["keys", "confirm", ana.id, "--holder", "Ana Ruiz"], { env: environment({ TERMOMETRO_ADMIN_KEY: ivan }) });
  const seller = made(olga, "create", "--kind", "reporter", "--name", "Mayorista SAS", "--nit", "900123456-8", "--actor", "wholesaler").key;
  const answer = await fetch(`${base}/v1/submissions?period=2020-Q2&name=lantus.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${seller}`, "idempotency-key": "mail-1", "content-type": "text/csv" },
    body: readFileSync(join(root, "sample/submission-lantus-2020-q2.csv")),
  });
  assert.equal(answer.status, 201, await answer.text());
  return { ana: ana.key, seller };
}

before(async () => {
  mkdirSync(shots, { recursive: true });
  // PostgreSQL runs as another user than root.
  chmodSync(folder, 0o755);
  relay = open_relay();
  const [relay_port, port] = [await listening(relay), await free_port()];
  base = `http://127.0.0.1:${port}`;
  const settings = {
    TERMOMETRO_LISTEN: `127.0.0.1:${port}`, TERMOMETRO_PUBLIC_ORIGIN: base, TERMOMETRO_SMTP_RELAY: `127.0.0.1:${relay_port}`,
    TERMOMETRO_SMTP_TLS: "off", TERMOMETRO_SMTP_FROM: "avisos@example.org",
  };
  service = spawn(program, ["run"], { cwd: root, env: environment(settings), stdio: ["ignore", "ignore", "inherit"] });
  await until(() => fetch(`${base}/readyz`).then((answer) => answer.status === 200, () => false), "the service does not get ready");
  people = await arrive();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  if (service) {
    const ended = new Promise((done) => service.once("exit", done));
    service.kill("SIGTERM");
    await Promise.race([ended, wait(30_000)]);
  }
  relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path, options = {}) {
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** Axe needs a script: it looks at what the browser without one was given, in a browser with one. */
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

/** Presses the tabulator until the element has the focus, as somebody without a mouse does. */
async function tabTo(page, locator, what) {
  const focused = () => locator.evaluate((element) => element === document.activeElement).catch(() => false);
  for (let presses = 0; presses < 80; presses++) {
    if (await focused()) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} is not reached by keyboard`);
}

async function press(page, locator, what) {
  await tabTo(page, locator, what);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function signIn(page, key) {
  await tabTo(page, page.locator("#llave"), "the key's field");
  await page.keyboard.type(key);
  await press(page, page.locator("form.typed button"), "the button");
}

for (const [name, width, height] of [["phone", 320, 740], ["desktop", 1280, 900]]) {
  test(`an address is entered, confirmed from its message, and a case is written to it: ${name}, no script, keyboard only`, async () => {
    const page = await open("/trabajo/correo", { viewport: { width, height } });
    await signIn(page, people.seller);
    assert.match(await page.locator("h1").innerText(), /Mi correo/);
    await accessible(page, "the address", `${name}-work-mail`);
    const send = page.getByRole("button", { name: "Guardar y enviar el mensaje" });
    await tabTo(page, page.locator("#correo"), "the address");
    await page.keyboard.type("ventas");
    await press(page, send, "saving what is no address");
    assert.match(await page.locator(".errors").innerText(), /ana@example\.org/);
    await accessible(page, "the address with an error", `${name}-work-mail-error`);
    await tabTo(page, page.locator("#correo"), "the address");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(`${name}@example.org`);
    const before = taken.length;
    await press(page, send, "saving the address");
    assert.match(await page.locator(".done").innerText(), /le enviamos un mensaje/);
    assert.match(await page.locator("main").innerText(), /Falta confirmarla/);
    await until(() => taken.length > before, "no message came");
    const [link] = taken.at(-1).match(/http:\/\/\S+codigo=[0-9a-f]+/);

    // To open the page confirms nothing.
    await page.goto(link);
    assert.equal((await call(people.seller, "/v1/me/mail")).confirmed_at, null);
    await accessible(page, "the confirmation", `${name}-work-mail-confirm`);
    await press(page, page.getByRole("button", { name: "Confirmar mi dirección" }), "confirming");
    assert.match(await page.locator(".done").innerText(), /está confirmada/);

    let [found] = await call(people.ana, "/v1/cases?seller=900123456&state=suspected");
    if (!found) {
      [found] = await call(people.ana, "/v1/cases?seller=900123456&state=ask_reporter");
      await call(people.ana, `/v1/cases/${found.id}/transitions`, { to: "suspected", reason: "el informante respondió", version: found.version });
    }
    const { version } = await call(people.ana, `/v1/cases/${found.id}`);
    await call(people.ana, `/v1/cases/${found.id}/transitions`, { to: "notified", reason: "sobre el máximo", version });
    const letter = await until(() => taken.find((text) => text.includes(`caso ${found.id}`)), "no message of the case");
    assert.match(letter, /Puede responder hasta el \d{4}-\d\d-\d\d/);
    await page.goto("/trabajo/correo");
    assert.match(await page.locator("tbody tr").first().innerText(), new RegExp(`Caso notificado\\s+${found.id}`));
    await accessible(page, "the messages", `${name}-work-mail-messages`);
    await press(page, page.locator("tbody th a").first(), "the case");
    assert.match(await page.locator("h1").innerText(), new RegExp(found.id));

    await page.goto("/trabajo/correo");
    await press(page, page.getByRole("button", { name: "Quitar mi dirección" }), "removing the address");
    assert.match(await page.locator(".done").innerText(), /Quitamos su dirección/);
    await page.context().close();
  });
}
