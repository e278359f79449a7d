/* How the search for a plan stands, in a line; the words are PROGRESS in words.py. */

import { fill, say, words } from "./wuzao.js";

export function progressSaid({ stage, best = null, bound = null, missed, again }) {
  const parts = [again ? fill(words.begun_again, { count: again }) : "", say(stage)];
  if (best !== null) {
    parts.push(`${words.best} ${best}`);
    if (bound !== null) {
      parts.push(`${words.bound} ${bound}`);
      if (best > 0) {
        parts.push(`${words.gap} ${((100 * Math.max(0, best - bound)) / best).toFixed(1)}%`);
      }
    }
    if (missed) {
      parts.push(`${words.left_out} ${missed}`);
    }
  }
  return parts.filter(Boolean).join(" · ");
}
