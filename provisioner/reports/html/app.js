// What the page gains by its script: search, filters, keys, and the slider. Data is read and never parsed as markup.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = document.querySelector(".bar");
  if (!bar) return;
  const find = document.getElementById("find");
  const count = document.getElementById("count");
  const reset = document.getElementById("clear");
  const rooms = all(".room").map((item) => ({
    item,
    details: item.firstElementChild,
    summary: item.querySelector("summary"),
    actions: item.dataset.actions.split(" "),
    causes: item.dataset.causes.split(" "),
    branches: item.dataset.branches.split(" "),
    fates: [item.dataset.fates],
    labels: item.dataset.labels.split(" "),
    group: item.dataset.group,
    text: null,
    shown: true,
  }));
  const holders = [...all(".alike"), ...all(".topic")].map((holder) => ({ holder, inside: new Set(all(".room", holder)) }));
  const told = new Intl.NumberFormat("en");

  const textOf = (room) => (room.text ??= room.item.textContent.toLowerCase());
  const chosen = (name) => all(`input[name=${name}]:checked`, bar).map((box) => box.value);

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = ["actions", "causes", "branches", "fates"].map((name) => [name, chosen(name)]).filter(([, names]) => names.length);
    const label = bar.elements.label?.value ?? "";
    const group = bar.elements.group?.value ?? "";
    const open = new Set();
    for (const room of rooms) {
      const fits =
        wanted.every(([kind, names]) => names.some((name) => room[kind].includes(name))) &&
        (!label || room.labels.includes(label)) &&
        (!group || group === room.group) &&
        words.every((word) => textOf(room).includes(word));
      if (fits !== room.shown) {
        room.shown = fits;
        room.item.hidden = !fits;
      }
      if (fits) open.add(room.item);
    }
    for (const { holder, inside } of holders) holder.hidden = open.size < rooms.length && ![...inside].some((item) => open.has(item));
    document.querySelector(".none").hidden = open.size > 0;
    const whole = told.format(rooms.length) + (rooms.length === 1 ? " room" : " rooms");
    count.textContent = open.size === rooms.length ? whole : `${told.format(open.size)} of ${whole}`;
    reset.hidden = !(words.length || wanted.length || label || group);
  }

  function clear() {
    bar.reset();
    filter();
    find.focus();
  }

  // Before and after on top of each other, with a slider; made when a room is opened for the first time.
  function makeSlider(pair) {
    const tools = document.createElement("div");
    tools.className = "tools";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Overlay";
    button.setAttribute("aria-pressed", "false");
    const label = document.createElement("label");
    label.hidden = true;
    const range = document.createElement("input");
    range.type = "range";
    range.min = "0";
    range.max = "100";
    range.value = "50";
    const slide = () => {
      pair.style.setProperty("--at", range.value);
      range.setAttribute("aria-valuetext", `${range.value} % before`);
    };
    button.addEventListener("click", () => {
      const over = pair.classList.toggle("over");
      button.setAttribute("aria-pressed", String(over));
      label.hidden = !over;
      if (over) range.focus();
    });
    range.addEventListener("input", slide);
    slide();
    label.append("After", range, "Before");
    tools.append(button, label);
    pair.before(tools);
  }

  for (const room of rooms) {
    room.details.addEventListener(
      "toggle",
      () => {
        if (!room.details.open || room.ready) return;
        room.ready = true;
        all(".pair", room.item).forEach(makeSlider);
      },
    );
  }

  function setAll(open) {
    for (const room of rooms) if (room.shown) room.details.open = open;
  }

  function step(by, from) {
    const shown = rooms.filter((room) => room.shown);
    const place = shown.findIndex((room) => room.item.contains(from));
    const next = shown[place < 0 ? (by > 0 ? 0 : -1) : place + by];
    if (next) next.summary.focus();
    else if (by < 0) find.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.activeElement;
    const typing = here.matches("input:not([type=checkbox]), select");
    const inRoom = here.closest(".room");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "Escape" && inRoom) {
      const room = rooms.find(({ item }) => item === inRoom);
      room.details.open = false;
      room.summary.focus();
    } else if (event.key === "Escape" && bar.contains(here)) {
      event.preventDefault();
      clear();
    } else if (event.key === "ArrowDown" && (here === find || here.parentElement?.parentElement === inRoom)) {
      event.preventDefault();
      step(1, here);
    } else if (event.key === "ArrowUp" && inRoom && here.parentElement?.parentElement === inRoom) {
      event.preventDefault();
      step(-1, here);
    }
  });

  // A printed page shows everything, also where the style cannot open what is closed.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((details) => (details.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((details) => (details.open = false)));

  // report.html#room=KEY opens that room.
  function follow() {
    const key = decodeURIComponent(location.hash.replace(/^#room=/, ""));
    const room = location.hash.startsWith("#room=") && rooms.find(({ item }) => item.dataset.key === key);
    if (!room) return;
    room.details.open = true;
    room.item.scrollIntoView();
    room.summary.focus();
  }

  // Texts are read ahead a few at a time, so that the first letter of a search is as quick as the next.
  const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 5 }), 50));
  function readAhead(from) {
    whenIdle((deadline) => {
      let at = from;
      while (at < rooms.length && deadline.timeRemaining() > 1) textOf(rooms[at++]);
      if (at < rooms.length) readAhead(at);
    });
  }

  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.addEventListener("input", filter);
  reset.addEventListener("click", clear);
  document.getElementById("open-all").addEventListener("click", () => setAll(true));
  document.getElementById("close-all").addEventListener("click", () => setAll(false));
  addEventListener("hashchange", follow);
  bar.hidden = false;
  document.querySelector(".keys").hidden = false;
  filter();
  follow();
  readAhead(0);
})();
