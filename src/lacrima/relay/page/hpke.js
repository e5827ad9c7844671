// HPKE (RFC 9180) for one message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// Held to the RFC's own test vectors, which name their cipher and give the key that is used once.

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const NOTHING = new Uint8Array(0);
const KEM = Uint8Array.of(0, 16);
const AES_256_GCM = { id: 2, keyBytes: 32 };

async function hmac(key, ...parts) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, joined(...parts)));
}

// HKDF. An empty salt is as many zeros as the hash is long; browsers take no empty key.
const extract = (salt, secret) => hmac(salt.length ? salt : new Uint8Array(32), secret);
const expand = async (key, info, length) => (await hmac(key, info, Uint8Array.of(1))).slice(0, length);

const labelledExtract = (suite, salt, label, secret) =>
  extract(salt, joined(utf8("HPKE-v1"), suite, utf8(label), secret));
const labelledExpand = (suite, key, label, info, length) =>
  expand(key, joined(inBytes(length, 2), utf8("HPKE-v1"), suite, utf8(label), info), length);

// Encap of section 4.1: what is sent along, and the secret that only the recipient finds too.
async function encapsulated(recipient, once) {
  const pair = once || (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const there = await crypto.subtle.importKey("raw", recipient, CURVE, false, []);
  const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: there }, pair.privateKey, 256);
  const along = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const suite = joined(utf8("KEM"), KEM);
  const start = await labelledExtract(suite, NOTHING, "eae_prk", new Uint8Array(bits));
  const shared = await labelledExpand(suite, start, "shared_secret", joined(along, recipient), 32);
  return { along, shared };
}

// KeySchedule of section 5.1: mode 1 with a pre-shared key, else mode 0.
async function keyAndNonce(shared, { info, psk = NOTHING, pskId = NOTHING, cipher = AES_256_GCM }) {
  const suite = joined(utf8("HPKE"), KEM, Uint8Array.of(0, 1, 0, cipher.id));
  const context = joined(
    Uint8Array.of(psk.length ? 1 : 0),
    await labelledExtract(suite, NOTHING, "psk_id_hash", pskId),
    await labelledExtract(suite, NOTHING, "info_hash", info),
  );
  const secret = await labelledExtract(suite, shared, "secret", psk);
  return {
    key: await labelledExpand(suite, secret, "key", context, cipher.keyBytes),
    nonce: await labelledExpand(suite, secret, "base_nonce", context, 12),
  };
}

// The encapsulated key (65 bytes), then text and tag. `bound.beside` is covered, not sealed.
async function hpkeSeal(plain, recipient, bound) {
  const { along, shared } = await encapsulated(recipient, bound.once);
  const { key, nonce } = await keyAndNonce(shared, bound);
  const made = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: bound.beside };
  return joined(along, new Uint8Array(await crypto.subtle.encrypt(how, made, plain)));
}
