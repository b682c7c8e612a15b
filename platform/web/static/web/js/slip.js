// The print button of a slip; without it, the browser's own menu prints.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
