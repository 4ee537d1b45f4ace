"use strict";
/* The SPARQL editor: the stored questions open as tabs; prefixes and terms are completed from this server. */

const KG = "https://w3id.org/marrowkg/";

function completer(terms) {
  const folded = terms.map((term) => [term, `${term.curie} ${term.label} ${term.synonyms}`.toLowerCase()]);
  const byCurie = new Map(terms.map((term) => [term.curie, term]));
  const typed = (token) => token.string.toLowerCase().replace(/^mkg:/, "").trim();
  return {
    name: "terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition(yasqe) {
      const token = yasqe.getCompleteToken();
      if (/^[?$<"'#]/.test(token.string) || token.type === "comment" || token.type === "keyword") return false;
      return typed(token).length >= 3 || /^mkg:/.test(token.string);
    },
    get(_yasqe, token) {
      const wanted = typed(token);
      const rank = (term) => {
        const names = [term.curie.replace("mkg:", ""), term.label, ...term.synonyms.split("; ")].map((n) => n.toLowerCase());
        return names.includes(wanted) ? 0 : names.some((name) => name.startsWith(wanted)) ? 1 : 2;
      };
      return folded
        .filter(([, text]) => text.includes(wanted))
        .map(([term]) => [rank(term), term])
        .sort(([a, one], [b, other]) => a - b || one.label.length - other.label.length)
        .map(([, term]) => term)
        .slice(0, 60)
        .map((term) => term.curie);
    },
    postprocessHints(_yasqe, hints) {
      return hints.map((hint) => {
        const term = byCurie.get(hint.text);
        const also = term.synonyms ? ` (${term.synonyms})` : "";
        return { ...hint, displayText: `${term.curie}   ${term.label}${also}` };
      });
    },
  };
}

function tabOf(query) {
  // what the header says stands above the editor
  const lines = query.sparql.split("\n").filter((line) => !line.startsWith("#+"));
  return {
    name: query.name,
    yasqe: { value: lines.join("\n") },
    yasr: { settings: { selectedPlugin: "table", pluginsConfig: { table: { compact: true, isEllipsed: false } } } },
  };
}

function asked(query) {
  // parameters stand in braces
  return query.question.split(/[{}]/).map((part, index) => {
    const element = document.createElement(index % 2 ? "i" : "span");
    element.textContent = part.replaceAll("_", " ");
    return element;
  });
}

function drawQuestions(queries, open) {
  const list = document.getElementById("questions");
  const groups = new Map();
  for (const query of queries) {
    const tag = query.tags[0] || "other";
    groups.set(tag, [...(groups.get(tag) || []), query]);
  }
  for (const [tag, members] of [...groups].sort()) {
    const group = document.createElement("div");
    const heading = document.createElement("h2");
    heading.textContent = tag;
    const items = document.createElement("ul");
    for (const query of members) {
      const button = document.createElement("button");
      button.append(...asked(query));
      button.title = query.description;
      button.dataset.name = query.name;
      button.addEventListener("click", () => open(query));
      const item = document.createElement("li");
      item.append(button);
      items.append(item);
    }
    group.append(heading, items);
    list.append(group);
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const button of list.querySelectorAll("button")) {
      const text = `${button.textContent} ${button.title} ${button.dataset.name}`.toLowerCase();
      button.parentElement.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of list.children) group.hidden = !group.querySelector("li:not([hidden])");
  });
}

function showAbout(query) {
  const about = document.getElementById("about");
  about.hidden = !query;
  about.replaceChildren();
  if (query) {
    const question = document.createElement("b");
    question.append(...asked(query));
    about.append(question, query.description);
  }
  for (const button of document.querySelectorAll("#questions button"))
    button.setAttribute("aria-current", String(Boolean(query) && button.dataset.name === query.name));
}

async function start() {
  const get = (path) => fetch(path, { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  const [queries, terms] = await Promise.all([get("/answers"), get("/vocabulary.json")]);
  const byName = new Map(queries.map((query) => [query.name, query]));

  Yasgui.Yasqe.defaults.prefixCcApi = "/prefixes.json";
  Yasgui.Yasqe.defaults.autocompleters = ["variables", "prefixes"];
  Yasgui.Yasqe.defaults.persistenceId = null;
  Yasgui.Yasqe.defaults.editorHeight = "340px";
  Yasgui.Yasqe.registerAutocompleter(completer(terms));

  const endpoint = new URL("/sparql", location.href).href;
  const yasgui = new Yasgui(document.getElementById("yasgui"), {
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
    copyEndpointOnNewTab: false,
    persistenceId: null,
    autofocus: false,
    autoAddOnInit: false,
  });
  const tabs = new Map();
  const open = (query) => {
    const tab = tabs.get(query.name);
    if (tab && yasgui.getTab(tab.getId())) {
      yasgui.selectTabId(tab.getId());
    } else {
      const added = yasgui.addTab(true, tabOf(query));
      tabs.set(query.name, added);
      added.query().catch(() => {});
    }
    showAbout(query);
  };
  drawQuestions(queries, open);
  yasgui.on("tabSelect", (_, id) => showAbout(byName.get(yasgui.getTab(id)?.getName())));
  document.getElementById("yasgui").addEventListener("click", (event) => {
    const link = event.target.closest("a.iri");
    if (!link || !link.href.startsWith(KG)) return;
    event.preventDefault();
    window.open("/" + link.href.slice(KG.length), "_blank", "noopener");
  });
  const first = location.hash.startsWith("#") ? byName.get(decodeURIComponent(location.hash.slice(1))) : undefined;
  if (first || !yasgui.getTab()) open(first || byName.get("conditions-presenting-with") || queries[0]);
}

start().catch((error) => {
  const about = document.getElementById("about");
  about.hidden = false;
  about.textContent = `The editor could not start: ${error.message}`;
});
