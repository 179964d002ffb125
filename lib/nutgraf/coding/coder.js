// The page of the coding widget. It shows what the kernel says and tells it what the coder does; texts are set as text, never as HTML.

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function render({ model, el }) {
  const frames = model.get("frames");
  // One code fits each text: its key is the answer. Otherwise keys mark frames, and Enter saves.
  const isOne = model.get("state").is_one;
  let chosen = new Set(model.get("state").chosen);
  // Waiting for the kernel's answer: a second Enter in this moment would answer the next text unseen.
  let isWaiting = false;

  const where = made("span");
  const about = made("span");
  const said = made("span", { role: "status", "aria-live": "polite" });
  const problem = made("p", { class: "problem", role: "alert" });
  const text = made("div", { class: "text", tabindex: "0", role: "document", "aria-label": "Text to code" });
  const buttons = frames.map((frame) => {
    const button = made("button", { type: "button", "aria-pressed": "false", "aria-keyshortcuts": frame.key, "data-frame": frame.id },
      made("kbd", { "aria-hidden": "true" }, frame.key), frame.label, made("small", {}, `${frame.definition} ${frame.question}`));
    button.addEventListener("click", () => choose(frame.id));
    return button;
  });
  const note = made("input", { type: "text", "aria-label": "Note", placeholder: "Note, if you like" });
  const command = (label, key, does) => {
    const button = made("button", { type: "button" }, made("kbd", { "aria-hidden": "true" }, key), label);
    button.addEventListener("click", does);
    return button;
  };
  const takeBack = command("Take back", "u", () => send({ do: "take_back" }));
  const commands = [
    command("Save and go on", "Enter", () => save()), ...(isOne ? [] : [command("None of them", "n", () => none())]), takeBack,
    command("Back", "←", () => send({ do: "go", step: -1 })), command("On", "→", () => send({ do: "go", step: 1 })),
  ];
  // JupyterLab leaves keys alone in what says so; otherwise "a" would make a cell and "x" delete one.
  const root = made("div", { class: "nutgraf-coder", tabindex: "0", role: "group", "aria-label": "Coding", "data-lm-suppress-shortcuts": "true" },
    made("div", { class: "progress" }, where, about, said), problem, text,
    made("ul", { class: "frames" }, ...buttons.map((button) => made("li", {}, button))), made("div", { class: "does" }, ...commands, note));

  function choose(frame) {
    if (isWaiting) return;
    if (isOne) {
      chosen = new Set([frame]);
      mark();
      save();
      return;
    }
    if (!chosen.delete(frame)) chosen.add(frame);
    mark();
  }

  function none() {
    chosen.clear();
    save();
  }

  function save() {
    send({ do: "code", frames: [...chosen], note: note.value });
  }

  function send(message) {
    if (isWaiting) return;
    isWaiting = true;
    root.setAttribute("aria-busy", "true");
    model.send(message);
  }

  function mark() {
    for (const button of buttons) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.frame)));
  }

  function show() {
    const state = model.get("state");
    isWaiting = false;
    root.removeAttribute("aria-busy");
    chosen = new Set(state.chosen);
    where.textContent = `Text ${state.position + 1} of ${state.n}`;
    about.textContent = state.about;
    said.textContent = state.is_done ? `All ${state.n} are coded, ${state.coder}.` : `${state.n_coded} coded by ${state.coder}${state.is_coded ? "; this one among them" : ""}`;
    problem.textContent = state.problem;
    problem.hidden = !state.problem;
    if (state.pieces.length) text.replaceChildren(state.pieces[0], made("mark", {}, state.pieces[1]), state.pieces[2]);
    else text.textContent = state.text;
    text.scrollTop = 0;
    if (!state.problem) note.value = state.note;  // what was typed is not lost with an answer that could not be written
    takeBack.disabled = !state.can_take_back;
    mark();
  }

  root.addEventListener("keydown", (event) => {
    const isTyping = event.target === note;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const frame = frames.find((one) => one.key === key);
    // Tab must leave; Enter and Space on a button press it.
    if (event.key === "Tab" || !isPlain) return;
    event.stopPropagation();
    // A key that is held down answers one text, not all that follow.
    if (event.repeat && !isTyping && !key.startsWith("Arrow")) {
      event.preventDefault();
      return;
    }
    if (event.target.tagName === "BUTTON" && (key === "Enter" || key === " ")) return;
    if (isTyping && key !== "Enter" && key !== "Escape") return;
    if (key === "Escape") root.focus();
    else if (key === "Enter") { root.focus(); save(); }
    else if (frame) choose(frame.id);
    else if (key === "n" && !isOne) none();
    else if (key === "u") send({ do: "take_back" });
    else if (key === "ArrowLeft") send({ do: "go", step: -1 });
    else if (key === "ArrowRight") send({ do: "go", step: 1 });
    else return;
    event.preventDefault();
  });

  model.on("change:state", show);
  show();
  el.append(root);
  return () => model.off("change:state", show);
}

export default { render };
