// The few words that are said before a brief is open, in English and German. All others come in it.

const EARLY = {
  en: {
    page: "A page for you",
    again: "Try again",
    loading: ["One moment", "Your link is being read."],
    none: ["Nothing is open here", "This page is opened by the link that you were given in your session."],
    incomplete: ["This link is not complete", "Perhaps a part of it was left out when it was copied. Please open it once more, or type it as a whole."],
    gone: ["This link does not open any more", "Ask for a new one in your next session. What you sent before is kept."],
    unreachable: ["There is no connection just now", "It is tried again by itself. You can leave this page open."],
    altered: ["This cannot be opened", "What came back does not belong to your link. In a hotel or café you may have to sign in to the network first. Nothing was sent."],
    outside: ["This link is not open now", "Ask for a new one in your next session. Please look also whether the date of this device is right."],
    old: ["This browser is too old", "It cannot seal what you write. Please open the link in a current browser, or ask in the practice for the sheet of paper or the device there."],
  },
  de: {
    page: "Eine Seite für Sie",
    again: "Noch einmal versuchen",
    loading: ["Einen Moment", "Ihr Link wird gelesen."],
    none: ["Hier ist nichts geöffnet", "Diese Seite öffnet sich mit dem Link, den Sie in der Sitzung bekommen haben."],
    incomplete: ["Dieser Link ist nicht vollständig", "Vielleicht ist beim Kopieren etwas weggefallen. Bitte öffnen Sie ihn noch einmal, oder tippen Sie ihn ganz ab."],
    gone: ["Dieser Link öffnet nicht mehr", "Bitten Sie in der nächsten Sitzung um einen neuen. Was Sie schon gesendet haben, bleibt erhalten."],
    unreachable: ["Gerade gibt es keine Verbindung", "Es wird von selbst noch einmal versucht. Sie können diese Seite offen lassen."],
    altered: ["Das lässt sich nicht öffnen", "Was zurückkam, gehört nicht zu Ihrem Link. In einem Hotel oder Café müssen Sie sich vielleicht erst im Netz anmelden. Es wurde nichts gesendet."],
    outside: ["Dieser Link ist jetzt nicht offen", "Bitten Sie in der nächsten Sitzung um einen neuen. Sehen Sie bitte auch nach, ob das Datum dieses Geräts stimmt."],
    old: ["Dieser Browser ist zu alt", "Er kann nicht versiegeln, was Sie schreiben. Bitte öffnen Sie den Link in einem aktuellen Browser, oder fragen Sie in der Praxis nach dem Blatt Papier oder dem Gerät dort."],
  },
};
const earlyLanguage = () => (navigator.language.startsWith("de") ? "de" : "en");

function showEarly(kind, ...more) {
  const words = EARLY[earlyLanguage()];
  document.documentElement.lang = earlyLanguage();
  document.title = words.page;
  show(words[kind][0], text(words[kind][1]), more);
}
