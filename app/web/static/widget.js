/* Smezhnik: search, suggestions and counters for any page. Apache-2.0. No cookies, no third parties. */
const HOME = new URL(import.meta.url).origin;
const PATIENCE = 15000;
const TEXTS = {
  ru: {
    label: "Что вам нужно или что вы умеете", need: "Нужно", capability: "Умею", kind: "Это", submit: "Найти партнёров",
    wait: "Ищем…", none: "Никого не нашлось.", short: "Напишите хотя бы два знака.", found: "Найдено партнёров: ",
    slow: "Сервис не ответил вовремя. Попробуйте ещё раз.", away: "Сервис сейчас недоступен. Попробуйте позже.",
    refused: "Этому сайту нельзя обращаться к сервису: проверьте ключ и его адреса.", many: "Слишком много запросов. Подождите минуту.",
    wrong: "Запрос не понят. Напишите иначе.", open: "Открыть на сайте Смежника",
    strong: "Сильное совпадение", good: "Хорошее совпадение", possible: "Возможное совпадение",
    organisations: "организаций", regions: "регионов", countries: "стран", capabilities: "возможностей", needs: "потребностей",
  },
  en: {
    label: "What you need or can do", need: "A need", capability: "A capability", kind: "This is", submit: "Find partners",
    wait: "Searching…", none: "Nobody found.", short: "Write at least two characters.", found: "Partners found: ",
    slow: "The service did not answer in time. Please try again.", away: "The service is away just now. Please try later.",
    refused: "This site may not ask the service: check the key and its addresses.", many: "Too many requests. Wait a minute.",
    wrong: "The question was not understood. Put it otherwise.", open: "Open on Smezhnik's site",
    strong: "Strong match", good: "Good match", possible: "Possible match",
    organisations: "organisations", regions: "regions", countries: "countries", capabilities: "capabilities", needs: "needs",
  },
};
const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
:host { display: block; font: var(--smezhnik-font, inherit); color: var(--smezhnik-ink, #14212b); }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
form { display: grid; gap: .6em; }
label { font-weight: 600; }
input[type=search] { font: inherit; color: inherit; width: 100%; padding: .6em .8em; border: 1px solid #6f808c; border-radius: var(--smezhnik-round, 8px); background: #fff; }
.row { display: flex; gap: .6em; flex-wrap: wrap; }
.row input { flex: 1 1 14em; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; gap: 1.2em; flex-wrap: wrap; }
fieldset label { font-weight: 400; }
legend { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
button { font: inherit; font-weight: 600; color: var(--smezhnik-on-accent, #fff); background: var(--smezhnik-accent, #0b4a6f); border: 0; border-radius: var(--smezhnik-round, 8px); padding: .6em 1.2em; cursor: pointer; }
:focus-visible { outline: 3px solid #f0a030; outline-offset: 2px; }
p { margin: .5em 0; }
ol, dl { list-style: none; margin: .8em 0 0; padding: 0; display: grid; gap: .7em; }
li { border: 1px solid var(--smezhnik-line, #d9e0e6); border-radius: var(--smezhnik-round, 8px); padding: .8em 1em; background: var(--smezhnik-paper, #fff); }
a { color: var(--smezhnik-accent, #0b4a6f); font-weight: 600; }
small { color: var(--smezhnik-soft, #51606c); font-size: .9em; }
dl { grid-template-columns: repeat(auto-fit, minmax(8em, 1fr)); }
dl div { display: flex; flex-direction: column-reverse; }
dd { margin: 0; font-size: 1.7em; font-weight: 700; line-height: 1.1; }
`);

const make = (tag, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties);
  if (properties.part) element.setAttribute("part", properties.part);
  element.append(...inside);
  return element;
};

class Trouble extends Error {}

class Element extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [STYLE];
  }

  get lang2() {
    const said = this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang") || "ru";
    return said.toLowerCase().startsWith("en") ? "en" : "ru";
  }

  get words() { return TEXTS[this.lang2]; }

  get home() { return (this.getAttribute("api") || HOME).replace(/\/+$/, ""); }

  connectedCallback() {
    if (this.status) return;
    this.status = make("p", { role: "status", part: "status" });
    this.status.setAttribute("aria-live", "polite");
    this.results = make("div", { part: "results" });
    this.draw();
  }

  disconnectedCallback() { this.running?.abort(); }

  async ask(path, body) {
    this.running?.abort();
    const running = this.running = new AbortController();
    const late = setTimeout(() => running.abort("late"), Number(this.getAttribute("timeout")) || PATIENCE);
    const headers = { Accept: "application/json", "Accept-Language": this.lang2 };
    const key = this.getAttribute("key");
    if (key) headers.Authorization = `Bearer ${key}`;
    if (body) headers["Content-Type"] = "application/json";
    try {
      const options = { headers, signal: running.signal, credentials: "omit", referrerPolicy: "origin" };
      const answer = await fetch(this.home + path, body ? { ...options, method: "POST", body: JSON.stringify(body) } : options);
      if (answer.ok) return await answer.json();
      const word = { 401: "refused", 403: "refused", 404: "none", 422: "wrong", 429: "many" }[answer.status];
      throw new Trouble(this.words[word || "away"]);
    } catch (error) {
      if (error instanceof Trouble) throw error;
      if (running.signal.aborted && running.signal.reason !== "late") return null;
      throw new Trouble(this.words[running.signal.aborted ? "slow" : "away"]);
    } finally { clearTimeout(late); }
  }

  async show(path, body, draw) {
    this.results.replaceChildren();
    this.status.textContent = this.words.wait;
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await this.ask(path, body);
      if (!answer) return;
      this.status.textContent = "";
      draw(answer);
    } catch (error) {
      this.status.textContent = error.message;
    }
    this.removeAttribute("aria-busy");
  }

  list(answer) {
    const words = this.words;
    if (!answer.items.length) {
      this.status.textContent = answer.advice || words.none;
      return;
    }
    this.status.textContent = words.found + answer.items.length;
    this.results.append(make("ol", { part: "list" }, ...answer.items.map((item) => this.card(item))));
  }

  card({ organisation, strength, pairs }) {
    const name = organisation.anonymous
      ? make("strong", { textContent: organisation.name, part: "name" })
      : make("a", { textContent: organisation.name, part: "name", target: "_blank", rel: "noopener", href: `${this.home}/${this.lang2}/organisations/${encodeURIComponent(organisation.id)}` });
    const place = make("small", { textContent: ` ${organisation.city || ""} · ${this.words[strength]}`, part: "place" });
    return make("li", { part: "card" }, name, place, ...pairs.slice(0, 1).flatMap((pair) => [
      make("p", { textContent: pair.theirs.title || pair.theirs.text, part: "title" }),
      make("small", { textContent: pair.sentence, part: "reason" }),
    ]));
  }
}

class Search extends Element {
  draw() {
    const words = this.words;
    const input = make("input", { type: "search", id: "q", name: "q", maxLength: 2000, required: true, minLength: 2, autocomplete: "off", part: "input" });
    const kinds = ["need", "capability"].map((kind, at) => make("label", {},
      make("input", { type: "radio", name: "kind", value: kind, checked: !at }), ` ${words[kind]}`));
    const form = make("form", { noValidate: true, part: "form" },
      make("label", { htmlFor: "q", textContent: words.label, part: "label" }),
      make("div", { className: "row" }, input, make("button", { type: "submit", textContent: words.submit, part: "button" })),
      make("fieldset", {}, make("legend", { textContent: words.kind }), ...kinds));
    form.setAttribute("role", "search");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text.length < 2) {
        this.status.textContent = words.short;
        input.focus();
        return;
      }
      const limit = Number(this.getAttribute("limit")) || 5;
      this.show("/v1/suggestions/search", { text, kind_of_text: new FormData(form).get("kind"), limit }, (answer) => this.list(answer));
    });
    this.shadowRoot.append(form, this.status, this.results);
  }
}

class Suggestions extends Element {
  draw() {
    this.shadowRoot.append(this.status, this.results);
    const id = encodeURIComponent(this.getAttribute("organisation") || "");
    const limit = Number(this.getAttribute("limit")) || 5;
    this.show(`/v1/organisations/${id}/suggestions?limit=${limit}`, null, (answer) => this.list(answer));
  }
}

class Counters extends Element {
  draw() {
    this.shadowRoot.append(this.status, this.results);
    this.show("/v1/statistics", null, ({ totals }) => {
      const entries = ["organisations", "regions", "countries", "capabilities", "needs"].map((name) => make("div", { part: "counter" },
        make("dt", { textContent: this.words[name] }), make("dd", { textContent: totals[name].toLocaleString(this.lang2) })));
      this.results.append(make("dl", {}, ...entries));
    });
  }
}

for (const [name, kind] of [["search", Search], ["suggestions", Suggestions], ["counters", Counters]]) {
  if (!customElements.get(`smezhnik-${name}`)) customElements.define(`smezhnik-${name}`, kind);
}
