/* Questions that take more than yes or no, in a dialog made for a thumb. */
import { element, fill, words } from "./wuzao.js";

function field(one) {
  const id = `field-${one.name}`;
  if (one.kind === "choice") {
    const options = one.options.map(([value, said], i) => element("label", { class: "option" },
      element("input", { type: "radio", name: one.name, value, required: Boolean(one.required), checked: (one.value ?? (one.first ? one.options[0][0] : null)) === value, id: i ? null : id }),
      element("span", {}, said)));
    return element("fieldset", { class: "choice" }, element("legend", {}, one.label), ...options);
  }
  if (one.kind === "check") {
    return element("label", { class: "option" }, element("input", { type: "checkbox", name: one.name, checked: Boolean(one.value), id }), element("span", {}, one.label));
  }
  const label = element("label", { for: id }, one.label);
  if (one.kind === "area") {
    const area = element("textarea", { name: one.name, id, rows: 3, maxlength: 2000, required: Boolean(one.required) });
    area.value = one.value || "";
    return element("p", {}, label, area);
  }
  if (one.kind === "photos") {
    const count = element("span", { class: "note", role: "status" });
    const input = element("input", { type: "file", name: one.name, id, class: "hidden-file", accept: "image/*", multiple: true, onchange: () => { count.textContent = input.files.length ? fill(words.photo_count, { n: input.files.length }) : ""; } });
    label.className = "button";
    return element("p", { class: "photos" }, label, input, " ", count);
  }
  const input = element("input", { type: "text", name: one.name, id, maxlength: 200, required: Boolean(one.required), autocomplete: "off" });
  input.value = one.value || "";
  return element("p", {}, label, input);
}

/** Ask for several things at once; resolves with what was given by name, or null where it was called off. */
export function ask(title, fields, submit) {
  return new Promise((settle) => {
    const form = element("form", { method: "dialog" },
      element("h2", {}, title),
      ...fields.map(field),
      element("p", { class: "pair" },
        element("button", { type: "button", class: "big", onclick: () => end(null) }, words.cancel),
        element("button", { type: "submit", class: "big go" }, submit)));
    const box = element("dialog", { class: "sheet", "aria-label": title }, form);
    const end = (answer) => { box.close(); box.remove(); settle(answer); };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = {};
      for (const one of fields) {
        const node = form.elements.namedItem(one.name);
        if (one.kind === "photos") given[one.name] = [...node.files];
        else if (one.kind === "check") given[one.name] = node.checked;
        else given[one.name] = node.value.trim();
      }
      if (fields.some((one) => one.required && !given[one.name])) return;
      end(given);
    });
    box.addEventListener("cancel", (event) => { event.preventDefault(); end(null); });
    document.body.append(box);
    box.showModal();
  });
}
