// The invitation in the link, and the brief that it opens: what may be asked, and in which words.

const BRIEF_SIZES = [8192, 16384, 32768, 65536];
const BRIEF_HEAD = 9;

// Why nothing can be shown; each kind has a page of its own (words.js).
class Trouble extends Error {}

// The secret leaves the address bar and the list of pages at once.
function takeFragment() {
  const found = location.hash;
  history.replaceState(null, "", location.pathname + location.search);
  return found;
}

async function invitationFrom(fragment) {
  if (!fragment) throw new Trouble("none");
  const found = /^#i=([\w-]{43})$/.exec(fragment);
  if (!found) throw new Trouble("incomplete");
  const start = await extract(NOTHING, fromBase64(found[1] + "="));
  const derived = (what, length) => expand(start, utf8(`lacrima/1/invitation ${what}`), length);
  const name = await derived("name", 16);
  return { name, hexName: hex(name), briefKey: await derived("brief", 32), psk: await derived("letter", 32) };
}

async function canSeal() {
  try {
    new DecompressionStream("deflate-raw");
    await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    return Boolean(navigator.sendBeacon && AbortSignal.timeout && [].at);
  } catch {
    return false;
  }
}

// How the relay is asked: without a cookie, the address of this page, or anything out of a memory.
const LONGEST_WAIT_MS = 30_000;
const quietly = () => ({
  cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error",
  signal: AbortSignal.timeout(LONGEST_WAIT_MS),
});

async function fetchBrief(relay, invitation) {
  try {
    const answer = await fetch(`${relay}/v1/briefs/${invitation.hexName}`, quietly());
    if (answer.status === 404) throw new Trouble("gone");
    if (!answer.ok) throw new Trouble("unreachable");
    return new Uint8Array(await answer.arrayBuffer());
  } catch (trouble) {
    throw trouble instanceof Trouble ? trouble : new Trouble("unreachable");
  }
}

// The brief, and the digest to which letters are bound. Anything that does not fit is refused alike.
async function openBrief(file, invitation) {
  try {
    const plain = await unsealedBrief(file, invitation);
    const json = await inflated(plain.subarray(4, 4 + numberAt(plain, 0)));
    const brief = JSON.parse(textOf(json));
    if (brief.v !== 1 || brief.number !== numberAt(file, 5)) throw new Trouble("altered");
    return { brief, digest: await sha256(json) };
  } catch {
    throw new Trouble("altered");
  }
}

async function unsealedBrief(file, invitation) {
  const isOurs = BRIEF_SIZES.includes(file.length) && textOf(file.subarray(0, 4)) === "LBRF" && file[4] === 1;
  if (!isOurs) throw new Trouble("altered");
  const key = await crypto.subtle.importKey("raw", invitation.briefKey, "AES-GCM", false, ["decrypt"]);
  const beside = joined(file.subarray(0, BRIEF_HEAD), invitation.name);
  const how = { name: "AES-GCM", iv: file.subarray(BRIEF_HEAD, BRIEF_HEAD + 12), additionalData: beside };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, file.subarray(BRIEF_HEAD + 12)));
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function checkWindow(brief, now) {
  if (now < Date.parse(brief.from) || now > Date.parse(brief.until)) throw new Trouble("outside");
}
