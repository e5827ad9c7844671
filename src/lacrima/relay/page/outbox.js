// Sending: one sealed letter waits in memory, until the relay says that it has it.
//
// A letter is sealed anew after each page that was answered, and holds all pages so far. It is sent
// after every questionnaire, when nothing more is asked, and when the page is left or hidden; never
// because of what was answered: else the relay could count letters and learn that something stood
// out. The same bytes keep their id, so that what is sent twice is kept once.

const LONGEST_PAUSE_S = 60;
const outbox = { letter: null, onTheWay: null, isWanted: false, isLost: false, tries: 0, timer: 0 };

const isUnsent = () => Boolean(outbox.letter && !outbox.letter.isSent);
const addressOf = (letter) => `${visit.relay}/v1/letters/${visit.invitation.hexName}/${letter.id}`;

// Seal all that was told so far; false when it is too long.
async function sealAnew() {
  const letter = await sealedLetter(visit);
  if (!letter) return false;
  outbox.letter = letter;
  if (document.visibilityState === "hidden") sendOnLeaving();
  return true;
}

// Send what waits. Whoever awaits this knows afterwards whether it went.
function send() {
  clearTimeout(outbox.timer);
  outbox.isWanted = true;
  outbox.onTheWay ||= sendAll().finally(() => (outbox.onTheWay = null));
  return outbox.onTheWay;
}

async function sendAll() {
  while (outbox.isWanted && isUnsent() && !outbox.isLost) {
    outbox.isWanted = false;
    const letter = outbox.letter;
    sayState("sending");
    await follow(letter, await statusOf(letter));
  }
}

async function statusOf(letter) {
  try {
    const sent = { ...quietly(), method: "POST", body: new Blob([letter.bytes]) };
    return (await fetch(addressOf(letter), sent)).status;
  } catch {
    return 0;
  }
}

async function follow(letter, status) {
  if (!visit) return;
  if (status === 201 || status === 200) {
    letter.isSent = true;
    outbox.tries = 0;
    sayState("sent");
  } else if (status === 404) {
    outbox.isLost = true;
    sayState("lost");
  } else {
    if (status === 409) await sealAnew(); // the id was taken, however unlikely
    tryLater();
  }
}

function tryLater() {
  outbox.tries += 1;
  outbox.timer = setTimeout(send, Math.min(2 ** outbox.tries, LONGEST_PAUSE_S) * 1000);
  sayState(navigator.onLine ? "waiting" : "offline");
}

// Nothing can be waited for now. Whether it arrived is not told: it is sent once more, under the
// same id, should the page be shown again.
function sendOnLeaving() {
  if (isUnsent() && !outbox.isLost) navigator.sendBeacon(addressOf(outbox.letter), new Blob([outbox.letter.bytes]));
}

const isHeldUp = () => isUnsent() && !outbox.isLost && (outbox.tries > 0 || !navigator.onLine);

function watchLeaving() {
  addEventListener("online", () => isUnsent() && send());
  addEventListener("pagehide", sendOnLeaving);
  addEventListener("beforeunload", (event) => isHeldUp() && event.preventDefault());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sendOnLeaving();
    else if (isUnsent()) send();
  });
}
