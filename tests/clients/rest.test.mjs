// Each API as a client with nothing but fetch uses it.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { admin, advance, codeSent, send, wrong } from './dialproof.mjs';

async function addUser(userId) {
  const human = { userId, username: userId, profile: { givenName: 'A', familyName: 'B' }, email: { email: `${userId}@example.com` } };
  assert.equal((await send('POST', '/v2/users/human', human, admin)).status, 200);
}

test('django-phone-verify registers and verifies a number', async () => {
  const phone_number = '+41791230001';
  const { body } = await send('POST', '/api/phone/register', { phone_number });
  const security_code = await codeSent(phone_number);
  const session_token = body.session_token;
  const refused = await send('POST', '/api/phone/verify', { phone_number, session_token, security_code: wrong(security_code) });
  assert.deepEqual([refused.status, refused.body], [400, { non_field_errors: ['Security code is not valid'] }]);
  const verified = await send('POST', '/api/phone/verify', { phone_number, session_token, security_code });
  assert.deepEqual([verified.status, verified.body], [200, { message: 'Security code is valid.' }]);
});

test('Zitadel sets, resends and verifies a phone', async () => {
  await addUser('fetch');
  const phone = '+41791230002';
  assert.equal((await send('POST', '/v2/users/fetch/phone', { phone, sendCode: {} }, admin)).status, 200);
  await codeSent(phone);
  await advance(60);
  assert.equal((await send('POST', '/v2/users/fetch/phone/resend', { sendCode: {} }, admin)).status, 200);
  const verificationCode = await codeSent(phone, 2);
  assert.equal((await send('POST', '/v2/users/fetch/phone/verify', { verificationCode }, admin)).status, 200);
  const user = await send('GET', '/v2/users/fetch', undefined, admin);
  assert.deepEqual(user.body.user.human.phone, { phone, isVerified: true });
});

test('sms_settings sets and verifies a phone, by header and by cookie', async () => {
  const id = '7cd9a3d36f0c44e78bd1a0d6ad3ac3c8', phone = '+41791230003';
  const opened = await send('POST', '/admin/v1/sessions', { user_id: id }, admin);
  const path = `/api/v1/sms_settings/${id}`;
  const put = await send('PUT', path, { phone, language: 'de', custom_dat: { n: 1.5 } }, { 'x-session-id': opened.body.session_id });
  assert.equal(put.status, 200);
  const code = await codeSent(phone);
  const refused = await send('POST', '/api/v1/sms_settings/verify', { phone, code: wrong(code) });
  assert.deepEqual(Object.keys(refused.body), ['category', 'code', 'status', 'name', 'details', 'message']);
  assert.equal((await send('POST', '/api/v1/sms_settings/verify', { phone, code })).status, 204);
  const got = await send('GET', path, undefined, { cookie: `x-session-id=${opened.body.session_id}` });
  assert.deepEqual(got.body, { id, phone, verified: true, language: 'de', subscriptions: {}, custom_dat: { n: 1.5 } });
  assert.equal((await send('GET', path, undefined, { 'x-session-id': 'x' })).status, 440);
});

function jwt(claims) {
  const part = [{ alg: 'HS256', typ: 'JWT' }, claims].map((o) => Buffer.from(JSON.stringify(o)).toString('base64url')).join('.');
  return `${part}.${createHmac('sha256', process.env.JWT_KEY).update(part).digest('base64url')}`;
}

test('Techno SSO adds a phone and signs in', async () => {
  const tdid = '60a7a2e3c2a1b5d6e7f80912', phone = '+77078275615';
  await addUser(tdid);
  const signed = { authorization: `Bearer ${jwt({ tdid, exp: Math.floor(Date.now() / 1000) + 90000 })}` };
  assert.equal((await send('PUT', '/api/v1/profile/phone', { phone }, signed)).status, 201);
  const again = await send('PUT', '/api/v1/profile/phone', { phone }, signed);
  assert.equal(again.status, 429);
  assert.equal(again.headers.get('retry-after'), String(again.body.error.penalty));
  const token = await codeSent(phone);
  const refused = await send('PUT', '/api/v1/auth/verify/token', { token: wrong(token), tdid });
  assert.deepEqual(refused.body, { error: { status: 'Bad Request', code: 400, message: 'token does not exist' } });
  const { status, body } = await send('PUT', '/api/v1/auth/verify/token', { token, phone });
  assert.equal(status, 200);
  assert.equal(body.token, body.access_token);
  const claims = JSON.parse(Buffer.from(body.token.split('.')[1], 'base64url'));
  assert.equal(claims.tdid, tdid);
});
