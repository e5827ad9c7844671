// What script adds to pages that work without it: cover, idle lock, keys, one-time opening.
"use strict";
(() => {
  const page = document.documentElement;
  const body = document.body;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  page.classList.add("js");

  // Covering the screen: nothing is stored, the same key or a click lifts it.
  const cover = find("#cover");
  const title = document.title;
  const toggleCover = () => {
    if (!cover) return;
    if (cover.open) cover.close();
    else {
      all("dialog[open]").forEach((dialog) => dialog.close());
      document.title = cover.dataset.title;
      cover.showModal();
    }
  };
  cover?.addEventListener("close", () => { document.title = title; });
  cover?.addEventListener("click", () => cover.close());
  all("[data-cover]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", toggleCover);
  });

  // Half-typed forms: everything that differs from what the server sent, but no secrets and no files.
  const isLeftOut = (field) =>
    !field.name || ["password", "file", "submit", "button"].includes(field.type) ||
    field.name === "csrfmiddlewaretoken" || field.matches("[data-no-draft]");
  const isTouched = (field) => {
    if (["radio", "checkbox"].includes(field.type)) return field.checked !== field.defaultChecked;
    if (field.options) {
      const initial = [...field.options].map((option) => option.defaultSelected);
      if (!field.multiple && !initial.includes(true)) return field.selectedIndex > 0;
      return [...field.options].some((option, index) => option.selected !== initial[index]);
    }
    return field.type !== "hidden" && field.value !== field.defaultValue;
  };
  const halfTyped = () => all("main form").find((form) =>
    form.method === "post" && !form.matches("[data-no-draft]") &&
    [...form.elements].some((field) => !isLeftOut(field) && isTouched(field)));
  const lock = find("form[data-lock]");
  const packDraft = () => {
    const form = halfTyped();
    all("[data-draft]", lock).forEach((field) => field.remove());
    if (!form) return;
    const values = new URLSearchParams();
    const left = new Set([...form.elements].filter(isLeftOut).map((field) => field.name));
    for (const [name, value] of new FormData(form)) if (!left.has(name)) values.append(name, value);
    const action = new URL(form.getAttribute("action") || location.href, location.href);
    const parts = { draft_action: action.pathname, draft_path: location.pathname, draft: values.toString() };
    for (const [name, value] of Object.entries(parts)) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      field.dataset.draft = "";
      lock.append(field);
    }
  };
  lock?.addEventListener("submit", packDraft);

  // Idle: tabs tell each other that somebody is there; the last one to fall quiet locks.
  const idleMs = Number(body.dataset.idleSeconds || 0) * 1000;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("lacrima") : null;
  const notice = find("#idle-notice");
  let seenMs = Date.now();
  let isLocking = false;
  const lockNow = async () => {
    if (isLocking) return;
    isLocking = true;
    packDraft();
    try {
      const answer = await fetch(lock.dataset.rest || lock.action, { method: "POST", body: new FormData(lock) });
      if (!answer.ok && !answer.redirected) throw new Error(String(answer.status));
      tabs?.postMessage("locked");
      location.replace(answer.redirected ? answer.url : "/");
    } catch {
      isLocking = false;
      seenMs = Date.now();
      if (cover && !cover.open) toggleCover();
    }
  };
  let toldMs = Date.now();
  const tellServer = async () => {
    const token = new FormData();
    token.append("csrfmiddlewaretoken", lock.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(lock.dataset.here, { method: "POST", body: token }).catch(() => null);
    if (answer?.status === 423) lockNow();
  };
  const alive = () => {
    const now = Date.now();
    if (now - seenMs > 2000) tabs?.postMessage("alive");
    if (now - toldMs > 60000 && lock.dataset.here) { toldMs = now; tellServer(); }
    seenMs = now;
    if (notice) notice.hidden = true;
  };
  const watch = () => {
    const quietMs = Date.now() - seenMs;
    if (quietMs < 0) seenMs = Date.now();
    if (quietMs >= idleMs) lockNow();
    else if (notice) notice.hidden = idleMs < 60000 || quietMs < idleMs - 30000;
  };
  if (idleMs > 0 && lock) {
    ["pointerdown", "keydown", "wheel", "touchstart", "input"].forEach((kind) =>
      addEventListener(kind, alive, { passive: true, capture: true }));
    if (tabs) tabs.onmessage = ({ data }) => {
      if (data === "alive") { seenMs = Date.now(); if (notice) notice.hidden = true; }
      else if (data === "locked") lockNow();
    };
    setInterval(watch, Math.min(5000, idleMs / 4));
    document.addEventListener("visibilitychange", watch);
  }

  // Keys: never while typing, never with a modifier, and they can be switched off.
  const help = find("#keys");
  const keysAreOff = () => body.dataset.keys === "off";
  const remember = (value) => { document.cookie = `lacrima_keys=${value}; path=/; max-age=31536000; samesite=strict`; };
  if (document.cookie.split("; ").includes("lacrima_keys=off")) body.dataset.keys = "off";
  const isTyping = (target) => target.isContentEditable || target.matches?.(
    "textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
  const press = (target) => {
    if (target.matches("input[type=radio]:checked") && target.closest("[data-optional]")) {
      target.checked = false;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      target.focus();
      if (!target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) target.click();
    }
  };
  const wayTo = (letter) => { // two ways with one letter: the next one after the page one is on
    const ways = all("[data-way]").filter((link) => link.textContent.trim().toLowerCase().startsWith(letter));
    return ways[ways.findIndex((link) => link.hasAttribute("aria-current")) + 1] || ways[0];
  };
  const listKeys = () => {
    const list = find("[data-page-keys]", help);
    list.replaceChildren(...all("[data-key]").filter((target) => target.offsetParent).flatMap((target) => {
      const term = document.createElement("dt");
      const meaning = document.createElement("dd");
      term.append(Object.assign(document.createElement("kbd"), { textContent: target.dataset.key }));
      const label = target.dataset.keyLabel || find("[data-label]", target.closest("label"))?.textContent ||
        target.labels?.[0]?.textContent || target.textContent;
      meaning.textContent = label.trim().replace(/\s+/g, " ");
      return [term, meaning];
    }));
  };
  const showKeys = () => { listKeys(); help.showModal(); };
  find("[data-show-keys]")?.addEventListener("click", showKeys);
  all("[data-switch-keys]").forEach((button) => {
    const say = () => { button.textContent = keysAreOff() ? button.dataset.on : button.dataset.off; };
    button.addEventListener("click", () => {
      body.dataset.keys = keysAreOff() ? "on" : "off";
      remember(body.dataset.keys);
      say();
    });
    say();
  });
  let isGoing = false;
  let escapedMs = -1000;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && !cover?.open && !help?.open) {
      if (event.timeStamp - escapedMs < 600) { event.preventDefault(); toggleCover(); escapedMs = -1000; }
      else escapedMs = event.timeStamp;
      return;
    }
    if (isTyping(event.target) || event.repeat || keysAreOff()) return;
    const key = event.key.toLowerCase();
    const going = isGoing;
    isGoing = false;
    let act = null;
    if (cover?.open) act = key === "." ? toggleCover : null;
    else if (key === ".") act = toggleCover;
    else if (key === "?" && help) act = () => { if (help.open) help.close(); else showKeys(); };
    else if (help?.open) return;
    else if (going) { const way = wayTo(key); act = way ? () => way.click() : null; }
    else {
      const target = key.length === 1 && all("[data-key]").find((one) =>
        one.dataset.key.toLowerCase() === key && !one.disabled && one.offsetParent);
      if (target) act = () => press(target);
      else if (key === "g" && find("[data-way]")) act = () => { isGoing = true; };
    }
    if (act) { event.preventDefault(); act(); }
  });
  all("[data-close]").forEach((button) =>
    button.addEventListener("click", () => button.closest("dialog").close()));
  // A chosen tile of an optional question can be taken back by choosing it again.
  all("[data-optional] input[type=radio]").forEach((radio) => {
    let wasChecked = false;
    const note = () => { wasChecked = radio.checked; };
    (radio.closest("label") || radio).addEventListener("pointerdown", note);
    radio.addEventListener("click", (event) => {
      if (wasChecked && event.detail) { radio.checked = false; radio.dispatchEvent(new Event("change", { bubbles: true })); }
      wasChecked = false;
    });
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea"))
      event.target.form?.requestSubmit();
  });

  // A form is sent once; after half a second its button says what is being done.
  const buttonsOf = (form) => [...form.elements].filter((one) => one.type === "submit");
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-again]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }));
    const waiting = event.submitter?.dataset.wait;
    if (waiting) setTimeout(() => {
      if (!form.dataset.sent) return;
      event.submitter.dataset.said = event.submitter.textContent;
      event.submitter.textContent = waiting;
    }, 500);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isLocking = false;
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      buttonsOf(form).forEach((button) => {
        button.disabled = false;
        if (button.dataset.said) button.textContent = button.dataset.said;
      });
    });
  });
  // A file that is too large is named before it is sent: the server would cut the line in the middle.
  all("input[type=file][data-most-bytes]").forEach((input) =>
    input.addEventListener("change", () => {
      const isLarge = [...input.files].some((file) => file.size > Number(input.dataset.mostBytes));
      input.setCustomValidity(isLarge ? input.dataset.tooLarge : "");
    }));
  all("select[data-go]").forEach((select) => {
    all("button", select.form).forEach((button) => { button.hidden = true; });
    select.addEventListener("change", () => select.form.requestSubmit());
  });
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  find("[data-focus]")?.focus();

  // The code of an invitation: it leaves the address at once, and waits in its field.
  const invited = find("form[data-invited]");
  if (invited && location.hash.length > 1) {
    invited.elements.code.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }

  // Opening by a one-time value: it leaves the address before it leaves the page.
  const once = find("form[data-open-once]");
  const value = once && new URLSearchParams(location.hash.slice(1)).get("t");
  if (value) {
    history.replaceState(null, "", location.pathname);
    find("[data-once]", once).value = value;
    once.requestSubmit();
  }
})();
