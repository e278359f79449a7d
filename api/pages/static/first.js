import { byId, data, words } from "./wuzao.js";

const form = byId("first");

if (form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = byId("answer");
    answer.textContent = "";
    const given = { code: data.code };
    for (const name of ["name", "password"]) {
      given[name] = form.elements.namedItem(name).value;
    }
    try {
      const response = await fetch("/api/first-account", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(given),
      });
      if (response.ok) {
        location.assign("/");
        return;
      }
      const problem = await response.json();
      answer.textContent = words.not_created + (problem.detail || problem.title);
    } catch {
      answer.textContent = words.not_created + words.no_network;
    }
  });
}
