import { byId, change, data, failed, toast, words } from "./wuzao.js";
import { handedIn, openDialog, saidBefore, sayAfterReload, sending, takingSheet } from "./records.js";

const before = saidBefore();
if (before !== null) {
  toast(before);
}

// evidence of a line of the ledger
const dialog = byId("evidence");
if (dialog) {
  let item = null;
  for (const button of document.querySelectorAll(".hand-in")) {
    button.addEventListener("click", () => {
      item = button.dataset.item;
      byId("evidence-form").reset();
      byId("evidence-item").textContent = button.dataset.title;
      byId("e-day").value = data.today;
      byId("e-day").max = data.today;
      byId("e-said").textContent = "";
      openDialog(dialog, "e-cancel");
    });
  }
  sending(byId("evidence-form"), async (given) => {
    const files = await handedIn([...byId("e-files").files], byId("e-said"));
    await change("POST", `${data.here}/evidence`, { item, ...given, files });
    dialog.close();
    sayAfterReload(words.noted);
  });
}

// posts and phase: what was is offered back
async function post(given, version) {
  return change("PATCH", data.here, given, { "If-Match": `"${version}"` });
}

async function changed(given) {
  const was = { ...data.posts };
  const now = await post(given, data.version);
  Object.assign(data.posts, { phase: now.phase, a_officer: now.a_officer, b_officer: now.b_officer });
  data.version = now.version;
  for (const name of Object.keys(data.posts)) {
    byId(name).value = data.posts[name];
  }
  const moved = was.a_officer !== now.a_officer || was.b_officer !== now.b_officer;
  const undo = async () => {
    try {
      data.version = (await post(was, data.version)).version;
      sayAfterReload(words.put_back);
    } catch (error) {
      failed(error);
    }
  };
  toast(moved ? `${words.changed}\n${words.changed_posts}` : words.changed, { text: words.undo, act: undo });
}

if (byId("posts-form")) {
  sending(byId("posts-form"), changed);
}
if (byId("follow")) {
  byId("follow").addEventListener("click", async (event) => {
    try {
      await changed({ phase: event.target.dataset.phase });
      event.target.closest(".proposal").hidden = true;
    } catch (error) {
      failed(error);
    }
  });
}

// what was found
const onlyOpen = byId("only-open");
if (onlyOpen) {
  const look = () => {
    let open = 0;
    for (const row of document.querySelectorAll("#findings tbody tr")) {
      row.hidden = onlyOpen.checked && row.classList.contains("is-closed");
      open += row.hidden ? 0 : 1;
    }
    byId("none-open").hidden = open > 0;
  };
  onlyOpen.addEventListener("change", look);
  look();
}

// the register of renovations
if (byId("all-register")) {
  byId("all-register").addEventListener("click", (event) => {
    document.querySelectorAll("#register .more").forEach((line) => line.classList.remove("more"));
    event.target.hidden = true;
  });
}
if (byId("renovation-form")) {
  byId("r-day").value = data.today;
  sending(byId("renovation-form"), async (given) => {
    await change("POST", `${data.base}/renovations`, { community: data.community, ...given });
    sayAfterReload(words.added);
  });
}
if (byId("sheet")) {
  takingSheet("renovations.xlsx");
}

// what the committee says
if (byId("feedback-form")) {
  byId("f-day").value = data.today;
  byId("f-day").max = data.today;
  sending(byId("feedback-form"), async (given) => {
    const said = { community: data.community, ...given, points: Number(given.points) };
    await change("POST", `${data.base}/feedback`, said);
    sayAfterReload(words.noted);
  });
}
