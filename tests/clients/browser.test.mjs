// A browser: pages of other origins that call the API as gRPC-Web and as Connect. browser_page.html says what they import.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { admin, codeSent, send, url } from './dialproof.mjs';

const { KNOWN_ORIGIN: known, OTHER_ORIGIN: stranger } = process.env; // the first is in the server's configuration

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
});
after(() => browser?.close());

async function pageOf(origin) {
  const page = await browser.newPage();
  await page.goto(`${origin}/browser_page.html`);
  return page;
}

// Runs in the page: calls of Zitadel's API, and what came of them.
async function inPage({ baseUrl, token, kind, userId, phone, code }) {
  const { createClient, ConnectError } = await import('@connectrpc/connect');
  const { createConnectTransport, createGrpcWebTransport } = await import('@connectrpc/connect-web');
  const { UserService } = await import('@zitadel/proto/zitadel/user/v2/user_service_pb.js');
  const interceptors = [(next) => (request) => {
    request.header.set('authorization', token);
    return next(request);
  }];
  const transport = kind === 'gRPC-Web' ? createGrpcWebTransport({ baseUrl, interceptors }) : createConnectTransport({ baseUrl, interceptors });
  const client = createClient(UserService, transport);
  try {
    if (!code) {
      await client.addHumanUser({ userId, profile: { givenName: 'A', familyName: 'B' }, email: { email: `${userId}@example.com` } });
      await client.setPhone({ userId, phone, verification: { case: 'sendCode', value: {} } });
      return 'sent';
    }
    const wrong = await client.verifyPhone({ userId, verificationCode: 'no' }).then(() => 'taken', (error) => error.rawMessage);
    await client.verifyPhone({ userId, verificationCode: code });
    const { user } = await client.getUserByID({ userId });
    return { wrong, verified: user.type.value.phone.isVerified };
  } catch (error) {
    return ConnectError.from(error).message;
  }
}

let tried = 0;
for (const kind of ['gRPC-Web', 'Connect']) {
  const who = { baseUrl: url, token: admin.authorization, kind, userId: `page${++tried}`, phone: `+4179123700${tried}` };

  test(`${kind}: a page of a known origin verifies a phone`, async () => {
    const page = await pageOf(known);
    assert.equal(await page.evaluate(inPage, who), 'sent');
    const code = await codeSent(who.phone);
    assert.deepEqual(await page.evaluate(inPage, { ...who, code }), { wrong: 'Code is invalid (COMMAND-eis9R)', verified: true });
    await page.close();
  });

  test(`${kind}: a page of another origin gets nothing`, async () => {
    const page = await pageOf(stranger);
    const userId = `evil${tried}`;
    assert.match(await page.evaluate(inPage, { ...who, userId, phone: '+41791237099' }), /Failed to fetch/);
    assert.equal((await send('GET', `/v2/users/${userId}`, undefined, admin)).status, 404); // it was not even asked
    await page.close();
  });
}
