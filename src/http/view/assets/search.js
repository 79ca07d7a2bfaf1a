// Search as you type: the answer of the form, fetched and put in place. Without a script the form does the same.
(() => {
  const form = document.querySelector("form.search"), place = document.getElementById("resultados");
  if (!form || !place || !window.fetch) return;
  let timer, asked = 0;
  form.q.addEventListener("input", () => {
    clearTimeout(timer);
    if (form.q.value.trim().length < 3) return;
    timer = setTimeout(async () => {
      const turn = ++asked;
      try {
        const answer = await fetch(`/?${new URLSearchParams(new FormData(form))}`);
        if (!answer.ok) return;
        const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("resultados");
        if (turn === asked && found) place.replaceChildren(...found.childNodes);
      } catch {
        // The form still works.
      }
    }, 180);
  });
})();
