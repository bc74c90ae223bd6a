/* Making elements. */

/** An element with attributes and children. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (typeof value === "boolean") element.toggleAttribute(key, value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** A button; what keeps its click from being done is told beside it. */
export function button(text, click, attributes = {}) {
  let said = null;
  const act = async (event) => {
    said?.remove();
    try {
      await click(event);
    } catch (error) {
      said = make("span", { role: "alert", class: "literate-told" }, ` ${failure(error)}`);
      it.after(said);
    }
  };
  const it = make("button", { type: "button", click: act, ...attributes }, text);
  return it;
}

/** What is told of what has failed. */
export const failure = (error) => `That failed: ${reason(error)}.`;

/** Why something has failed, in words. */
export function reason({ message }) {
  const isNetwork = /fetch|load|import/i.test(message); // as browsers say it, each in its way
  return isNetwork ? "the network brought no answer" : message;
}
