// What the scripts know of the server: where it is, and its dev plane.
import { setTimeout } from 'node:timers/promises';

export const url = process.env.DIALPROOF_URL;
export const admin = { authorization: `Bearer ${process.env.DIALPROOF_ADMIN}` };

// The answer's status, and its body as JSON where it has one.
export async function send(method, path, body, headers = {}) {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

export async function advance(seconds) {
  await send('POST', '/dev/clock/advance', { seconds });
}

// The newest code for a number, once `count` messages have come.
export async function codeSent(to, count = 1) {
  for (let tries = 0; tries < 300; ++tries) {
    const { body } = await send('GET', `/dev/messages?to=${encodeURIComponent(to)}`);
    if (body.messages.length >= count) return body.messages[0].code;
    await setTimeout(50);
  }
  throw new Error(`no ${count} messages to ${to}`);
}

export function wrong(code) {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
}
