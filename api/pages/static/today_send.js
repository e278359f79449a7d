/* Sends what was done, in order, each act once: as soon as there is a network, and again and again until it is taken.
   What the server refuses is set aside with its words, and does not hold up the rest. */

const WAITS = [2, 5, 10, 20, 40, 60];
const REFUSALS = [400, 403, 404, 409, 412, 413, 415, 422];

export class Sender {
  /** `changed(state, taken)` is told whenever something moved: state = "idle", "sending", "offline", "sign_in", "other". */
  constructor(store, data, changed) {
    this.store = store;
    this.data = data;
    this.changed = changed;
    this.state = "idle";
    this.failures = 0;
    this.waiting = null;
    this.running = null;
  }

  /** Begin to send unless that is going on already; resolves when everything that can be sent now was tried. */
  go() {
    clearTimeout(this.waiting);
    this.again = true;
    if (this.running === null) {
      this.running = this._rounds().finally(() => { this.running = null; });
    }
    return this.running;
  }

  async _rounds() {
    while (this.again) {
      this.again = false;
      await (navigator.locks ? navigator.locks.request(`wuzao-send-${this.data.user.id}`, () => this._round()) : this._round());
    }
  }

  async _round() {
    try {
      let csrf = null;
      for (let act = await this._next(); act; act = await this._next()) {
        this._say("sending", 0);
        csrf = csrf || await this._token();
        const went = csrf !== null && await this._send(act, csrf);
        if (!went) return;
        this._say("sending", went === "taken" ? 1 : 0);
      }
      this.failures = 0;
      this._say("idle", 0);
    } catch {
      this._later("offline");
    }
  }

  /** The first act that may be sent; one that can still be undone holds up those after it, for they are in order. */
  async _next() {
    const act = (await this.store.acts()).find((one) => !one.refusal);
    if (!act) return null;
    const wait = (act.held || 0) - Date.now();
    if (wait > 0 && wait < 60_000) {
      this.waiting = setTimeout(() => this.go(), wait + 50);
      return null;
    }
    return act;
  }

  /** The session's token, if the session is this user's: acts of one are never sent in another's name. */
  async _token() {
    const answer = await fetch("/api/me", { signal: AbortSignal.timeout(20_000) });
    if (answer.status === 401) {
      this._say("sign_in", 0);
      return null;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const me = await answer.json();
    if (me.name !== this.data.user.name) {
      this._say("other", 0);
      return null;
    }
    return me.csrf;
  }

  /** Send one act: "taken", "refused", or false where the session ended meanwhile. A dead network throws. */
  async _send(act, csrf) {
    const files = [];
    for (const id of act.photos) {
      if (!act.hashes[id]) {
        const photo = await this.store.photo(id);
        const place = `${this.data.base}/files?name=${encodeURIComponent(photo.name.slice(0, 100))}`;
        const answer = await this._post(place, new Blob([photo.data]), { "X-CSRF-Token": csrf }, 120_000);
        if (answer.status === 401) return this._say("sign_in", 0);
        if (REFUSALS.includes(answer.status)) return this._refused(act, answer);
        if (!answer.ok) throw new Error(String(answer.status));
        act.hashes[id] = (await answer.json()).sha256;
        await this.store.update(act);
      }
      files.push(act.hashes[id]);
    }
    const body = JSON.stringify(files.length ? { ...act.body, files } : act.body);
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf, "Idempotency-Key": act.key };
    const answer = await this._post(this.data.base + act.path, body, headers, 30_000);
    if (answer.status === 401) return this._say("sign_in", 0);
    if (REFUSALS.includes(answer.status)) return this._refused(act, answer);
    if (!answer.ok) throw new Error(String(answer.status));
    await answer.json();
    await this.store.drop(act);
    return "taken";
  }

  _post(place, body, headers, patience) {
    return fetch(place, { method: "POST", headers, body, signal: AbortSignal.timeout(patience) });
  }

  async _refused(act, answer) {
    const told = await answer.json().catch(() => ({}));
    const refusal = { status: answer.status, said: told.detail || told.title || String(answer.status), type: told.type || "" };
    await this.store.update({ ...act, refusal });
    return "refused";
  }

  _later(state) {
    const wait = WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += 1;
    this.waiting = setTimeout(() => this.go(), wait * 1000);
    this._say(state, 0);
  }

  _say(state, taken) {
    this.state = state;
    this.changed(state, taken);
    return false;
  }
}
