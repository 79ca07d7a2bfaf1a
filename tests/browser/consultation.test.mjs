// A consultation in a real browser, without a script and by keyboard only: a draft laid open, comments, one reply to those alike, a changed line.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, begin, end, open, press, regulator, tabTo, type } from "./walker.mjs";

const base = process.env.BASE_URL;
const REPLY = "La Comisión revisó los reportes del último año y los precios de los equivalentes, y cambia el precio como lo pide el comentario.";
const phone = { width: 320, height: 740 }, desk = { width: 1280, height: 900 };

before(begin);
after(end);

async function draft(key) {
  const amount = { amount: "31000.00", currency: "COP", per: "pack" };
  const body = {
    title: `Circular ${80 + Math.floor(Math.random() * 9)} de 2031`, valid_from: "2031-05-01", subject_es: "Precio de la insulina glargina", subject_en: "Price of insulin glargine",
    source: "Acta 31 de la CNPMDM", reason: "proyecto", ceilings: [{ cum: "19914312-20", column: "institutional", amount }],
  };
  const headers = { authorization: `Bearer ${key}`, "idempotency-key": `walk-${Date.now()}`, "content-type": "application/json" };
  const made = await fetch(`${base}/v1/act-drafts`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(made.status, 201);
  return (await made.json()).data.id;
}

async function enters(page, key, path) {
  await page.goto(path);
  await type(page, "#llave", key);
  await press(page, page.locator("form.typed button"), "signing in");
  await page.goto(path);
}

/** A day as the field of a day takes it in Spanish. */
function typed(days) {
  const [year, month, day] = new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10).split("-");
  return `${day}${month}${year}`;
}

async function comments(id, words, shots) {
  const page = await open(`/consultas/${id}`, phone);
  if (shots) await accessible(page, "the lines", "consultation-lines");
  await press(page, page.locator("a[href*='/comentar?linea=']").first(), "commenting on a line");
  if (shots) await accessible(page, "the form", "consultation-form");
  await tabTo(page, page.locator("#clase"), "the kind");
  await page.keyboard.press("Space");
  await type(page, "#comentario", words);
  await press(page, page.locator("main form button"), "going on");
  if (shots) await accessible(page, "the answers to check", "consultation-check");
  await press(page, page.locator("main form button").first(), "sending");
  assert.match(await page.locator("#tiquete").innerText(), /^TMO-[0-9A-F]{32}-[0-9A-F]{4}$/);
  if (shots) await accessible(page, "the ticket", "consultation-ticket");
  await page.context().close();
}

test("a line is commented on, changed for it, and those alike have one reply", async () => {
  const key = regulator("Clara Ruiz");
  const id = await draft(key);
  const work = await open("/trabajo/entrar", desk);
  await enters(work, key, `/trabajo/consultas/${id}`);
  await accessible(work, "opening", "consultation-opening");
  await tabTo(work, work.locator("#cierra"), "the last day");
  await work.keyboard.type(typed(20));
  await type(work, "#motivo", "15 días calendario: Decreto 1081 de 2015");
  await press(work, work.locator("form:has(#cierra) button"), "opening it");
  assert.match(await work.locator("main").innerText(), /Abierta/);

  await comments(id, "El envase tiene treinta tabletas.", true);
  await comments(id, "El envase tiene TREINTA tabletas.", false);
  const page = await open(`/consultas/${id}/comentarios`, phone);
  assert.match(await page.locator("main").innerText(), /2 comentarios con las mismas palabras/);
  await accessible(page, "the comments", "consultation-comments");

  await work.goto(`/trabajo/actos/${id}/correccion?cum=19914312-20&columna=institutional`);
  await accessible(work, "a correction", "consultation-correction");
  await type(work, "#precio", "32000");
  await type(work, "#motivo", "Lo muestra un comentario");
  await press(work, work.locator("form:has(#precio) button"), "correcting");
  assert.match(await work.locator(".done").innerText(), /./);

  await work.goto(`/trabajo/consultas/${id}`);
  await accessible(work, "what waits", "consultation-waiting");
  await press(work, work.locator("a[href^='/trabajo/comentarios/']").first(), "the comment");
  await accessible(work, "the reply", "consultation-reply");
  await tabTo(work, work.locator("#decision"), "the decision");
  await work.keyboard.press("Space");
  await type(work, "#lineas", "ceiling/19914312-20/institutional");
  await type(work, "#respuesta", REPLY);
  await press(work, work.locator("form:has(#respuesta) button"), "replying");
  assert.match(await work.locator("main").innerText(), /Ningún comentario espera respuesta/);

  await page.goto(`/consultas/${id}/informe`);
  assert.match(await page.locator("main").innerText(), /aceptado[\s\S]*aceptado/);
  await accessible(page, "the report", "consultation-report");
  await page.goto(`/consultas/${id}?lang=en`);
  assert.match(await page.locator("main").innerText(), /Version 2/);
  await accessible(page, "the lines in English", "consultation-english");
  await page.goto("/consultas");
  await accessible(page, "the list", "consultation-list");
});
