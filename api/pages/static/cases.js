import { byId, toast } from "./wuzao.js";
import { saidBefore, takingSheet } from "./records.js";

const before = saidBefore();
if (before !== null) {
  toast(before);
}

for (const pick of document.querySelectorAll(".pick")) {
  pick.addEventListener("change", () => {
    const asked = new URLSearchParams(location.search);
    asked.delete("offset");
    if (pick.value) {
      asked.set(pick.dataset.field, pick.value);
    } else {
      asked.delete(pick.dataset.field);
    }
    location.search = asked.toString();
  });
}

if (byId("sheet")) {
  takingSheet("cases.xlsx");
}
