// Pages are put together here. Words are only ever text: nothing is read as HTML.

const byId = (id) => document.getElementById(id);

// An element; a function among its attributes listens, what is empty is left out.
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return made;
}

const text = (words, css) => words && make("p", css ? { class: css } : {}, words);
const button = (words, click, css) => make("button", { type: "button", class: css, click }, words);
const link = (words, click) => button(words, click, "link");
const buttons = (...children) => make("div", { class: "buttons" }, children);

// The place of one page in the other: what is told first is its heading, which takes the focus.
function show(title, ...children) {
  const heading = make("h1", { tabindex: "-1" }, title);
  byId("main").replaceChildren(heading, ...children.flat(Infinity).filter(Boolean));
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

// A form that goes nowhere: what was chosen is handed to a function, once for two quick taps.
function form(submit, ...children) {
  let isBusy = false;
  const stay = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    await submit(event.target);
    isBusy = false;
  };
  return make("form", { autocomplete: "off", submit: stay }, children);
}

// Where a form says why it was not taken.
const refusal = () => make("p", { id: "refused", role: "alert", class: "refused" });
const refuse = (key) => (byId("refused").textContent = say(key));

// The words of a page for this key, in the language that is shown; `{day}` and the like filled in.
function say(key, values) {
  return filled(textsNow().words[key], values);
}

function filled(words, values = {}) {
  const known = { her: textsNow().words.her, ...values };
  return words.replace(/\{(\w+)\}/g, (whole, name) => known[name] ?? whole);
}

const textsNow = () => visit.brief.texts[visit.language];

// 2026-03-10 as it is said, without its year.
const saidDay = (day) =>
  new Intl.DateTimeFormat(visit.language, { day: "numeric", month: "long", timeZone: "UTC" }).format(Date.parse(day));

// How it stands with sending; said aloud to whoever does not see it.
function sayState(key) {
  visit.state = key;
  byId("state").textContent = key ? say(key) : "";
  byId("state").className = ["offline", "waiting", "lost", "too_long"].includes(key) ? "note held" : "small";
}
