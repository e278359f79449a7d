import { byId, change, words } from "./wuzao.js";

byId("change").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("answer").textContent = "";
  try {
    await change("PUT", "/api/me/password", { old: byId("old").value, new: byId("new").value });
    location.assign("/sign-in");
  } catch (error) {
    byId("answer").textContent = words.did_not_work + error.message;
  }
});
