// The form of what is chosen, and the list of everything that can be drawn: the same work without a mouse.

import { isDrawn } from "./editor-model.js";

const NUMBER = { type: "number", step: "any", min: 0 };
const NAMES = [["code", { type: "text", maxLength: 20 }], ["name_en", { type: "text" }], ["name_zh", { type: "text" }]];
const FIELDS = {
  aisle: [["code", { type: "text", maxLength: 20 }], ["one_way", { type: "checkbox" }], ["width_m", NUMBER], ["height_m", NUMBER], ["max_length_m", NUMBER], ["speed_kmh", NUMBER]],
  gate: [["code", { type: "text", maxLength: 20 }], ["gate", { options: ["entry", "exit"] }]],
  bay: [["code", { type: "text", maxLength: 20 }], ["zone", { type: "text", maxLength: 10 }], ["length_m", NUMBER], ["width_m", NUMBER], ["heading_deg", { ...NUMBER, max: 360 }], ["entry", { options: ["back_in", "drive_through"] }], ["equipment", { many: ["reefer", "hazmat", "dock", "weighbridge"] }], ["behind", { type: "text", maxLength: 20 }], ["segregation_m", NUMBER]],
  wall: [],
};

export class Panel {
  constructor({ form, list, model, words, choose, act }) {
    Object.assign(this, { form, list, model, words, choose, act });
    list.addEventListener("change", () => choose(new Set([...list.selectedOptions].map((option) => Number(option.value)))));
    form.addEventListener("change", (event) => this.#write(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The list is made anew when features came or went, the form whenever something else is chosen or it changed. */
  show(chosen) {
    this.#listAll(chosen);
    this.chosen = chosen;
    const focused = this.form.contains(document.activeElement) ? document.activeElement.id : "";
    this.form.replaceChildren(...this.#content(chosen));
    if (focused) document.getElementById(focused)?.focus();
  }

  #listAll(chosen) {
    const wanted = this.model.all(isDrawn);
    const shown = wanted.map((index) => {
      const option = new Option(`${this.words[this.model.kind(index)]} ${this.model.name(index)}`, index);
      option.selected = chosen.has(index);
      return option;
    });
    this.list.replaceChildren(...shown);
  }

  #content(chosen) {
    if (!chosen.size) return [text("p", this.words.nothing_chosen, "muted")];
    const [first] = chosen;
    const kind = this.model.kind(first);
    const title = chosen.size > 1 ? this.words.many_chosen.replace("{n}", chosen.size) : `${this.words[kind] ?? kind} ${this.model.name(first)}`;
    const fields = (FIELDS[kind] ?? NAMES).filter(([name]) => chosen.size === 1 || name !== "code");
    const properties = this.model.features[first].properties ?? {};
    return [text("h2", title), ...fields.map(([name, how]) => this.#field(name, how, properties[name])), this.#buttons(kind)];
  }

  #field(name, how, value) {
    const box = text("div", "", "field");
    const id = `field-${name}`;
    if (how.many) {
      box.append(text("span", this.words[name]), ...how.many.map((each) => this.#tick(name, each, (value ?? []).includes(each))));
      return box;
    }
    if (how.type === "checkbox") {
      box.append(this.#tick(name, "", Boolean(value)));
      return box;
    }
    const input = how.options ? document.createElement("select") : Object.assign(document.createElement("input"), how);
    how.options?.forEach((each) => input.add(new Option(this.words[each], each)));
    input.value = value ?? how.options?.[0] ?? "";
    Object.assign(input, { id, name });
    const label = Object.assign(text("label", this.words[name]), { htmlFor: id });
    box.append(label, input);
    return box;
  }

  #tick(name, value, checked) {
    const label = text("label", "", "choice");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", name, value: value || "1", checked, id: `field-${name}${value}` });
    label.append(input, text("span", this.words[value || name]));
    return label;
  }

  #buttons(kind) {
    const row = text("p", "", "actions");
    const offered = { aisle: ["reverse", "remove"], bay: ["turn_round"] }[kind] ?? ["remove"];
    for (const name of offered) {
      const button = text("button", this.words[name], name === "remove" ? "button danger" : "button");
      button.type = "button";
      button.addEventListener("click", () => this.act(name));
      row.append(button);
    }
    return row;
  }

  #write(input) {
    const { name } = input;
    const many = input.type === "checkbox" && input.value !== "1";
    const ticked = () => [...this.form.querySelectorAll(`[name="${name}"]:checked`)].map((each) => each.value);
    const single = input.type === "checkbox" ? input.checked : input.type === "number" ? Number(input.value || 0) : input.value.trim();
    this.model.set(this.chosen, () => ({ kind: this.model.kind([...this.chosen][0]), [name]: many ? ticked() : single }));
  }
}

function text(tag, words, look = "") {
  return Object.assign(document.createElement(tag), { textContent: words, className: look });
}
