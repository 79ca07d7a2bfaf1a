// Says five minutes ahead that the session ends for want of use. Without a script the time stands at the head of every page.
(() => {
  const place = document.getElementById("fin-sesion"), words = place?.querySelector("p");
  if (!words) return;
  setTimeout(() => { words.hidden = false; }, Math.max(0, (Number(place.dataset.seconds) - 300) * 1000));
})();
