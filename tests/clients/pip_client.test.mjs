// pip-clients-smssettings-node as npm has it. It knows no authentication; a subclass hands it the header.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { admin, advance, codeSent, send, url, wrong } from './dialproof.mjs';

const require = createRequire(import.meta.url);
const { SmsSettingsHttpClientV1 } = require('pip-clients-smssettings-node');
const { ConfigParams } = require('pip-services3-commons-node');

class Settings extends SmsSettingsHttpClientV1 {
  constructor(token) {
    super();
    this._headers.authorization = `Bearer ${token}`;
    const { hostname, port } = new URL(url);
    this.configure(ConfigParams.fromTuples('connection.protocol', 'http', 'connection.host', hostname,
      'connection.port', Number(port), 'options.retries', 0));
  }
  run(method, ...args) {
    return promisify(this[method].bind(this))('correlation-1', ...args);
  }
}

async function opened(roles) {
  const { body } = await send('POST', '/admin/v1/tokens', { label: 'settings', roles }, admin);
  const client = new Settings(body.token);
  await promisify(client.open.bind(client))(null);
  return client;
}

let client;
before(async () => { client = await opened(['user.read', 'user.write']); });
after(async () => { await promisify(client.close.bind(client))(null); });

const phone = '+41791230011';

test('settings are set, found, verified once, and kept', async () => {
  assert.equal(await client.run('getSettingsById', 'alice'), null);
  const set = await client.run('setSettings', { id: 'alice', phone, name: 'Alice', custom_dat: { a: [1] } });
  assert.equal(set.phone, phone);
  assert.equal(set.verified, false);
  const code = await codeSent(phone);
  await assert.rejects(client.run('verifyPhone', 'alice', wrong(code)), (error) => {
    assert.equal(error.category, 'BadRequest');
    assert.equal(error.code, 'INVALID_CODE');
    assert.equal(error.status, 400);
    assert.equal(error.details.recipient_id, 'alice');
    assert.equal(error.message, `Invalid sms verification code ${wrong(code)}`);
    return true;
  });
  assert.equal(await client.run('verifyPhone', 'alice', code), null);
  await assert.rejects(client.run('verifyPhone', 'alice', code), { code: 'INVALID_CODE' });
  const kept = { id: 'alice', phone, verified: true, name: 'Alice', subscriptions: {}, custom_dat: { a: [1] } };
  assert.deepEqual(await client.run('getSettingsById', 'alice'), kept);
  assert.deepEqual(await client.run('getSettingsByPhoneSettings', phone), kept);
  assert.deepEqual(await client.run('getSettingsByIds', ['nobody', 'alice']), [kept]);
});

test('recipients, subscriptions and verified settings', async () => {
  const bob = await client.run('setRecipient', 'bob', 'Bob', '+41791230012', 'de');
  assert.equal(bob.language, 'de');
  await codeSent('+41791230012');
  const subscribed = await client.run('setSubscriptions', 'bob', { news: true });
  assert.deepEqual(subscribed.subscriptions, { news: true });
  assert.equal(subscribed.name, 'Bob');
  await advance(60);
  assert.equal(await client.run('resendVerification', 'bob'), null);
  await codeSent('+41791230012', 2);
  const carol = await client.run('setVerifiedSettings', { id: 'carol', phone: '+41791230013' });
  assert.equal(carol.verified, true);
  assert.equal(await client.run('deleteSettingsById', 'carol'), null);
  assert.equal(await client.run('getSettingsById', 'carol'), null);
});

test('what is wrong comes back as the exception that the client knows', async () => {
  await assert.rejects(client.run('resendVerification', 'nobody'), { code: 'RECIPIENT_NOT_FOUND', status: 404, category: 'NotFound' });
  await assert.rejects(client.run('getSettingsById', null), { code: 'INVALID_DATA', message: 'Validation failed: recipient_id must not be null' });
  await assert.rejects(client.run('setSettings', { id: 'dave', phone: 'x' }), { code: 'WRONG_PHONE' });
});

test('without a token that may, nothing', async () => {
  const reader = await opened(['user.read']);
  assert.equal((await reader.run('getSettingsById', 'alice')).id, 'alice');
  await assert.rejects(reader.run('setSubscriptions', 'alice', {}), { code: 'FORBIDDEN', category: 'Unauthorized' });
  const stranger = new Settings('none');
  await promisify(stranger.open.bind(stranger))(null);
  await assert.rejects(stranger.run('getSettingsById', 'alice'), { code: 'NOT_SIGNED', status: 401 });
});
