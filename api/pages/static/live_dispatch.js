/* Whom to send: ranked, with what each would leave undone; how the plan would change; sent in one click. */
import { change, data, element, failed, fill, followed, get, say, toast, words } from "./wuzao.js";
import { hourMinute, serverNow, span } from "./live_time.js";

const NEAREST = 3;
const AGAIN = 3000;

/** Return the panel of a report: its node, and `close`. `told.sent` follows a dispatch, `told.closed` whatever ends it. */
export function dispatchPanel(report, desk, told) {
  const place = `${data.base}/cases/${encodeURIComponent(report.id)}`;
  const node = element("section", { class: "whom", "aria-label": words.whom });
  const heading = element("h4", { tabindex: "-1" }, words.whom);
  const choices = element("fieldset", { class: "choices" }, element("legend", {}, words.ranking));
  const along = element("div", { class: "along" });
  const difference = element("div", { class: "difference", role: "status", hidden: true });
  const acts = element("p", { class: "row acts" });
  const people = new Map();
  let preview = null;
  let ended = Promise.resolve(); // of what was being worked out before: the squad has one plan made at a time
  let closed = false;
  node.append(heading, choices, along, difference, acts);
  node.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });

  const nameOf = (officer) => people.get(officer)?.name || officer;
  const lead = () => choices.querySelector("input:checked")?.value;
  const crew = () => [lead(), ...[...along.querySelectorAll("input:checked")].map((box) => box.value)].filter(Boolean);

  function close() {
    drop();
    closed = true;
    node.remove();
    told.closed();
  }

  /** Stop working out what nobody waits for any longer. */
  function drop() {
    const { job, done } = preview || {};
    preview = null;
    if (job && !done) {
      end(job);
    }
  }

  const end = (job) => { ended = change("DELETE", job).catch(() => {}); };

  function row(one, rank) {
    const late = one.seconds !== null && !one.in_time;
    const post = { a: words.post_a, b: words.post_b }[one.post];
    const at = hourMinute(serverNow() + (one.seconds || 0) * 1000);
    const took = one.seconds === null ? "" : fill(words.arrives, { span: span(one.seconds), at });
    const undone = (one.left_undone || []).map(say);
    return element(
      "label",
      { class: "choice" },
      element("input", { type: "radio", name: `lead-${report.id}`, value: one.officer, checked: rank === 0, onchange: picked }),
      element("span", {}, element("b", { "data-typed": true }, one.name), " ", post ? element("span", { class: "chip" }, post) : null),
      element("span", { class: late ? "took bad" : "took" }, took),
      element("small", {},
        element("span", { "data-typed": true }, say(one.doing)),
        late ? element("span", { class: "bad" }, ` · ${words.too_late}`) : null,
        one.busy_with ? ` · ${fill(words.is_on, { id: one.busy_with })}` : "",
        one.seconds === null ? "" : undone.length ? " · " : ` · ${words.leaves_nothing}`,
        undone.length ? element("span", { class: "warn" }, fill(words.leaves, { what: "" }), element("span", { "data-typed": true }, undone.join(words.and))) : null),
    );
  }

  function ranked(found) {
    found.forEach((one) => people.set(one.officer, one));
    const can = found.filter((one) => one.seconds !== null && !one.busy_with);
    const cannot = found.filter((one) => !can.includes(one));
    if (!can.length) {
      roster();
      return;
    }
    const timely = can.filter((one) => one.in_time);
    const first = timely.length ? timely : can.slice(0, NEAREST);
    const later = can.filter((one) => !first.includes(one));
    choices.replaceChildren(element("legend", { class: "note" }, words.ranked), ...first.map(row));
    if (later.length) {
      choices.append(element("details", {}, element("summary", {}, fill(words.later, { n: later.length })), ...later.map((one) => row(one, -1))));
    }
    if (cannot.length) {
      const list = element("ul", {}, ...cannot.map((one) => element("li", { class: "note" }, element("b", { "data-typed": true }, one.name), " ", element("span", { "data-typed": true }, say(one.doing)), one.busy_with ? ` · ${fill(words.is_on, { id: one.busy_with })}` : "")));
      choices.append(element("details", {}, element("summary", {}, fill(words.cannot_come, { n: cannot.length })), list));
    }
    picked();
  }

  /** Without a ranking: whoever is on duty and free. */
  function roster() {
    const free = desk().officers.filter((one) => one.duty_until && one.certified && !one.case);
    const rows = free.map((one) => ({ officer: one.officer, name: one.name, seconds: null, in_time: false, post: "", doing: one.now.what, left_undone: [], crew: [], busy_with: null, changes_plan: false }));
    rows.forEach((one) => people.set(one.officer, one));
    choices.replaceChildren(element("legend", { class: "note" }, rows.length ? words.by_roster : words.nobody_on_duty), ...rows.map(row));
    picked();
  }

  /** Another lead was chosen: who goes along, and what becomes of the plan. */
  function picked() {
    drop();
    const one = people.get(lead());
    along.replaceChildren();
    difference.hidden = true;
    if (!one) {
      buttons();
      return;
    }
    const others = [...people.values()].filter((other) => other.officer !== one.officer && !one.crew.includes(other.officer) && !other.busy_with && (other.seconds !== null || one.seconds === null)).slice(0, NEAREST);
    const box = (officer, name, checked) => element("label", {}, element("input", { type: "checkbox", value: officer, checked, onchange: buttons }), element("span", { "data-typed": true }, name));
    const free = one.crew.map((officer) => desk().officers.find((other) => other.officer === officer)).filter((other) => other && !other.case);
    free.forEach((other) => { if (!people.has(other.officer)) { people.set(other.officer, other); } });
    const mates = free.map((other) => box(other.officer, other.name, true));
    const more = others.map((other, rank) => box(other.officer, other.name, !mates.length && rank === 0 && other.in_time));
    if (mates.length || more.length) {
      along.append(element("b", {}, words.along), ...mates, ...more, element("span", { class: "note" }, words.along_help));
    }
    buttons();
    if (one.changes_plan) {
      consider(one.officer);
    }
  }

  async function consider(officer) {
    const mine = { officer, job: null, done: false, plan: null };
    preview = mine;
    const said = element("span", {}, words.previewing);
    difference.replaceChildren(element("progress", {}), " ", said, " ", element("button", { type: "button", class: "plain", onclick: () => { drop(); difference.hidden = true; buttons(); } }, words.stop));
    difference.hidden = false;
    buttons();
    try {
      let before;
      do { // what is given up meanwhile has to end as well
        before = ended;
        await before;
      } while (before !== ended);
      if (preview !== mine) {
        return;
      }
      const order = ordered(officer, said, () => preview === mine);
      ended = order.catch(() => {});
      const job = await order;
      mine.job = job.links.self;
      if (preview !== mine) {
        end(mine.job);
        return;
      }
      const status = await followed(mine.job, (progress) => { if (progress.stage) { said.textContent = `${words.previewing} ${say(progress.stage)}`; } });
      mine.done = true;
      if (preview !== mine || closed) {
        return;
      }
      if (status.state !== "done") {
        throw new Error(status.problem ? status.problem.detail || status.problem.title : status.state);
      }
      mine.plan = status.id;
      const changes = await get(`${mine.job}/changes`);
      differs(changes);
    } catch (error) {
      if (preview === mine) {
        preview = null;
        difference.replaceChildren(element("span", { class: "warn" }, words.did_not_work + error.message));
      }
    }
    buttons();
  }

  /** Order the plan; while another one of the squad's is being made, wait for it. */
  async function ordered(officer, said, wanted) {
    for (;;) {
      try {
        return await change("POST", `${place}/preview`, { officer });
      } catch (error) {
        if (error.status !== 409 || !String(error.problem.type).endsWith("squad-busy") || !wanted()) {
          throw error;
        }
        said.textContent = words.waiting_for_plan;
        await new Promise((settle) => { setTimeout(settle, AGAIN); });
        said.textContent = words.previewing;
      }
    }
  }

  function differs(changes) {
    const lines = changes.changes.map((one) => element("li", {}, element("span", { "data-typed": true }, say(one.sentence))));
    difference.replaceChildren(element("b", {}, words.plan_changes), lines.length ? element("ul", {}, ...lines) : element("p", {}, words.nothing_changes));
  }

  function buttons() {
    const going = crew();
    const names = going.map(nameOf).join(words.and);
    const one = people.get(lead());
    const publishes = preview?.plan || null;
    const made = [];
    if (one) {
      const main = publishes ? words.send_and_publish : words.send_them;
      made.push(element("button", { type: "button", class: "go", "data-act": "go", onclick: () => go(going, publishes) }, fill(main, { names })));
      if (publishes) {
        made.push(element("button", { type: "button", "data-act": "only", onclick: () => go(going, null) }, words.send_only));
      }
    }
    made.push(element("button", { type: "button", "data-act": "close", onclick: close }, words.cancel));
    const focused = acts.contains(document.activeElement) ? document.activeElement.dataset.act : null;
    acts.replaceChildren(...made);
    if (focused) {
      (acts.querySelector(`[data-act="${focused}"]`) || acts.querySelector("button")).focus();
    }
  }

  async function go(officers, publish) {
    acts.querySelectorAll("button").forEach((one) => { one.disabled = true; });
    const now = desk().reports.find((one) => one.id === report.id) || report;
    const former = desk().plan;
    try {
      await change("POST", `${place}/steps`, { kind: "dispatched", officers, ...(publish ? { publish } : {}) }, { "If-Match": `"${now.version}"` });
    } catch (error) {
      buttons();
      failed(error);
      return;
    }
    if (!publish) {
      drop();
    }
    preview = null;
    closed = true;
    node.remove();
    toast(fill(words.sent_off, { names: officers.map(nameOf).join(words.and) }), { text: words.recall, act: () => takeBack(publish ? former : null) });
    told.closed();
    await told.sent();
  }

  /** Call back whom one has just sent, and work by the former plan again. */
  async function takeBack(former) {
    try {
      await change("POST", `${place}/steps`, { kind: "recalled" });
      if (former) {
        await change("POST", `${data.base}/plans/${encodeURIComponent(former)}/state`, { state: "published" });
      }
      toast(words.recalled);
    } catch (error) {
      failed(error);
    }
    await told.sent();
  }

  async function rank() {
    try {
      const found = await get(`${place}/responders`);
      if (!closed) {
        ranked(found.responders);
      }
    } catch (error) {
      if (!closed) {
        choices.replaceChildren(element("legend", { class: "bad" }, words.did_not_work + error.message));
        buttons();
      }
    }
  }

  if (desk().plan === null) {
    roster();
  } else {
    rank();
  }
  buttons();
  return { node, close };
}
