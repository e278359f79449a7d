/* What pages of the records share: forms that send JSON, files handed in, meters. */

import { byId, change, data, element, failed, fill, words } from "./wuzao.js";
import { faultList } from "./faults.js";

const LARGEST = 10 * 2 ** 20;

/** A form's fields as an object; empty ones are left out. */
export function fields(form) {
  const given = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") {
      given[name] = value;
    }
  }
  return given;
}

/** Send a form: its button rests meanwhile, and what does not work is said. */
export function sending(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await send(fields(form));
    } catch (error) {
      failed(error);
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

/** Hand in files one after another and return their hashes; `said` is where progress is told. */
export async function handedIn(files, said) {
  const hashes = [];
  for (const [number, file] of files.entries()) {
    if (file.size > LARGEST) {
      throw new Error(`${file.name}: ${words.too_large}`);
    }
    said.textContent = fill(words.uploading, { number: number + 1, count: files.length });
    const kept = await change("POST", `${data.base}/files?name=${encodeURIComponent(file.name.slice(0, 200))}`, file);
    hashes.push(kept.sha256);
  }
  said.textContent = "";
  return hashes;
}

/** Say a thing on the page that is loaded next: a reload would wipe a toast away. */
export function sayAfterReload(text) {
  sessionStorage.setItem("said", text);
  location.reload();
}

/** What was to be said after a reload, once. */
export function saidBefore() {
  const text = sessionStorage.getItem("said");
  sessionStorage.removeItem("said");
  return text;
}

for (const meter of document.querySelectorAll("[data-share]")) {
  meter.style.width = `${meter.dataset.share}%`;
}

/** Open a dialog whose cancel button closes it. */
export function openDialog(dialog, cancel) {
  byId(cancel).onclick = () => dialog.close();
  dialog.showModal();
}

/** Let #sheet hand in an Excel sheet: all of it is taken in, or its faults are told row by row. */
export function takingSheet(place) {
  byId("sheet").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    const faults = byId("sheet-faults");
    faults.replaceChildren();
    if (!file) {
      return;
    }
    byId("sheet-said").textContent = words.reading;
    try {
      const taken = await change("PUT", `${data.base}/${place}`, file);
      const said = fill(words.taken_in, { count: taken.ids.length });
      if (taken.warnings.length === 0) {
        sayAfterReload(said);
        return;
      }
      byId("sheet-said").textContent = said;
      faults.append(...taken.warnings.map((line) => element("li", { "data-typed": true }, line)));
    } catch (error) {
      const found = error.faults || [];
      byId("sheet-said").textContent =
        found.length ? fill(words.fault_count, { count: found.length }) : words.did_not_work + error.message;
      faultList(faults, found);
    }
    event.target.value = "";
  });
}
