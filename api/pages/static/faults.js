/* What is wrong with a file that was handed in: row by row, with what would mend it. */

import { element, fill, say, words } from "./wuzao.js";

/** Show faults in a list; the answer is the sentence that goes above it, empty where there is none. */
export function faultList(list, faults) {
  list.replaceChildren(...faults.map((fault) => element("li", {}, line(fault))));
  list.hidden = faults.length === 0;
  return faults.length ? fill(words.fault_count, { count: faults.length }) : "";
}

function line(fault) {
  const where = fault.row ? fill(words.row_of, { file: fault.file, row: fault.row }) : fault.file;
  return `${where} [${fault.field || "–"}]: ${say(fault.problem)} → ${say(fault.mend)}`;
}
