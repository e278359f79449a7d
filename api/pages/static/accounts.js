import { asked, byId, change, data, element, failed, fill, words } from "./wuzao.js";

/* Letters and digits that nobody mistakes for one another on paper. */
const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";

function password() {
  const numbers = crypto.getRandomValues(new Uint32Array(12));
  const signs = Array.from(numbers, (number) => SIGNS[number % SIGNS.length]).join("");
  return `${signs.slice(0, 4)}-${signs.slice(4, 8)}-${signs.slice(8)}`;
}

function slip(whose, name, secret) {
  byId("slips").hidden = false;
  byId("slip-rows").append(
    element("tr", {}, element("td", {}, whose), element("td", {}, name), element("td", {}, secret)),
  );
}

for (const button of document.querySelectorAll("button.for-all")) {
  button.addEventListener("click", async () => {
    const squad = button.dataset.squad;
    const taken = new Set(data.taken.filter(([of]) => of === squad).map(([, subject]) => subject));
    const left = data.people[squad].filter((one) => one.role === "officer" && !taken.has(one.id));
    byId("all-said").textContent = left.length ? words.working : words.for_all_none;
    button.disabled = true;
    try {
      for (const one of left) {
        const given = { name: `${squad}-${one.id}`, password: password(), role: "officer", squad, subject: one.id };
        await change("POST", "/api/accounts", given);
        data.taken.push([squad, one.id]);
        slip(one.name, given.name, given.password);
      }
      if (left.length) {
        byId("all-said").textContent = "";
        byId("slips").scrollIntoView();
      }
    } catch (error) {
      byId("all-said").textContent = words.did_not_work + error.message;
    }
    button.disabled = false;
  });
}

byId("print-slips").addEventListener("click", () => print());

function whose() {
  const role = byId("role").value;
  const people = (data.people[byId("squad").value] || []).filter((one) => one.role === role);
  byId("subject").replaceChildren(...people.map((one) => element("option", { value: one.id }, one.name)));
  byId("whose-field").hidden = people.length === 0;
}
byId("role").addEventListener("change", whose);
byId("squad").addEventListener("change", whose);
whose();

byId("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("add-said").textContent = "";
  const role = byId("role").value;
  const given = { name: byId("name").value, password: byId("password").value, role };
  if (role !== "administrator") {
    given.squad = byId("squad").value;
  }
  if (!byId("whose-field").hidden) {
    given.subject = byId("subject").value;
  }
  try {
    await change("POST", "/api/accounts", given);
    location.reload();
  } catch (error) {
    byId("add-said").textContent = words.did_not_work + error.message;
  }
});

for (const button of document.querySelectorAll("button.lock")) {
  button.addEventListener("click", async () => {
    const active = button.dataset.active === "yes";
    if (active && !(await asked(fill(words.lock_asked, { name: button.dataset.name })))) {
      return;
    }
    change("PATCH", `/api/accounts/${button.dataset.id}`, { active: !active }).then(() => location.reload(), failed);
  });
}

for (const button of document.querySelectorAll("button.renew")) {
  button.addEventListener("click", async () => {
    if (!(await asked(fill(words.new_password_asked, { name: button.dataset.name })))) {
      return;
    }
    const secret = password();
    try {
      await change("PATCH", `/api/accounts/${button.dataset.id}`, { password: secret });
      slip("", button.dataset.name, secret);
      byId("slips").scrollIntoView();
    } catch (error) {
      failed(error);
    }
  });
}
