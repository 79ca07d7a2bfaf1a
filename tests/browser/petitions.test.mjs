// Petitions in a real browser, without a script and by keyboard only: a petition, its support, its answer, and the board.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, begin, end, open, press, regulator, tabTo, type } from "./walker.mjs";

const ANSWER = "La Comisión revisará el precio de este producto en su próxima sesión, con los reportes del último año.";

before(begin);
after(end);

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
