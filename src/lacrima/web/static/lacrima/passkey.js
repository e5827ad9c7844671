// A passkey opens the day's quick lock, or in a clinic somebody's own things, by its PRF output. Without PRF the form stays hidden.
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const prfOf = (credential) => credential.getClientExtensionResults().prf?.results?.first;
  const askPasskey = (form, ids) => navigator.credentials.get({ publicKey: {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    rpId: location.hostname,
    allowCredentials: ids.map((id) => ({ type: "public-key", id })),
    userVerification: "required",
    extensions: { prf: { eval: { first: toBytes(form.dataset.salt) } } },
  } });
  const makePasskey = (form) => navigator.credentials.create({ publicKey: {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    rp: { id: location.hostname, name: form.dataset.rpName },
    user: { id: crypto.getRandomValues(new Uint8Array(16)), name: form.dataset.userName,
            displayName: form.dataset.userName },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
    authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
    extensions: { prf: { eval: { first: toBytes(form.dataset.salt) } } },
  } });
  const usePasskey = async (form) => {
    const arming = form.dataset.passkey === "arm";
    let credential = arming ? await makePasskey(form) : await askPasskey(form, form.dataset.credential.split(" ").map(toBytes));
    const id = credential.rawId;
    if (arming && !prfOf(credential)) credential = await askPasskey(form, [id]);
    if (!prfOf(credential)) throw new Error("no prf");
    form.elements.credential_id.value = toText(id);
    form.elements.prf_output.value = toText(prfOf(credential));
  };
  const offerPasskey = async (form) => {
    const can = await window.PublicKeyCredential?.getClientCapabilities?.();
    if (!window.PublicKeyCredential || can?.["extension:prf"] === false) return;
    form.hidden = false;
    const said = form.querySelector("[data-passkey-said]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.prf_output.value) return;
      event.preventDefault();
      if (said) said.hidden = true;
      try {
        await usePasskey(form);
        form.requestSubmit();
      } catch {
        if (said) said.hidden = false;
      }
    });
  };
  document.querySelectorAll("form[data-passkey]").forEach(offerPasskey);
})();
