"use strict";

const form = document.getElementById("sign-in");
const answer = document.getElementById("answer");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "";
  const given = { name: form.elements.namedItem("name").value, password: form.elements.namedItem("password").value };
  const lang = document.documentElement.lang.startsWith("en") ? "?lang=en" : "";
  try {
    const response = await fetch(`/api/sign-in${lang}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    if (response.ok) {
      location.assign(`/${lang}`);
      return;
    }
    const problem = await response.json();
    answer.textContent = form.dataset.failed + (problem.detail || problem.title);
  } catch (error) {
    answer.textContent = form.dataset.failed + error.message;
  }
});
