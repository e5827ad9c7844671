// Questions as fields, and their answers as values.

// One question. An option is named by its place, since its value may be anything.
function field(one) {
  if (one.kind === "words") return wordsField(one);
  const type = one.kind === "many" ? "checkbox" : "radio";
  const isScale = one.kind === "scale";
  const options = one.options.map(([, words], place) =>
    make("label", {},
      make("input", { type, name: one.path, value: String(place) }), make("span", {}, filled(words))));
  const css = isScale ? `scale scale-${options.length}` : "tiles";
  return make("fieldset", { class: "choices" },
    make("legend", {}, filled(one.label)), make("div", { class: css }, options), ends(one));
}

const ends = ({ low = "", high = "" }) =>
  (low || high) && make("p", { class: "anchors" }, make("span", {}, low), make("span", {}, high));

// No checking of words: some browsers ask a server of their own how they are spelt.
function wordsField(one) {
  const id = `field-${one.path}`;
  return make("div", { class: "field" }, make("label", { for: id }, filled(one.label)),
    make("textarea", { id, name: one.path, rows: "5", maxlength: "10000", spellcheck: "false" }));
}

// All fields of a page; the short items of a moment under a heading that folds.
function fieldsOf(fields) {
  const isItem = ({ path }) => path.startsWith("items.");
  const items = fields.filter(isItem);
  const others = fields.filter((one) => !isItem(one));
  const drawn = others.map(field);
  if (!items.length) return drawn;
  const place = others.findIndex(({ path }) => path === "seemed");
  const folded = make("details", { open: true }, make("summary", {}, say("how_it_was")), items.map(field));
  return [...drawn.slice(0, place), folded, ...drawn.slice(place)];
}

// What was answered, by path; a question that was left out is not there.
function answersIn(form, fields) {
  const chosen = new FormData(form);
  const told = fields.map((one) => [one.path, valueOf(one, chosen.getAll(one.path))]);
  return Object.fromEntries(told.filter(([, value]) => value !== null));
}

function valueOf(one, chosen) {
  if (one.kind === "words") return chosen[0].trim() || null;
  const values = chosen.map((place) => one.options[place][0]);
  if (one.kind === "many") return values.length ? values : null;
  return values.length ? values[0] : null;
}

// `shown.me` is a value inside `shown`.
function nested(answers) {
  const values = {};
  for (const [path, value] of Object.entries(answers)) {
    const [outer, inner] = path.split(".");
    if (inner) (values[outer] ||= {})[inner] = value;
    else values[outer] = value;
  }
  return values;
}
