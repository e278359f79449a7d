/* What an officer does on his phone: kept there before anything else happens, with the time at which it was done. */
import { ask } from "./today_forms.js";
import { newKey, smaller } from "./today_store.js";
import { asked, data, fill, say, toast, words } from "./wuzao.js";

const HELD = 5000;
/* What the day is: its store, its sender, its state, and how it is drawn again; set by `attend`. */
let day = null;

export function attend(given) {
  day = given;
}

/* ---- acts: kept on the phone before anything else happens */
async function act(kind, where, body, photos = [], more = {}) {
  const kept = { key: newKey(), kind, path: more.path || "/visits/acts", place: where, caseId: more.caseId || null, made: day.now(), held: Date.now() + HELD, refusal: null, body };
  try {
    const small = await Promise.all(photos.map(smaller));
    kept.id = await day.store.add(kept, small);
  } catch (error) {
    toast(fill(words.not_kept, { why: error.message }));
    return null;
  }
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await day.reread();
  toast(words[`did_${kind}`] || words.kept, {
    text: words.undo,
    act: async () => {
      const still = (await day.store.acts()).find((one) => one.id === kept.id);
      if (still && (still.held > Date.now() || day.state.offline)) { await day.store.drop(still); await day.reread(); toast(words.undone); } else toast(words.gone_already);
    },
  });
  day.sender.go();
  return kept;
}

const base = (stop) => ({
  plan: stop.plan, visit: stop.visit, officer: data.officer, at: new Date(day.now()).toISOString(), clock_behind: Math.round(day.state.behind / 1000),
});

export function whereAmI(patience) {
  return new Promise((settle) => {
    if (!navigator.geolocation) return settle(null);
    navigator.geolocation.getCurrentPosition((found) => settle({ lon: found.coords.longitude, lat: found.coords.latitude }), () => settle(null), { enableHighAccuracy: true, timeout: patience, maximumAge: 30_000 });
  });
}

/** Put the place to an act that was kept already, if it comes before the act goes. */
async function placed(kept) {
  const place = kept && (await whereAmI(HELD));
  const still = place && (await day.store.acts()).find((one) => one.id === kept.id);
  if (still) await day.store.update({ ...still, body: { ...still.body, ...place } });
}

async function found(stop, before = null) {
  const given = await ask(`${words.found} · ${stop.community.name}`, [
    { name: "type", label: words.type, kind: "choice", options: data.types, required: true, value: before?.type },
    { name: "building", label: words.building, value: before?.building },
    { name: "note", label: words.what_seen, kind: "area", value: before?.note },
    ...(before ? [] : [{ name: "photos", label: words.photo, kind: "photos" }]),
    { name: "settled", label: words.settled, kind: "check", value: before?.settled },
  ], words.keep);
  return given;
}

export const acts = data.acts ? {
  async arrived(stop) { await placed(await act("arrived", stop.community.name, { kind: "arrived", ...base(stop) })); },
  async finished(stop) {
    const checked = stop.checks.filter((check) => day.state.ticks[check.key]).map((check) => say(check.text).slice(0, 200));
    await act("finished", stop.community.name, { kind: "finished", ...base(stop), checked });
  },
  async found(stop) {
    const at = base(stop);
    const given = await found(stop);
    if (given) {
      const { photos, ...said } = given;
      await placed(await act("found", stop.community.name, { kind: "found", ...at, ...said }, photos));
    }
  },
  async couldNot(stop) {
    const at = base(stop);
    const given = await ask(`${words.could_not} · ${stop.community.name}`, [
      { name: "why", label: words.why, kind: "choice", options: data.reasons, first: true },
      { name: "note", label: words.more_words, kind: "area" },
      { name: "photos", label: words.photo, kind: "photos" },
    ], words.keep);
    if (given) await act("could_not", stop.community.name, { kind: "could_not", ...at, note: [given.why, given.note].filter(Boolean).join(":") }, given.photos);
  },
  async rechecked(stop, check, passed) {
    await act("rechecked", stop.community.name, { kind: "rechecked", ...base(stop), violation: check.subject, passed });
  },
  async ticked(key, on) { day.state.ticks[key] = on; await day.store.put("ticks", day.state.ticks); },
  async caseArrived(one) {
    const at = new Date(day.now()).toISOString();
    toast(words.locating);
    const place = await whereAmI(4000);
    const reason = place ? "" : await whyElsewhere();
    if (reason === null) return;
    await act("case_arrived", one.community || one.id, { kind: "arrived", at, officer: data.officer, ...(place || {}), reason }, [], { path: `/cases/${encodeURIComponent(one.id)}/steps`, caseId: one.id });
  },
  async handled(one) {
    const at = new Date(day.now()).toISOString();
    const given = await ask(`${words.handle} · ${one.community || one.id}`, [
      { name: "outcome", label: words.outcome, kind: "choice", options: data.outcomes, required: true },
      { name: "type", label: words.type, kind: "choice", options: data.types, value: one.type },
      { name: "note", label: words.what_done, kind: "area" },
      { name: "photos", label: words.photo, kind: "photos" },
    ], words.keep);
    if (!given) return;
    const { photos, type, ...said } = given;
    await act("case_handled", one.community || one.id, { kind: "handled", at, ...said, type: type || null }, photos, { path: `/cases/${encodeURIComponent(one.id)}/steps`, caseId: one.id });
  },
} : null;

async function whyElsewhere() {
  const given = await ask(words.no_place, [
    { name: "why", label: words.why, kind: "choice", options: data.elsewhere, first: true }, { name: "note", label: words.more_words },
  ], words.keep);
  return given && [given.why, given.note].filter(Boolean).join(":").slice(0, 200);
}

/* ---- what the server refused: put right and sent again, or given up */
export const handle = {
  async correct(one) {
    let body = one.body;
    if (one.kind === "found") {
      const given = await found({ community: { name: one.place } }, body);
      if (!given) return;
      body = { ...body, ...given };
    } else if (one.kind === "case_arrived") {
      const reason = await whyElsewhere();
      if (reason === null) return;
      body = { ...body, reason };
    } else if (one.kind === "could_not" || one.kind === "case_handled") {
      const given = await ask(words[`act_${one.kind}`], [{ name: "note", label: words.more_words, kind: "area", value: body.note, required: one.kind === "could_not" }], words.keep);
      if (!given) return;
      body = { ...body, ...given };
    }
    await day.store.update({ ...one, body, key: newKey(), refusal: null, held: 0 });
    await day.reread();
    day.sender.go();
  },
  async discard(one) {
    if (!(await asked(fill(words.discard_sure, { what: words[`act_${one.kind}`], place: one.place })))) return;
    await day.store.drop(one);
    await day.reread();
  },
};
