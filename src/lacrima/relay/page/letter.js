// Letters: what one stay on the page (a sitting) told so far, sealed for the practice alone.

const SIGNS = "23456789ABCDEFGHJKMNPQRTVWXY";
const LETTER_SIZES = [4096, 16384, 65536];
const AROUND = 65 + 16; // the encapsulated key, and the tag
const MOST_PARTS = 40;

const inSeconds = (moment) => `${new Date(moment).toISOString().slice(0, 19)}Z`;

// A sign for each random byte. The few bytes that would make some signs likelier are left out.
function newCode() {
  let code = "";
  while (code.length < 12) {
    const [byte] = random(1);
    if (byte < 256 - (256 % SIGNS.length)) code += SIGNS[byte % SIGNS.length];
  }
  return code;
}

const inGroups = (code) => code.match(/.{4}/g).join(" ");

// A code as somebody typed it; "" when it is none.
function codeFrom(typed) {
  const code = typed.toUpperCase().replace(/[\s-]/g, "");
  return code.length === 12 && [...code].every((sign) => SIGNS.includes(sign)) ? code : "";
}

const sittingOf = async (code) => hex((await sha256(utf8(`lacrima/1/receipt|${code}`))).subarray(0, 16));

async function newSitting() {
  const code = newCode();
  return { code, id: await sittingOf(code), sequence: 0, parts: [] };
}

const keyId = async (point) => (await sha256(point)).subarray(0, 8);

// The letter as it is sent, with an id of its own; null when it would be too long.
async function sealedLetter({ brief, digest, invitation, language, sitting }) {
  const told = {
    v: 1, sitting: sitting.id, sequence: sitting.sequence + 1, written_at: inSeconds(Date.now()),
    language, parts: sitting.parts,
  };
  const point = fromBase64(brief.public);
  const head = joined(utf8("LLTR"), Uint8Array.of(1), await keyId(point), inBytes(brief.number, 4));
  const plain = padded(utf8(JSON.stringify(told)), head.length + AROUND, LETTER_SIZES);
  if (!plain) return null;
  const id = random(16);
  const bound = {
    info: joined(utf8("lacrima/1/letter"), digest),
    beside: joined(head, invitation.name, id),
    psk: invitation.psk,
    pskId: invitation.name,
  };
  const bytes = joined(head, await hpkeSeal(plain, point, bound));
  sitting.sequence += 1;
  return { id: hex(id), bytes, isSent: false };
}

// For somebody outside the therapy: neither the practice nor its therapist can open it.
async function sealedForKeeper(keeper, step, at, values) {
  const point = fromBase64(keeper.public);
  const head = joined(utf8("LKPR"), Uint8Array.of(1), await keyId(point));
  const told = utf8(JSON.stringify({ v: 1, step, at, values }));
  const plain = padded(told, head.length + AROUND, LETTER_SIZES);
  if (!plain) return null;
  return base64(joined(head, await hpkeSeal(plain, point, { info: utf8("lacrima/1/keeper"), beside: head })));
}
