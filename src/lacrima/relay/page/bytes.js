// Bytes: put together, written as text and read again, hashed.

const utf8 = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

// A number in so many bytes, the highest first; and the four bytes at a place as a number.
const inBytes = (number, length) =>
  Uint8Array.from({ length }, (_, place) => (number / 256 ** (length - 1 - place)) & 255);
const numberAt = (bytes, place) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(place);

const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

// A length, the text, and zeros up to the smallest of the sizes that holds it; null: none does.
function padded(plain, outside, sizes) {
  const size = sizes.find((one) => one >= outside + 4 + plain.length);
  return size ? joined(inBytes(plain.length, 4), plain, new Uint8Array(size - outside - 4 - plain.length)) : null;
}
