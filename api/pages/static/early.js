/* Whoever presses, sends or chooses before a page's scripts have come is not ignored: it happens as soon as they have. */

{
  const kept = new Map(); // element: what is to happen, in order
  const keep = (event) => {
    event.stopImmediatePropagation(); // a script that has just come would hear it twice
    if (event.type === "submit") {
      event.preventDefault();
      const form = event.target, button = event.submitter;
      kept.set(form, () => form.requestSubmit(button));
    } else if (event.type === "change") {
      const field = event.target;
      kept.set(field, () => field.dispatchEvent(new Event("change", { bubbles: true })));
    } else {
      const button = event.target.closest("button");
      if (button && (button.type === "button" || !button.form)) { // others send a form
        kept.set(button, () => button.click());
      }
    }
  };
  const kinds = ["click", "submit", "change"];
  kinds.forEach((kind) => addEventListener(kind, keep, true));
  addEventListener("DOMContentLoaded", () => {
    kinds.forEach((kind) => removeEventListener(kind, keep, true));
    kept.forEach((happen) => happen());
  });
}
