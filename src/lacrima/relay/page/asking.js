// One page of questions after the other, as at the door.

const markOf = (ask) => `${ask.kind}|${ask.slug || ""}|${ask.session || ""}`;
const settledNow = () => ({ ...visit.brief, settled: visit.settled, given: visit.given, filled: visit.filled });
const openAsks = () =>
  asksNow(settledNow(), Date.now()).filter((ask) => pageOf(ask) && !visit.done.has(markOf(ask)));

// Whatever is to be shown now.
function next() {
  const mayBeAsked = visit.hasRead && visit.hasAgreed;
  if (!mayBeAsked && !visit.settled.is_stopped) return go(reads);
  const [ask] = mayBeAsked ? openAsks() : [];
  if (ask) return go(questions, ask, next);
  const mention = untoldMention();
  if (mention && visit.mayOfferMore) return go(offerMore, mention);
  return go(done);
}

// The latest session of which something was mentioned, and nothing told yet.
function untoldMention() {
  const isTold = (one) => visit.given.some(({ session, step }) => session === one.session && step !== "asked");
  const newest = [...visit.given].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const found = newest.find((one) => one.step === "asked" && one.stood_out.length && !isTold(one));
  const ask = found && momentAsk(found.session, found.stood_out);
  return ask && !visit.done.has(markOf(ask)) ? ask : null;
}

function momentAsk(session, stoodOut) {
  const met = visit.brief.met.find((one) => one.session === session);
  return met ? { ...askOf("first", met, visit.brief.zone), stoodOut } : null;
}

// A page of questions. `then`: where it goes on, answered or skipped.
function questions(ask, then) {
  const page = pageOf(ask);
  const fields = fieldsFor(page, ask);
  const skip = () => (visit.done.add(markOf(ask)), then());
  show(titleOf(page, ask), away(), notesOf(page, ask),
    form((sent) => answered(ask, page, answersIn(sent, fields), then),
      make("div", { lang: page.lang || undefined }, text(page.intro), fieldsOf(fields), text(page.credit, "small")),
      text(page.last, "small"),
      refusal(),
      buttons(make("button", {}, say("go_on")), button(say("skip_it"), skip, "quiet"))),
    ask.kind === "asked" && then === next && link(say("answered_already"), () => sayMoreOf(ask)));
}

// The brief may be older than an answer on its way: whoever gave it need not give it again.
function sayMoreOf(ask) {
  visit.done.add(markOf(ask));
  go(questions, momentAsk(ask.session, ["me", "therapist"]), next);
}

const pageOf = (ask) => textsNow().pages[ask.kind === "form" ? `form:${ask.slug}` : ask.kind];

function fieldsFor(page, ask) {
  const asked = page.fields.filter(({ only }) => !only || ask.stoodOut.includes(only));
  return asked.map((one) => (one.path === "release" && visit.brief.keeper ? withKeeper(one) : one));
}

const keeperName = () => ({ keeper: visit.brief.keeper.name });
const withKeeper = (one) => ({ ...one, options: [...one.options, ["keeper", say("keeper_release", keeperName())]] });

function titleOf(page, ask) {
  const isToday = ask.kind === "asked" && ask.day === dayOf(Date.now(), visit.brief.zone);
  return isToday ? say("asked_today") : filled(page.title, ask.day && { day: saidDay(ask.day) });
}

function notesOf(page, ask) {
  const { house } = visit.brief;
  const day = ask.day && { day: saidDay(ask.day) };
  const live = ask.kind === "asked" ? [house.reading, say("not_live"), ask.isLast && say("is_last")] : [];
  const notes = [...live, ...page.notes.map((note) => filled(note, day))].filter(Boolean).join(" ");
  return [page.warning && warning(page.warning, house), text(notes, "small")];
}

function warning(words, house) {
  const when = house.read_by_hour === null ? "" : ` ${say("read_by", { hour: house.read_by_hour })}`;
  return [text(words + when, "note"), text(house.crisis_contacts, "lines")];
}

// Told: sealed at once, sent when its time has come. What holds nothing is as if it were skipped.
async function answered(ask, page, answers, then) {
  visit.done.add(markOf(ask));
  if (!Object.keys(answers).some((path) => path !== "release") && ask.kind !== "asked") return then();
  const at = inSeconds(Date.now());
  const part = await partOf(ask, page, answers, at);
  if (!part || !(await add(part))) {
    visit.done.delete(markOf(ask));
    return refuse("too_long");
  }
  remember(ask, answers, at);
  if (ask.kind === "form") send();
  return isDanger(page, answers) ? go(danger, then) : then();
}

async function partOf(ask, page, { release = "", ...answers }, at) {
  if (ask.kind === "form") {
    const values = Object.fromEntries(page.fields.map(({ path }) => [path, answers[path] ?? null]));
    return { kind: "form", at, slug: ask.slug, version: page.version, values };
  }
  const part = { kind: ask.kind, at, session: ask.session };
  if (ask.kind === "asked") return { ...part, values: { stood_out: [], ...answers } };
  if (release !== "keeper") return { ...part, values: nested(answers), release };
  const sealed = await sealedForKeeper(visit.brief.keeper, ask.kind, at, nested(answers));
  return sealed && { ...part, values: {}, release, sealed };
}

// What the page itself keeps in mind of it, until it is closed: so that it does not ask again.
function remember(ask, answers, at) {
  if (ask.kind === "form") visit.filled = { ...visit.filled, [ask.slug]: at };
  else visit.given = [...visit.given, { session: ask.session, step: ask.kind, at, stood_out: answers.stood_out || [] }];
}

// One more part of the letter; false when there is no room for it.
async function add(part) {
  if (visit.sitting.parts.length >= MOST_PARTS) return false;
  visit.sitting.parts.push(part);
  if (await sealAnew()) return true;
  visit.sitting.parts.pop();
  return false;
}

const isDanger = (page, answers) => (page.danger || []).some(([item, least]) => answers[item] >= least);

function danger(then) {
  const { house } = visit.brief;
  const hour = house.read_by_hour;
  show(say("danger_title"), text(hour === null ? say("danger") : say("danger_by", { hour })), away(),
    text(say("danger_now")), text(house.crisis_contacts || say("danger_nobody"), "note lines"),
    buttons(button(say("go_on"), then)));
}

// Before anything is sent: so that whoever says more now sends as many letters as anybody else.
function offerMore(ask) {
  visit.mayOfferMore = false;
  show(say("more_title"), text(say("more_now")),
    buttons(button(say("say_more"), () => go(questions, ask, next)), button(say("not_now"), next, "quiet")),
    text(say("or_later", { hour: visit.settled.evening_hour }), "small"));
}
