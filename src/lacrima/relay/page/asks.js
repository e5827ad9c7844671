// What is asked now: practice/door_asking.py, line by line, and held to it by tests.
// Moments are milliseconds; days are texts such as 2026-03-10, in the practice's time zone.

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const USUAL_LENGTH_MIN = 50, ASKED_DAYS = 7, SECOND_AFTER = 24 * HOUR, SECOND_AT_MOST = 8 * DAY;
const formatters = {};

// The clock on the wall there, as if it were a moment of its own.
function wallClock(moment, zone) {
  const two = "2-digit";
  formatters[zone] ||= new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: two, day: two, hour: two, minute: two, second: two,
  });
  const told = {};
  for (const { type, value } of formatters[zone].formatToParts(moment)) told[type] = Number(value);
  return Date.UTC(told.year, told.month - 1, told.day, told.hour, told.minute, told.second);
}

const offsetAt = (moment, zone) => wallClock(moment, zone) - Math.floor(moment / 1000) * 1000;
const dayOf = (moment, zone) => new Date(wallClock(moment, zone)).toISOString().slice(0, 10);

// When the wall shows this. An hour that comes twice is the first of the two; one that is left out
// is read by the clock before the change: as Python does.
function momentOf(wall, zone) {
  const before = wall - offsetAt(wall - DAY, zone);
  if (before + offsetAt(before, zone) === wall) return before;
  const after = wall - offsetAt(wall + DAY, zone);
  return after + offsetAt(after, zone) === wall ? after : before;
}

const startOf = (met) => Date.parse(met.start);
const endOf = (met) => startOf(met) + (met.length_min || USUAL_LENGTH_MIN) * MINUTE;

function isQuiet(settled, today) {
  const isPaused = settled.paused_until && today <= settled.paused_until;
  const isOver = settled.ask_until && today > settled.ask_until;
  return Boolean(settled.is_stopped || isPaused || isOver);
}

function asksNow({ settled, met, given, filled, zone }, now) {
  if (isQuiet(settled, dayOf(now, zone))) return [];
  const past = met.filter((one) => endOf(one) <= now);
  return [
    ...settled.forms.filter((form) => isDue(form, filled, now)).map(({ slug }) => ({ kind: "form", slug })),
    ...twoQuestions(settled, past, given, zone, now),
    ...ofWhatWasMentioned(settled, past, given, zone, now),
  ];
}

const isDue = ({ slug, every_days }, filled, now) =>
  !(slug in filled) || now - Date.parse(filled[slug]) >= every_days * DAY - 12 * HOUR;

function twoQuestions(settled, past, given, zone, now) {
  const last = past.at(-1);
  if (!last || (past.length - 1) % settled.every_sessions) return [];
  const isAnswered = given.some((one) => one.session === last.session && one.step === "asked");
  if (isAnswered || now - endOf(last) > ASKED_DAYS * DAY) return [];
  return [{ ...askOf("asked", last, zone), isLast: Boolean(settled.ask_until) }];
}

function ofWhatWasMentioned(settled, past, given, zone, now) {
  return given.flatMap((mention) => {
    const session = past.find((one) => one.session === mention.session);
    if (mention.step !== "asked" || !mention.stood_out.length || !session) return [];
    const told = given.filter((one) => one.session === mention.session);
    const step = stepNow(settled, session, mention, told, zone, now);
    return step ? [{ ...askOf(step, session, zone), stoodOut: mention.stood_out }] : [];
  });
}

// The first impression from that evening on; second thoughts one to three days later.
function stepNow(settled, session, mention, told, zone, now) {
  const last = (step) => told.filter((one) => one.step === step).at(-1);
  if (last("second")) return null;
  const first = last("first");
  const evening = eveningOf(session, settled.evening_hour, zone);
  const mentioned = Date.parse(mention.at);
  const isByWall = !first && evening.wall !== undefined && evening.moment >= mentioned;
  const from = first ? Date.parse(first.at) : Math.max(evening.moment, mentioned);
  // A day after an hour on the wall is the same hour, also when the clocks change in between.
  const later = (span) => (isByWall ? momentOf(evening.wall + span, zone) : from + span);
  const secondFrom = later(SECOND_AFTER);
  if (secondFrom <= now && now <= later(SECOND_AFTER + SECOND_AT_MOST)) return "second";
  return !first && evening.moment <= now && now < secondFrom ? "first" : null;
}

// The hour that the client chose, on the day of the session; the end of a later session.
function eveningOf(session, hour, zone) {
  const wall = Date.parse(dayOf(startOf(session), zone)) + hour * HOUR;
  const moment = momentOf(wall, zone);
  return moment >= endOf(session) ? { moment, wall } : { moment: endOf(session) };
}

const askOf = (kind, met, zone) => ({
  kind, session: met.session, number: met.number, day: dayOf(startOf(met), zone), stoodOut: [],
});
