/* What the phone keeps of one user: his days as last seen, his ticks, what he did that is not sent yet, its photographs.
   A database of its own for each user: what one keeps no other ever opens. */
import { forgetOwner } from "./wuzao.js";

const done = (request) => new Promise((settle, refuse) => {
  request.onsuccess = () => settle(request.result);
  request.onerror = () => refuse(request.error);
});

const finished = (transaction) => new Promise((settle, refuse) => {
  transaction.oncomplete = () => settle();
  transaction.onabort = transaction.onerror = () => refuse(transaction.error);
});

/** A name that nothing else has, also where the page is not on a secure address. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Store {
  static async open(user) {
    const opening = indexedDB.open(`wuzao-${user}`, 1);
    opening.onupgradeneeded = () => {
      const database = opening.result;
      database.createObjectStore("kept");
      database.createObjectStore("acts", { keyPath: "id", autoIncrement: true });
      database.createObjectStore("photos", { keyPath: "id", autoIncrement: true });
    };
    return new Store(await done(opening));
  }

  constructor(database) {
    this.database = database;
  }

  get(key) {
    return done(this.database.transaction("kept").objectStore("kept").get(key));
  }

  async put(key, value) {
    const writing = this.database.transaction("kept", "readwrite");
    writing.objectStore("kept").put(value, key);
    await finished(writing);
  }

  /** What is not sent yet, in the order in which it was done. */
  acts() {
    return done(this.database.transaction("acts").objectStore("acts").getAll());
  }

  /** Keep an act with its photographs, all of it or nothing; `durability: strict` outlives an empty battery. */
  async add(act, photos) {
    const writing = this.database.transaction(["acts", "photos"], "readwrite", { durability: "strict" });
    const kept = [];
    for (const photo of photos) {
      kept.push(await done(writing.objectStore("photos").add({ name: photo.name, type: photo.type, data: photo.data })));
    }
    const id = await done(writing.objectStore("acts").add({ ...act, photos: kept, hashes: {} }));
    await finished(writing);
    return id;
  }

  async update(act) {
    const writing = this.database.transaction("acts", "readwrite");
    writing.objectStore("acts").put(act);
    await finished(writing);
  }

  photo(id) {
    return done(this.database.transaction("photos").objectStore("photos").get(id));
  }

  async drop(act) {
    const writing = this.database.transaction(["acts", "photos"], "readwrite", { durability: "strict" });
    writing.objectStore("acts").delete(act.id);
    for (const photo of act.photos) {
      writing.objectStore("photos").delete(photo);
    }
    await finished(writing);
  }
}

/* Who this phone's day belongs to now: the service worker shows his page when the network is gone, and nobody else's. */
const WHO = "wuzao-who";
const MARK = "/today/who";

export async function setOwner(user) {
  if (!window.caches) return;
  if (user === null) {
    await forgetOwner();
  } else {
    await (await caches.open(WHO)).put(MARK, new Response(user));
  }
}

export async function owner() {
  if (!window.caches) return null;
  const found = await (await caches.open(WHO)).match(MARK);
  return found ? found.text() : null;
}

const LONGEST_EDGE = 1600;

/** A photograph made smaller, without where and with what it was taken; a picture that the phone cannot read stays. */
export async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((settle) => canvas.toBlob(settle, "image/jpeg", 0.8));
    return { name: file.name, type: "image/jpeg", data: await blob.arrayBuffer() };
  } catch {
    return { name: file.name, type: file.type, data: await file.arrayBuffer() };
  }
}
