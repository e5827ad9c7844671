// A receipt code: has it arrived, take it back, write it anew.

const CODE_FIELD = {
  id: "code", name: "code", maxlength: "20", autocapitalize: "characters", spellcheck: "false",
  autocomplete: "off", required: true,
};

function receipts() {
  const look = async (sent) => {
    const code = codeFrom(sent.code.value);
    if (!code) return refuse("code_wrong");
    return go(takeBack, await sittingOf(code));
  };
  show(say("have_code"), form(look,
    labelled("code", say("code"), make("input", CODE_FIELD)),
    refusal(),
    buttons(make("button", {}, say("look")), button(say("back"), next, "quiet"))));
}

function takeBack(sitting) {
  const take = async (then) => (await tell({ kind: "take_back", sitting })) && go(then);
  show(say("take_back_title"), text(hasArrived(sitting)), text(say("taking_back")), text(say("forms_stay"), "small"),
    buttons(button(say("take_back"), () => take(takenBack)),
      button(say("take_back_anew"), () => take(anew), "quiet"),
      button(say("do_not"), next, "quiet")));
}

function hasArrived(sitting) {
  const at = visit.brief.arrived[sitting];
  return at ? say("arrived", { day: saidDay(dayOf(Date.parse(at), visit.brief.zone)) }) : say("not_arrived");
}

function takenBack() {
  send();
  show(say("done"), text(say("taken_back")), receipt(), buttons(button(say("to_questions"), next, "quiet")));
}

// What to write anew: the latest sessions, and words of one's own. It goes in one letter.
function anew() {
  const past = visit.brief.met.filter((one) => endOf(one) <= Date.now()).slice(-3).reverse();
  const again = () => go(anew);
  const choices = past.flatMap((met) => {
    const day = { day: saidDay(dayOf(startOf(met), visit.brief.zone)) };
    const asked = askOf("asked", met, visit.brief.zone);
    return [
      link(say("anew_asked", day), () => go(questions, asked, again)),
      link(say("anew_moment", day), () => go(questions, momentAsk(met.session, ["me", "therapist"]), again)),
    ];
  });
  const all = [...choices, link(say("write"), () => go(statement, again))];
  show(say("anew_title"), text(say("taken_back")),
    make("ul", { class: "plain" }, all.map((one) => make("li", {}, one))),
    buttons(button(say("anew_done"), next)));
}
