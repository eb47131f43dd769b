#include "dev/inbox_page.h"

namespace dialproof::dev {

const std::string_view inbox_page = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dialproof inbox</title>
<style>
  :root { color-scheme: light dark; --line: #8886; --soft: #595959; --good: #1b7a44; --bad: #b3263c; }
  @media (prefers-color-scheme: dark) { :root { --soft: #b0b0b0; --good: #5fd08f; --bad: #ff8a98; } }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
  header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; justify-content: space-between; }
  h1 { font-size: 1.3rem; margin: 0; }
  form { display: flex; gap: .5rem; }
  input, button { font: inherit; padding: .3rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; }
  button { cursor: pointer; }
  ol { list-style: none; padding: 0; }
  li { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; margin: .8rem 0; display: grid; grid-template-columns: 1fr auto; gap: .2rem 1rem; }
  li b { font-variant-numeric: tabular-nums; }
  li code { font: 600 1.5rem/1.2 ui-monospace, monospace; letter-spacing: .12em; cursor: copy; }
  li p { margin: 0; grid-column: 1 / -1; }
  li small, #state { color: var(--soft); }
  .delivered { color: var(--good); } .failed { color: var(--bad); }
  #empty { color: var(--soft); padding: 3rem 0; text-align: center; }
</style>
<header>
  <h1>Messages</h1>
  <form id="filter"><label>Number <input id="to" placeholder="+41791234567" autocomplete="off"></label></form>
  <form id="clock"><label>Clock <input id="seconds" type="number" value="60" min="1" style="width:6rem"></label><button>Advance seconds</button></form>
</header>
<p id="state" role="status"></p>
<ol id="list" aria-live="polite"></ol>
<p id="empty">Nothing was sent yet. A message shows up here as soon as it leaves.</p>
<script>
const $ = id => document.getElementById(id);
let shown = "";
function element(tag, text, name) {
  const e = document.createElement(tag);
  e.textContent = text;
  if (name) e.className = name;
  return e;
}
function row(m) {
  const li = document.createElement("li");
  const code = element("code", m.code);
  code.title = "Copy";
  code.onclick = () => navigator.clipboard && navigator.clipboard.writeText(m.code);
  const about = element("small", `${m.service} · ${m.channel} · ${new Date(m.created_at).toLocaleString()} · `);
  about.append(element("span", m.status, m.status));
  const head = document.createElement("div");
  head.append(element("b", m.to), document.createElement("br"), about);
  li.append(head, code, element("p", m.text));
  return li;
}
async function look() {
  try {
    const to = $("to").value.trim();
    const answer = await fetch("/dev/messages" + (to ? "?to=" + encodeURIComponent(to) : ""));
    const body = await answer.text();
    if (!answer.ok) { $("state").textContent = JSON.parse(body).error.message; }
    else {
      $("state").textContent = "";
      if (body !== shown) {
        shown = body;
        const messages = JSON.parse(body).messages;
        $("list").replaceChildren(...messages.map(row));
        $("empty").hidden = messages.length > 0;
      }
    }
  } catch { $("state").textContent = "The server does not answer."; }
  setTimeout(look, 1000);
}
$("filter").onsubmit = e => e.preventDefault();
$("clock").onsubmit = async e => {
  e.preventDefault();
  const answer = await fetch("/dev/clock/advance", { method: "POST", body: JSON.stringify({ seconds: Number($("seconds").value) }) });
  const body = await answer.json();
  $("state").textContent = answer.ok ? "The clock shows " + body.now : body.error.message;
};
look();
</script>
</html>
)html";

} // namespace dialproof::dev
