// Coming in, the frame around every page, and leaving without a trace.

// Everything that is known of whoever is here. It lies in memory alone, and goes with the page.
let visit = null;

async function comeIn(fragment) {
  const relay = document.documentElement.dataset.relay;
  showEarly("loading");
  try {
    if (fragment && !(await canSeal())) throw new Trouble("old");
    await open(relay, await invitationFrom(fragment), 0);
  } catch (trouble) {
    showEarly(trouble instanceof Trouble ? trouble.message : "old");
  }
}

async function open(relay, invitation, tries) {
  try {
    const { brief, digest } = await openBrief(await fetchBrief(relay, invitation), invitation);
    checkWindow(brief, Date.now());
    await begin({ relay, invitation, brief, digest });
  } catch (trouble) {
    if (!["unreachable", "altered"].includes(trouble.message)) throw trouble;
    mayTryAgain(trouble.message, () => open(relay, invitation, tries + 1), tries);
  }
}

function mayTryAgain(kind, again, tries) {
  let hasTried = false;
  const once = () => {
    if (hasTried) return;
    hasTried = true;
    again().catch((trouble) => showEarly(trouble instanceof Trouble ? trouble.message : "old"));
  };
  showEarly(kind, buttons(button(EARLY[earlyLanguage()].again, once)));
  if (kind !== "unreachable") return;
  addEventListener("online", once, { once: true });
  setTimeout(once, Math.min(2 ** (tries + 1), LONGEST_PAUSE_S) * 1000);
}

async function begin(found) {
  const { brief } = found;
  visit = {
    ...found,
    sitting: await newSitting(), language: languageOf(brief), settled: brief.settled, given: brief.given,
    filled: brief.filled, hasRead: brief.has_read, hasAgreed: brief.has_agreed,
    done: new Set(), mayOfferMore: true, view: next, state: "",
  };
  watchLeaving();
  next();
}

function languageOf({ language, languages }) {
  const short = (tag) => tag.slice(0, 2);
  const asked = navigator.languages.map((tag) => languages.find((one) => short(one) === short(tag)));
  return language || asked.find(Boolean) || languages[0];
}

// Every page by its function, so that it can be said again in another language.
function go(view, ...more) {
  visit.view = () => view(...more);
  if (visit.state === "sent") visit.state = "";
  frame();
  view(...more);
}

function frame() {
  const { brief, language } = visit;
  document.documentElement.lang = language;
  document.title = brief.name || EARLY[earlyLanguage()].page;
  byId("skip").textContent = say("skip");
  byId("skip").hidden = false;
  byId("head").replaceChildren(make("span", { class: "name" }, brief.name), button(say("leave"), leave, "quiet"));
  byId("simulated").textContent = brief.is_simulated ? say("simulated") : "";
  const rights = text(say("rights"), "small");
  byId("foot").replaceChildren(urgent(brief.house.crisis_contacts), rights, navigation(), languages());
  sayState(visit.state);
}

function urgent(contacts) {
  if (!contacts) return text(say("urgent_nobody"), "urgent");
  const summary = make("summary", {}, say("urgent"));
  return make("details", { class: "urgent" }, summary, text(say("urgent_people")), text(contacts, "lines"));
}

function navigation() {
  const places = [["questions", next], ["have_code", () => go(receipts)], ["pause_or_stop", () => go(pausing)],
    ["who_reads", () => go(reads)], ["speak_with", () => go(somebodyElse)]];
  return make("nav", { "aria-label": say("nav") }, make("ul", { class: "plain" },
    places.map(([key, click]) => make("li", {}, link(say(key), click)))));
}

function languages() {
  const others = visit.brief.languages.filter((one) => one !== visit.language);
  const name = (one) => visit.brief.texts[one].words.language;
  const choice = (one) => make("button", { type: "button", class: "quiet", lang: one, click: () => speak(one) }, name(one));
  return make("p", {}, others.map(choice));
}

// The same page in another language, with what was chosen and typed in it.
function speak(language) {
  visit.language = language;
  const typed = [...document.forms].map((one) => [...new FormData(one)]);
  frame();
  visit.view();
  [...document.forms].forEach((one, place) => typed[place].forEach(([name, value]) => refill(one, name, value)));
}

function refill(form, name, value) {
  for (const input of form.querySelectorAll(`[name="${name}"]`)) {
    if (["radio", "checkbox"].includes(input.type)) input.checked ||= input.value === value;
    else input.value = value;
  }
}

// What was written is off the screen at once, also where sending takes its time.
async function leave() {
  if (isUnsent() && !outbox.isLost) {
    go(unsent);
    const here = visit.view;
    await send();
    const hasGoneOn = !visit || visit.view !== here;
    if (hasGoneOn || (isUnsent() && !outbox.isLost)) return;
  }
  wipe();
}

function unsent() {
  show(say("unsent_title"), text(say("unsent")),
    buttons(button(say("stay"), next), button(say("leave_anyway"), wipe, "quiet")));
}

// Nothing stays in the page or in memory.
function wipe() {
  const last = [say("left"), text(say("left_sent")), text(say("left_nothing"), "small")];
  clearTimeout(outbox.timer);
  outbox.letter = null;
  for (const key of [visit.invitation.briefKey, visit.invitation.psk, visit.invitation.name]) key.fill(0);
  sayState("");
  visit = null;
  byId("skip").hidden = true;
  for (const id of ["head", "simulated", "foot"]) byId(id).replaceChildren();
  document.title = last[0];
  show(...last);
}

// Another link in the same window, or a page that a browser had kept aside: begin from nothing.
addEventListener("hashchange", () => location.reload());
byId("skip").addEventListener("click", () => byId("main").focus());
addEventListener("pageshow", (event) => event.persisted && location.reload());
comeIn(takeFragment());
