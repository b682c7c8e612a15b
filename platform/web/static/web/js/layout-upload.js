// Choosing a plan: it may be dropped on the field, and what is too big or no JSON is said before anything is sent or lost.

const form = document.querySelector("[data-upload]");
const field = form.querySelector('input[type="file"]');
let fits = false;

function complain(text) {
  field.parentElement.querySelector(".errorlist")?.remove();
  field.setAttribute("aria-invalid", String(Boolean(text)));
  if (!text) return;
  const list = document.createElement("ul");
  list.className = "errorlist";
  list.id = `${field.id}_error`;
  list.setAttribute("role", "alert");
  list.append(Object.assign(document.createElement("li"), { textContent: text }));
  field.after(list);
  field.setAttribute("aria-describedby", list.id);
}

/** The same words as the server's, for the same reasons. */
async function fault(file) {
  if (file.size > Number(field.dataset.mostBytes)) return field.dataset.tooBig;
  try {
    JSON.parse(await file.text());
  } catch {
    return field.dataset.notJson;
  }
  return "";
}

async function check() {
  const [file] = field.files;
  const text = file ? await fault(file) : "";
  complain(text);
  fits = Boolean(file) && !text;
}

field.addEventListener("change", check);
field.addEventListener("dragover", () => form.classList.add("over"));
for (const end of ["dragleave", "drop"]) field.addEventListener(end, () => form.classList.remove("over"));
form.addEventListener("submit", async (event) => {
  if (fits || !field.files.length) return; // the browser or the server asks for the file itself
  event.preventDefault();
  await check();
  if (fits) form.requestSubmit();
  else field.focus();
});
if (field.files.length) check(); // chosen before this script was there
