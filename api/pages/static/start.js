import { byId, change, words } from "./wuzao.js";
import { faultList } from "./faults.js";

const goTo = (squad) => location.assign(`/squads/${encodeURIComponent(squad)}`);

if (byId("workbook")) {
  byId("workbook").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) {
      return;
    }
    const said = byId("uploaded");
    said.textContent = words.reading;
    faultList(byId("faults"), []);
    try {
      goTo((await change("POST", "/api/squads", file)).squad);
    } catch (error) {
      said.textContent = faultList(byId("faults"), error.faults || []) || words.did_not_work + error.message;
    }
    event.target.value = "";
  });
}

if (byId("example")) {
  byId("example").addEventListener("click", async (event) => {
    event.target.disabled = true;
    byId("uploaded").textContent = "";
    try {
      goTo((await change("POST", "/api/squads/example")).squad);
    } catch (error) {
      if (error.status === 409) {
        goTo("jiading");
        return;
      }
      event.target.disabled = false;
      byId("uploaded").textContent = words.did_not_work + error.message;
    }
  });
}
