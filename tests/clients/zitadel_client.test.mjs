// Zitadel's own client, @zitadel/client with @zitadel/proto, over each transport that it can be given.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Code, ConnectError } from '@connectrpc/connect';
import { compressionGzip, createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { createServerTransport } from '@zitadel/client/node';
import { createUserServiceClient } from '@zitadel/client/v2';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';

import { admin, codeSent, url, wrong } from './dialproof.mjs';

const withToken = (next) => (request) => {
  request.header.set('authorization', admin.authorization);
  return next(request);
};
const gzipped = { sendCompression: compressionGzip, compressMinBytes: 1 };
const options = { baseUrl: url, httpVersion: '1.1', interceptors: [withToken] };

const http2 = { ...options, httpVersion: '2' };

const transports = {
  'gRPC, as createServerTransport makes it': createServerTransport(admin.authorization.slice('Bearer '.length), { baseUrl: url }),
  'gRPC with gzip': createGrpcTransport({ baseUrl: url, interceptors: [withToken], ...gzipped }),
  'gRPC-Web over HTTP/2': createGrpcWebTransport(http2),
  'Connect over HTTP/2': createConnectTransport({ ...http2, useBinaryFormat: true }),
  'gRPC-Web': createGrpcWebTransport(options),
  'Connect in JSON': createConnectTransport({ ...options, useBinaryFormat: false }),
  'Connect in protobuf': createConnectTransport({ ...options, useBinaryFormat: true }),
  'gRPC-Web with gzip': createGrpcWebTransport({ ...options, ...gzipped }),
  'Connect with gzip': createConnectTransport({ ...options, ...gzipped, useBinaryFormat: true }),
};

function addHuman(client, userId) {
  return client.addHumanUser({ userId, profile: { givenName: 'Ada', familyName: 'Lovelace' }, email: { email: `${userId}@example.com` } });
}

async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error('it was not refused');
}

let tried = 0;
for (const [name, transport] of Object.entries(transports)) {
  const client = createUserServiceClient(transport);
  const userId = `client${++tried}`, phone = `+4179123100${tried}`;

  test(`${name}: a phone from nothing to verified`, async () => {
    assert.equal((await addHuman(client, userId)).userId, userId);
    const set = await client.setPhone({ userId, phone, verification: { case: 'sendCode', value: {} } });
    assert.equal(set.details.sequence, 3n);
    const verificationCode = await codeSent(phone);
    const wrongly = await refusal(client.verifyPhone({ userId, verificationCode: wrong(verificationCode) }));
    assert.equal(wrongly.code, Code.InvalidArgument);
    assert.equal(wrongly.rawMessage, 'Code is invalid (COMMAND-eis9R)');
    assert.equal(wrongly.findDetails(ErrorDetailSchema)[0].id, 'COMMAND-eis9R');
    await client.verifyPhone({ userId, verificationCode });
    const { user } = await client.getUserByID({ userId });
    assert.deepEqual([user.type.value.phone.phone, user.type.value.phone.isVerified], [phone, true]);
  });

  test(`${name}: errors are those of Zitadel`, async () => {
    assert.equal((await refusal(client.verifyPhone({ userId: 'nobody', verificationCode: '1' }))).code, Code.NotFound);
    assert.equal((await refusal(client.listUsers({}))).code, Code.Unimplemented);
  });
}
