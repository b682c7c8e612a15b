// A code that was read says where the vehicle is: that is noted at once, and the page stays as it is. Voice and position as on the turn.

const words = JSON.parse(document.getElementById("guide-words").textContent);
const form = document.querySelector("form[data-seen]");

document.documentElement.classList.add("guided");
if (form) fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin", redirect: "manual" }).catch(() => {});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-speak], [data-locate]");
  if (!button) return;
  if ("speak" in button.dataset) (await import("./guide-speech.js")).toggle(button, words);
  else (await import("./guide-position.js")).toggle(button, words);
});
