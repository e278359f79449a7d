import { byId, forgetOwner, words } from "./wuzao.js";

const form = byId("sign-in");
const answer = byId("answer");

/** Where whoever signed in was going, if that is a page of ours. */
function next() {
  const wanted = new URLSearchParams(location.search).get("next") || "/";
  const address = new URL(wanted, location.origin);
  return address.origin === location.origin ? address.pathname + address.search : "/";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "";
  const given = { name: form.elements.namedItem("name").value, password: form.elements.namedItem("password").value };
  try {
    const response = await fetch("/api/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    if (response.ok) {
      await forgetOwner();
      location.assign(next());
      return;
    }
    const problem = await response.json();
    answer.textContent = words.failed + (problem.detail || problem.title);
  } catch {
    answer.textContent = words.failed + words.no_network;
  }
});
