import { asked, byId, change, data, failed, toast, words } from "./wuzao.js";
import { openDialog, saidBefore, sayAfterReload, sending } from "./records.js";

const before = saidBefore();
if (before !== null) {
  toast(before);
}

if (byId("freeze")) {
  byId("freeze").addEventListener("click", async () => {
    if (!(await asked(words.freeze_ask))) {
      return;
    }
    try {
      await change("POST", data.freeze);
      sayAfterReload(words.made_final);
    } catch (error) {
      failed(error);
    }
  });
}

for (const button of document.querySelectorAll(".print-page")) {
  button.addEventListener("click", () => print());
}

// an officer contests a record that counts against him
const contest = byId("contest");
if (contest) {
  let record = null;
  for (const button of document.querySelectorAll("button.contest")) {
    button.addEventListener("click", () => {
      record = button.dataset.record;
      byId("contest-form").reset();
      byId("contest-record").textContent = button.dataset.name;
      openDialog(contest, "contest-cancel");
    });
  }
  sending(byId("contest-form"), async (given) => {
    await change("POST", data.contests, { record, note: given.note });
    contest.close();
    sayAfterReload(words.contested);
  });
}

// the leader decides: the button that is pressed says how
for (const form of document.querySelectorAll("form.decide")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = { upheld: event.submitter.value === "true", decision: form.elements.decision.value };
    try {
      await change("POST", `${data.contests}/${encodeURIComponent(form.dataset.contest)}/decision`, said);
      sayAfterReload(words.decided);
    } catch (error) {
      failed(error);
    }
  });
}
