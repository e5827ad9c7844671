// The few words that are said before a brief is open, in English and German. All others come in it.

const EARLY = {
  en: {
    page: "A page for you",
    again: "Try again",
    loading: ["One moment", "Your link is being read."],
    none: ["Nothing is open here", "The link from your session opens this page."],
    incomplete: ["This link is not complete", "Perhaps a part was lost in copying. Please open it once more."],
    gone: ["This link does not open any more", "Ask for a new one in your next session. What you sent is kept."],
    unreachable: ["There is no connection just now", "It is tried again by itself."],
    altered: ["This cannot be opened", "What came back does not belong to your link. In a hotel or café, sign in to the network first. Nothing was sent."],
    outside: ["This link is not open now", "Ask for a new one in your next session. Is the date of this device right?"],
    old: ["This browser is too old", "It cannot seal what you write. Please use a current browser, or ask in the practice for paper or the device there."],
  },
  de: {
    page: "Eine Seite für Sie",
    again: "Noch einmal versuchen",
    loading: ["Einen Moment", "Ihr Link wird gelesen."],
    none: ["Hier ist nichts geöffnet", "Der Link aus Ihrer Sitzung öffnet diese Seite."],
    incomplete: ["Dieser Link ist nicht vollständig", "Vielleicht ging beim Kopieren etwas verloren. Bitte öffnen Sie ihn noch einmal."],
    gone: ["Dieser Link öffnet nicht mehr", "Bitten Sie in der nächsten Sitzung um einen neuen. Gesendetes bleibt erhalten."],
    unreachable: ["Gerade gibt es keine Verbindung", "Es wird von selbst noch einmal versucht."],
    altered: ["Das lässt sich nicht öffnen", "Was zurückkam, gehört nicht zu Ihrem Link. Melden Sie sich in Hotel oder Café zuerst im Netz an. Es wurde nichts gesendet."],
    outside: ["Dieser Link ist jetzt nicht offen", "Bitten Sie in der nächsten Sitzung um einen neuen. Stimmt das Datum dieses Geräts?"],
    old: ["Dieser Browser ist zu alt", "Er kann nicht versiegeln, was Sie schreiben. Bitte nehmen Sie einen aktuellen Browser, oder fragen Sie in der Praxis nach Papier oder dem Gerät dort."],
  },
};
const earlyLanguage = () => (navigator.language.startsWith("de") ? "de" : "en");

function showEarly(kind, ...more) {
  const words = EARLY[earlyLanguage()];
  document.documentElement.lang = earlyLanguage();
  document.title = words.page;
  show(words[kind][0], text(words[kind][1]), more);
}
