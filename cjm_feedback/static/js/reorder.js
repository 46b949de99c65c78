// Dragging stages and touchpoints. Whatever it does, buttons of the page do as well: this only
// sends what their forms would send, and shows the answer without a jump to the top of the page.

const structure = document.getElementById("structure");
const status = document.getElementById("moved");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const SORTABLE = {
  forceFallback: true, // the browser's own dragging has no touch and cannot be styled
  fallbackTolerance: 4,
  animation: still ? 0 : 120,
  onEnd: dropped,
};

function wire() {
  const grip = document.getElementById("grip").content;
  for (const place of structure.querySelectorAll("[data-grip]")) {
    place.replaceChildren(grip.cloneNode(true));
  }
  for (const list of structure.querySelectorAll("ul[data-reorder]")) {
    Sortable.create(list, { ...SORTABLE, draggable: "li", handle: ".grip", group: "touchpoints" });
  }
}

function dropped({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
  if (from === to && oldDraggableIndex === newDraggableIndex) return;
  const fields = { before: item.nextElementSibling?.dataset.item ?? "" };
  if (item.parentElement.dataset.stage) fields.stage = item.parentElement.dataset.stage;
  send(item.querySelector("form"), fields, item);
}

function pressed(event) {
  const button = event.submitter;
  if (button?.name !== "direction") return;
  event.preventDefault();
  send(event.target, { direction: button.value }, button.closest("[data-item]"), button.id);
}

async function send(form, fields, item, buttonId) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    const page = await ask(form.action, body);
    structure.replaceChildren(...page.getElementById("structure").childNodes);
  } catch {
    submit(form, fields); // whatever is the matter, the page that answers says it
    return;
  }
  wire();
  announce(document.getElementById(item.id));
  if (buttonId) focus(buttonId);
}

// Not fetch: its answer would have to be parsed from text, which the pages' policy forbids.
function ask(address, body) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject());
    request.onerror = reject;
    request.send(body);
  });
}

function submit(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(input);
  }
  form.submit();
}

function announce(item) {
  const others = [...item.parentElement.children].filter((one) => one.dataset.item);
  status.textContent = status.dataset.words
    .replace("{name}", item.dataset.name)
    .replace("{place}", others.indexOf(item) + 1)
    .replace("{count}", others.length);
}

function focus(id) {
  const button = document.getElementById(id);
  const usable = button.disabled ? button.form.querySelector("button:not([disabled])") : button;
  usable?.focus();
}

Sortable.create(structure, {
  ...SORTABLE,
  draggable: "section",
  handle: ".stagehead .grip",
});
structure.addEventListener("submit", pressed);
wire();
