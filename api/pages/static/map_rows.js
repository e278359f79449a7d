/* Gates, corners and violations as rows that can be changed by keyboard: numbers with arrows, a metre a step. */
import { data, element, fill, say, words } from "./wuzao.js";

const STEP = "0.00001";

const numbered = (what, n) => fill(words.of, { what, n });

/** A number of degrees; `told(value)` hears of each change that is one. */
function degrees(label, value, limit, told, key) {
  const box = element("input", { type: "number", step: STEP, min: -limit, max: limit, value: value.toFixed(6), "aria-label": label, "data-key": key });
  box.addEventListener("change", () => {
    const typed = Number(box.value);
    if (box.value !== "" && Number.isFinite(typed) && Math.abs(typed) <= limit) {
      told(typed);
    } else {
      box.value = box.defaultValue;
    }
  });
  return box;
}

/** Longitude and latitude; `told(axis, value)` hears of each change, axis 0 or 1. */
function where(what, point, told, key) {
  const caption = (text, box) => element("label", {}, element("span", {}, text), box);
  return element(
    "div",
    { class: "where" },
    caption(words.lon, degrees(`${what} ${words.lon}`, point[0], 180, (value) => told(0, value), `${key}-lon`)),
    caption(words.lat, degrees(`${what} ${words.lat}`, point[1], 90, (value) => told(1, value), `${key}-lat`)),
  );
}

const button = (text, label, key, press) => element("button", { type: "button", "aria-label": label, "data-key": key, onclick: press }, text);

const keyed = (nodes) => nodes.flatMap((node) => [...node.querySelectorAll("[data-key]")]);

/** Show rows: where they are the same ones only what they hold is changed, so that whoever is typing goes on typing. */
export function refill(box, ...children) {
  const [old, fresh] = [keyed([...box.children]), keyed(children)];
  const same = box.textContent === children.map((node) => node.textContent).join("") && old.length === fresh.length && old.every((node, i) => node.dataset.key === fresh[i].dataset.key);
  if (same) {
    old.forEach((node, i) => {
      if (node.value !== fresh[i].value || node.defaultValue !== fresh[i].defaultValue) {
        node.defaultValue = fresh[i].defaultValue;
        node.value = fresh[i].value;
      }
      node.checked = fresh[i].checked;
      node.disabled = fresh[i].disabled;
    });
    [...box.children].forEach((node, i) => { node.className = children[i].className; });
    return;
  }
  const key = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  box.replaceChildren(...children);
  if (key) {
    const again = box.querySelector(`[data-key="${CSS.escape(key)}"]`) || box.querySelector("input, button");
    if (again) {
      again.focus({ preventScroll: true });
    }
  }
}

export function gateRow(gate, rank, count, acts) {
  const what = numbered(words.gates, rank + 1);
  const main = rank === 0 ? element("span", { class: "chip" }, words.main) : button(words.make_main, `${words.make_main}: ${what}`, `main-${rank}`, () => acts.main(rank));
  const name = element("input", { value: gate.name, maxlength: "60", "aria-label": `${what} ${words.gate_name}`, "data-key": `name-${rank}`, "data-typed": true });
  name.addEventListener("change", () => acts.name(rank, name.value.trim()));
  const gone = button(words.remove, `${words.remove} ${what}`, `gone-${rank}`, () => acts.remove(rank));
  gone.disabled = count < 2;
  return element("div", { class: "gate" }, name, main, gone, where(what, [gate.lon, gate.lat], (axis, value) => acts.move(rank, axis, value), `gate-${rank}`));
}

export function cornerRow(ring, point, corner, chosen, acts) {
  const what = numbered(words.corner, corner + 1);
  const key = `corner-${ring}-${corner}`;
  return element(
    "div",
    { class: chosen ? "corner-row chosen" : "corner-row", "data-row": key },
    element("b", {}, String(corner + 1)),
    where(what, point, (axis, value) => acts.move(ring, corner, axis, value), key),
    button("+", `${words.add_after} ${what}`, `${key}-add`, () => acts.add(ring, corner)),
    button("×", `${words.remove} ${what}`, `${key}-gone`, () => acts.remove(ring, corner)),
  );
}

export function violationRow(one, moving, acts) {
  const kind = one.type_name ? say(one.type_name) : words.not_typed;
  const said = element("div", {}, element("b", {}, kind), ` · ${one.state === "open" ? words.open : words.handled}`, element("br"), element("span", { class: "note" }, fill(words.found, { at: one.found_on }), " ", element("span", { "data-typed": true }, one.building)));
  const row = element("li", { class: `violation ${one.state}`, id: `violation-${one.id}`, tabindex: "-1" }, said);
  if (!data.may_draw) {
    return row;
  }
  if (!moving) {
    row.append(button(words.move, `${words.move} ${kind} ${one.building}`, `move-${one.id}`, () => acts.start(one)));
    return row;
  }
  const place = where(kind, [one.lon, one.lat], (axis, value) => acts.move(one, axis, value), `place-${one.id}`);
  place.append(button(words.stop_moving, words.stop_moving, `stop-${one.id}`, () => acts.stop()));
  row.append(element("p", { class: "note" }, words.drag_it), place);
  return row;
}
