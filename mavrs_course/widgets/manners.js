// What every widget of the course needs from the browser: see base.py.
const CONTROLS = "button, input, select, textarea, [tabindex], [contenteditable]";
const PATIENCE = 10000; // milliseconds without an answer of a kernel that seems idle
const LONGEST = 400; // characters said aloud at once

const textOf = (node) => node?.textContent.replace(/\s+/g, " ").trim() ?? "";

/** What stands beside a control, else its own tooltip or that of its box. */
function nameOf(control) {
  const box = control.closest(".jupyter-widgets:not(.widget-box)");
  const told = textOf(box?.querySelector(".widget-label, .widget-label-basic")) || control.title || box?.title;
  return told || box?.querySelector("[title]")?.title || "";
}

function set(node, attribute, value) {
  if (node.getAttribute(attribute) !== String(value)) node.setAttribute(attribute, value);
}

/** Names, states and quiet keys for all controls that are there now. */
function dress(root) {
  for (const control of root.querySelectorAll(CONTROLS)) {
    // JupyterLab's command keys (x cuts the cell, arrows leave it) mean nothing in here.
    set(control, "data-lm-suppress-shortcuts", "true");
  }
  for (const field of root.querySelectorAll("input, select, textarea")) {
    const named = [...(field.labels ?? [])].some((label) => textOf(label));
    if (!named && nameOf(field)) set(field, "aria-label", nameOf(field));
  }
  for (const slider of root.querySelectorAll(".widget-inline-hbox .noUi-target")) {
    const name = nameOf(slider) || "value";
    const readout = slider.closest(".widget-inline-hbox").querySelector(".widget-readout");
    slider.querySelectorAll(".noUi-handle").forEach((handle, n, all) => {
      set(handle, "aria-label", all.length > 1 ? `${name}, ${n ? "to" : "from"}` : name);
      if (readout && all.length === 1) set(handle, "aria-valuetext", textOf(readout));
    });
    if (readout?.isContentEditable) {
      set(readout, "role", "textbox");
      set(readout, "aria-label", `${name}, to be typed`);
    }
  }
  for (const toggle of root.querySelectorAll(".widget-toggle-button")) {
    set(toggle, "aria-pressed", toggle.classList.contains("mod-active"));
  }
  for (const group of root.querySelectorAll(".widget-toggle-buttons")) {
    set(group, "role", "group");
    const label = textOf(group.querySelector(".widget-label"));
    if (label) set(group, "aria-label", label);
  }
  for (const image of root.querySelectorAll("img.widget-image")) {
    if (!image.alt) image.alt = "a picture that the words beside it explain";
  }
  for (const svg of root.querySelectorAll("svg[width][height]:not([viewBox])")) {
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
  }
}

/** What an HTML part says: its words, and the names of its pictures. */
function said(part) {
  const copy = part.cloneNode(true);
  for (const picture of copy.querySelectorAll("svg, img")) {
    picture.replaceWith(`${picture.getAttribute("aria-label") ?? picture.alt ?? ""}. `);
  }
  for (const cell of copy.querySelectorAll("td, th, li, p, br, caption")) cell.append(" ");
  return textOf(copy).slice(0, LONGEST);
}

/** Whether JupyterLab says that the kernel is at work; elsewhere nobody knows. */
function kernelIsBusy() {
  const signs = [...document.querySelectorAll(".jp-Notebook-ExecutionIndicator")];
  return signs.some((sign) => sign.isConnected && sign.dataset.status && sign.dataset.status !== "idle");
}

function render({ model, el }) {
  el.classList.add("mavrs-manners");
  const notice = document.createElement("div");
  const live = document.createElement("div");
  notice.className = "mavrs-notice";
  notice.hidden = true;
  live.className = "mavrs-said";
  for (const region of [notice, live]) region.setAttribute("role", "status");
  el.append(notice, live);

  let root = null;
  let number = 0; // of the last question to the kernel
  let waiting = 0;
  let speaking = 0;
  const heard = new Map(); // what each part said last

  function notify(text) {
    notice.textContent = text;
    notice.hidden = !text;
  }

  function asleep() {
    const unlinked = el.closest(".jupyter-widgets-disconnected");
    if (kernelIsBusy() && !unlinked) {
      waiting = setTimeout(asleep, PATIENCE);
      return;
    }
    root?.classList.remove("mavrs-busy");
    notify("No kernel answers: what you see is how it was last. Run this cell to wake it.");
  }

  function ask() {
    clearTimeout(waiting);
    number += 1;
    if (el.closest(".jupyter-widgets-disconnected")) {
      asleep();
      return;
    }
    try {
      model.send({ number });
      waiting = setTimeout(asleep, PATIENCE);
    } catch {
      asleep(); // the kernel was restarted or shut down
    }
  }

  function answered(message) {
    if (message.number !== number) return;
    clearTimeout(waiting);
    root?.classList.remove("mavrs-busy");
    root?.removeAttribute("aria-busy");
    notify("");
  }

  let asking = 0;
  function touched() {
    root.classList.add("mavrs-busy"); // its look changes only where the answer takes a while
    root.setAttribute("aria-busy", "true");
    clearTimeout(asking);
    asking = setTimeout(ask, 120);
  }

  function speak() {
    const news = [];
    for (const part of root.querySelectorAll(".widget-html-content")) {
      const words = said(part);
      if (heard.has(part) && heard.get(part) !== words) news.push(words);
      heard.set(part, words);
    }
    if (news.length) live.textContent = news.join(" ").slice(0, LONGEST);
  }

  const changes = new MutationObserver(() => {
    dress(root);
    clearTimeout(speaking);
    speaking = setTimeout(speak, 400);
  });

  const keydown = (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  };
  const moves = ["change", "click", "keyup", "pointerup"];
  const onMove = (event) => {
    if (event.target.closest?.(CONTROLS) && event.key !== "Tab") touched();
  };

  function settle(left) {
    root = el.closest(".mavrs-widget");
    if (!root) {
      if (left) setTimeout(settle, 50, left - 1);
      return;
    }
    root.addEventListener("keydown", keydown);
    for (const move of moves) root.addEventListener(move, onMove);
    dress(root);
    speak();
    const watched = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class", "title"] };
    for (const child of root.children) if (!child.contains(el)) changes.observe(child, watched);
    ask();
  }

  model.on("msg:custom", answered);
  settle(200);

  return () => {
    for (const timer of [waiting, speaking, asking]) clearTimeout(timer);
    changes.disconnect();
    model.off("msg:custom", answered);
    root?.removeEventListener("keydown", keydown);
    for (const move of moves) root?.removeEventListener(move, onMove);
  };
}

export default { render };
