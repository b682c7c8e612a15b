// Choosing a spreadsheet: what is too big is said before anything of it is sent.

const field = document.querySelector('[data-upload] input[type="file"]');

function check() {
  const [file] = field.files;
  const text = file && file.size > Number(field.dataset.mostBytes) ? field.dataset.tooBig : "";
  field.parentElement.querySelector(".errorlist")?.remove();
  field.setAttribute("aria-invalid", String(Boolean(text)));
  if (!text) return;
  const list = document.createElement("ul");
  list.className = "errorlist";
  list.setAttribute("role", "alert");
  list.append(Object.assign(document.createElement("li"), { textContent: text }));
  field.after(list);
  field.value = "";
}

field?.addEventListener("change", check);
if (field?.files.length) check(); // chosen before this script was there
