// A message centre made of npm's `smpp`: node centre.mjs SYSTEM_ID PASSWORD [CERTIFICATE KEY]
//
// With the two PEM files it speaks TLS alone. Receipts go to a bind that receives, the newest one.
//
// It prints what happens and takes orders, one JSON object a line. Orders:
//   {"next": ["throttle", "lose", …]}  what it does with the next messages, one after the other; then "take"
//   {"receipts": "early"}              whether and when those that it takes from now on have a receipt
//   {"ids": "hex"}                     answers in hexadecimal, while receipts have the decimal id
//   {"anonymous": true}                receipts do not say whose they are, so that the id must
//   {"user_references": "whole"}       receipts repeat the user_message_reference; its "lower" octet alone
//   {"congestion": 95}                 its congestion_state in each answer
//   {"receipt": ID, "state": "UNDELIV"}  a receipt of a message that it took, named by its `id`
//   {"hang_up": true}                  cuts all connections
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import smpp from "smpp";

const [systemId, password, certificate, key] = process.argv.slice(2);
const FIRST_ID = 100_000_000;
const sessions = new Map(); // and the commands that bound them
const taken = new Map(); // by id: where it came from and went to, and the number it went with
let next = [];
let receipts = "none";
let ids = "decimal";
let anonymous = false;
let userReferences = "none";
let congestion; // none

const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const told = { DELIVRD: 2, UNDELIV: 5 }; // message_state (SMPP 3.4 section 5.2.28)

function sendReceipt(id, state) {
  const { source, destination, reference } = taken.get(id);
  const receivers = [...sessions].filter(([, command]) => command !== "bind_transmitter");
  const [session, command] = receivers.at(-1) ?? [];
  const repeated = { none: undefined, whole: reference, lower: reference & 0xff }[userReferences];
  session?.deliver_sm({
    source_addr: anonymous ? "" : destination,
    destination_addr: source,
    esm_class: 0x04,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2601050900 done date:2601050901 stat:${state} err:000 text:`,
    message_state: told[state],
    ...(repeated === undefined ? {} : { user_message_reference: repeated }),
  }, (answer) => say({ event: "receipt_answered", id, status: answer.command_status, command }));
}

const answers = {
  take: (session, pdu, id) => {
    const answer = () => session.send(pdu.response({
      message_id: ids === "hex" ? id.toString(16) : String(id),
      ...(congestion === undefined ? {} : { congestion_state: congestion }),
    }));
    if (receipts === "early") sendReceipt(id, "DELIVRD");
    if (receipts === "early") setTimeout(answer, 100);
    else answer();
    if (receipts === "late") setTimeout(() => sendReceipt(id, "DELIVRD"), 500);
    if (receipts === "twice") [0, 100].forEach((wait) => setTimeout(() => sendReceipt(id, "DELIVRD"), wait));
  },
  lose: () => {},
  throttle: (session, pdu) => session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED })),
  refuse: (session, pdu) => session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR })),
  fail: (session, pdu) => session.send(pdu.response({ command_status: smpp.ESME_RSYSERR })),
};

function submitted(session, pdu) {
  const answer = next.shift() ?? "take";
  const id = FIRST_ID + taken.size;
  taken.set(id, { source: pdu.source_addr, destination: pdu.destination_addr, reference: pdu.user_message_reference });
  say({ event: "submit", reference: pdu.user_message_reference, to: `+${pdu.destination_addr}`, from: pdu.source_addr, text: pdu.short_message.message, id,
        answer, command: sessions.get(session) });
  answers[answer](session, pdu, id);
}

function bind(session, pdu) {
  const known = pdu.system_id === systemId && pdu.password === password;
  session.send(pdu.response({ system_id: "centre", command_status: known ? 0 : smpp.ESME_RINVPASWD }));
  say({ event: known ? "bound" : "bind_refused", command: pdu.command });
  if (known) sessions.set(session, pdu.command);
  else session.close();
}

const tls = certificate ? { cert: readFileSync(certificate), key: readFileSync(key) } : {};
const server = smpp.createServer(tls, (session) => {
  session.on("error", () => session.destroy());
  session.on("close", () => sessions.delete(session));
  ["bind_transceiver", "bind_transmitter", "bind_receiver"].forEach((name) =>
    session.on(name, (pdu) => bind(session, pdu)));
  session.on("submit_sm", (pdu) => submitted(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
});
server.listen(0, "127.0.0.1", () => say({ event: "ready", port: server.address().port }));

createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  next = order.next ?? next;
  receipts = order.receipts ?? receipts;
  ids = order.ids ?? ids;
  anonymous = order.anonymous ?? anonymous;
  userReferences = order.user_references ?? userReferences;
  congestion = order.congestion ?? congestion;
  if (order.receipt) sendReceipt(order.receipt, order.state);
  if (order.hang_up) [...sessions.keys()].forEach((session) => session.destroy());
  say({ event: "ordered" });
}).on("close", () => process.exit());
