// What a client does with what is the client's own: read first, pause, stop, say something, be done.

function away() {
  const absent = visit.brief.away;
  if (!absent) return null;
  const contact = make("span", { class: "lines" }, absent.contact);
  return make("p", { class: "note" }, say("away", { day: saidDay(absent.until) }), " ", contact);
}

function reads() {
  const { brief } = visit;
  const page = textsNow().pages.reads;
  const keeper = brief.keeper && say("keeper_reads", keeperName());
  const notes = [...page.notes.slice(0, 2), keeper, ...page.notes.slice(2)].filter(Boolean);
  const lines = notes.map((line) => make("li", {}, filled(line)));
  show(page.title, text(page.intro), make("ul", {}, lines),
    make("h2", {}, say("when_read")),
    text(brief.house.reading ? `${brief.house.reading} ${say("not_live")}` : say("when_default")), away(),
    brief.house.crisis_contacts && [make("h2", {}, say("urgent")), text(brief.house.crisis_contacts, "lines")],
    agreement());
}

function agreement() {
  if (visit.hasRead && visit.hasAgreed) return buttons(button(say("to_questions"), next));
  if (visit.brief.needs_guardian && !visit.hasAgreed) return text(say("guardian"), "note");
  return [buttons(button(say("agree"), agree)), text(say("agreeing"), "small")];
}

async function agree() {
  if (!(await tell({ kind: "agree" }))) return;
  visit.hasRead = visit.hasAgreed = true;
  visit.settled = { ...visit.settled, is_stopped: false };
  next();
}

// One part that is no page of questions, told now.
async function tell(part) {
  const isTaken = await add({ at: inSeconds(Date.now()), ...part });
  if (!isTaken) sayState("too_long");
  return isTaken;
}

function done() {
  send();
  const { settled } = visit;
  if (settled.is_stopped) return stopped();
  if (isQuiet(settled, today())) return show(say("quiet_title"), away(), quietWords(settled), receipt());
  show(say("done"), away(), text(say("nothing_more")), receipt(), moreLater(), link(say("write"), () => go(statement)));
}

function stopped() {
  const again = button(say("begin_again"), () => go(pausing), "quiet");
  show(say("stopped_title"), text(say("stopped")), receipt(), buttons(again));
}

function moreLater() {
  const ask = untoldMention();
  if (!ask) return null;
  const more = button(say("say_more"), () => go(questions, ask, next), "quiet");
  return [buttons(more), text(say("or_later", { hour: visit.settled.evening_hour }), "small")];
}

const today = () => dayOf(Date.now(), visit.brief.zone);

function quietWords(settled) {
  const isPaused = settled.paused_until && today() <= settled.paused_until;
  if (!isPaused) return text(say("quiet_over"));
  return [text(say("quiet_until", { day: saidDay(settled.paused_until) })), link(say("change_that"), () => go(pausing))];
}

function receipt() {
  if (!visit.sitting.parts.length) return null;
  return make("section", { class: "sheet" }, make("h2", {}, say("receipt")),
    make("p", { class: "code" }, inGroups(visit.sitting.code)), text(say("receipt_for"), "small"));
}

function statement(then = next) {
  const page = textsNow().pages.statement;
  const keep = async (sent) => {
    const values = answersIn(sent, page.fields);
    if (!values.words) return byId("field-words").focus();
    return (await tell({ kind: "statement", values })) ? then() : refuse("too_long");
  };
  show(page.title, page.notes.map((note) => text(note)),
    form(keep, fieldsOf(page.fields), refusal(),
      buttons(make("button", {}, say("keep_it")), button(say("back"), then, "quiet"))));
}

function pausing() {
  const { settled } = visit;
  const isResting = settled.is_stopped || settled.paused_until;
  const goOn = () => settle({ kind: "go_on" }, { paused_until: null, is_stopped: false });
  show(say("pause_or_stop"), text(say("no_reason")), isResting && buttons(button(say("ask_again"), goOn)),
    !settled.is_stopped && [pauseForm(), hourForm(settled.evening_hour), stopping()]);
}

// A wish for the practice, which this page follows at once.
async function settle(part, change) {
  if (!(await tell(part))) return;
  visit.settled = { ...visit.settled, ...change };
  if (part.kind === "stop") visit.hasAgreed = false;
  next();
}

function pauseForm() {
  const inAYear = new Date(Date.parse(today()) + 366 * DAY).toISOString().slice(0, 10);
  const input = { id: "until", name: "until", type: "date", min: today(), max: inAYear, required: true };
  const pause = ({ until }) => settle({ kind: "pause", until: until.value }, { paused_until: until.value });
  return form(pause, make("h2", {}, say("pause_title")), labelled("until", say("pause_until"), make("input", input)),
    buttons(make("button", {}, say("pause"))));
}

const labelled = (id, words, input) => make("div", { class: "field" }, make("label", { for: id }, words), input);

function hourForm(now) {
  const hours = [16, 17, 18, 19, 20, 21, 22, 23].map((hour) =>
    make("option", { value: String(hour), selected: hour === now }, `${hour}:00`));
  const choose = (sent) => {
    const hour = Number(sent.hour.value);
    return settle({ kind: "evening", hour }, { evening_hour: hour });
  };
  return form(choose, make("h2", {}, say("hour_title")),
    labelled("hour", say("hour"), make("select", { id: "hour", name: "hour" }, hours)),
    buttons(make("button", {}, say("ask_then"))));
}

const stopping = () => [
  make("h2", {}, say("stop_title")), text(say("stopping")),
  buttons(button(say("stop"), () => settle({ kind: "stop" }, { is_stopped: true, paused_until: null }), "quiet")),
];

// The way out is words alone: nothing is stored or sent.
function somebodyElse() {
  const { outside, complaints } = visit.brief.house;
  show(say("else_title"), text(say("else_why")),
    outside ? [text(say("else_person")), text(outside, "lines")] : text(say("else_nobody")),
    complaints && [make("h2", {}, say("complaints")), text(complaints, "lines")],
    buttons(button(say("back"), next, "quiet")));
}
