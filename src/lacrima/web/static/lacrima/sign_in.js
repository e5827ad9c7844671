// Passkeys that sign somebody in. Without script the forms stay hidden, and a code does the same.
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (asked) => {
    const options = { ...asked.publicKey, challenge: toBytes(asked.publicKey.challenge) };
    for (const name of ["allowCredentials", "excludeCredentials"])
      if (options[name]) options[name] = options[name].map((one) => ({ ...one, id: toBytes(one.id) }));
    if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
    return options;
  };
  const optionsOf = async (form) => {
    if (!form.dataset.optionsAt) return JSON.parse(document.getElementById("webauthn-options").textContent);
    const answer = await fetch(form.dataset.optionsAt, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  };
  const asText = (credential) => {
    const said = credential.response;
    const response = { clientDataJSON: toText(said.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (said[name]) response[name] = toText(said[name]);
    return JSON.stringify({
      id: credential.id, rawId: toText(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };
  const offer = (form) => {
    if (!window.PublicKeyCredential) return;
    form.hidden = false;
    const said = form.querySelector("[data-webauthn-said]");
    form.addEventListener("submit", async (event) => {
      if (form.dataset.answered) return;
      event.preventDefault();
      said.hidden = true;
      try {
        const publicKey = withBytes(await optionsOf(form));
        const credential = form.dataset.webauthn === "make"
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
        form.elements.credential.value = asText(credential);
        form.dataset.answered = "yes"; // a field that was empty may hold the word null
        form.requestSubmit();
      } catch {
        said.hidden = false;
      }
    });
  };
  document.querySelectorAll("form[data-webauthn]").forEach(offer);
})();
