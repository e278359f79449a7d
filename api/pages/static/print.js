import { byId, change, data, failed, toast, words } from "./wuzao.js";
import { saidBefore, sayAfterReload } from "./records.js";

const before = saidBefore();
if (before !== null) {
  toast(before);
}

for (const button of document.querySelectorAll(".print-page")) {
  button.addEventListener("click", () => print());
}

// the sheet hangs there: its line of the ledger is done
if (byId("posted")) {
  byId("posted").addEventListener("click", async () => {
    try {
      await change("POST", data.evidence, { item: data.item, day: data.today });
      sayAfterReload(words.posted_said);
    } catch (error) {
      failed(error);
    }
  });
}
