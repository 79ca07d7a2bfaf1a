// A slider beside the percent of a draft, and the effect redrawn while it moves: the page that the form asks for, put in place.
// Without a script the form's button does the same.
(() => {
  const form = document.getElementById("ensayo"), field = document.getElementById("por");
  if (!form || !field || !window.fetch) return;
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "-50", max: "50", step: "0.5", id: "por-guia" });
  slider.setAttribute("aria-label", form.dataset.slider);
  const number = () => Number(field.value.replace("−", "-").replace(",", ".").replace("%", ""));
  slider.value = String(number() || 0);
  field.after(slider);

  let timer, running;
  const idle = (mine) => {
    if (mine === running) document.getElementById("efecto").removeAttribute("aria-busy");
  };
  const redraw = async () => {
    running?.abort();
    const mine = running = new AbortController();
    const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    document.getElementById("efecto").setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("efecto"), words = page.getElementById("resumen");
      if (!fresh || !words) {
        // Another page, as when the session has ended: the browser goes there itself. Refused, as after too many requests: the next number sends another one.
        if (answer.ok) location.assign(address);
        else idle(mine);
        return;
      }
      document.getElementById("efecto").replaceWith(fresh);
      document.getElementById("resumen").textContent = words.textContent;
      history.replaceState(null, "", address);
    } catch {
      // A later number has taken its place, or the network is gone: the button still works.
      idle(mine);
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(redraw, 120);
  };
  slider.addEventListener("input", () => {
    field.value = slider.value;
    soon();
  });
  form.addEventListener("input", (event) => {
    if (event.target === slider) return;
    if (event.target === field) slider.value = String(number() || 0);
    soon();
  });
})();
