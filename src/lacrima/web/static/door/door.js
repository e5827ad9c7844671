// The door works without this. With it, a link opens by its fragment, which no server ever sees.
"use strict";
(() => {
  const form = document.querySelector("[data-come-in]");
  const found = /^#t=([\w-]{20,100})$/.exec(location.hash);
  if (form && found) {
    history.replaceState(null, "", location.pathname);
    form.hidden = true;
    document.querySelector("[data-by-link]").hidden = false;
    form.elements.opener.value = found[1];
    form.submit();
  }
  // Leaving takes the place of this page in the list of pages, so that "back" does not return here.
  const leave = document.querySelector("[data-leave]");
  if (leave) leave.form.addEventListener("submit", () => {
    document.body.hidden = true;
    history.replaceState(null, "", location.pathname);
  });
})();
