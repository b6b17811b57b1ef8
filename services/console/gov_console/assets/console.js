// While the box is ticked and the page is seen, its live parts are fetched again and put in place.
// Without this script the pages are whole; reloading does the same.
"use strict";
(function () {
  const box = document.getElementById("refresh");
  const every = Number(document.body.dataset.every) * 1000;
  let rounds = 0;

  function live(page) {
    return new Map(Array.from(page.querySelectorAll("[data-live]"), (part) => [part.dataset.live, part]));
  }

  async function renew() {
    if (!box.checked || document.hidden) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = live(new DOMParser().parseFromString(await answer.text(), "text/html"));
    for (const [name, part] of live(document)) {
      if (fresh.has(name) && !part.contains(document.activeElement)) part.innerHTML = fresh.get(name).innerHTML;
    }
    document.body.dataset.rounds = String(++rounds);
  }

  function later() {
    setTimeout(() => renew().catch(() => undefined).then(later), every);
  }

  box.checked = sessionStorage.getItem("refresh") !== "no";
  box.addEventListener("change", () => sessionStorage.setItem("refresh", box.checked ? "yes" : "no"));
  box.closest("p").hidden = false;
  later();
})();
