// @grpc/grpc-js, gRPC's own library for Node.js, with the messages of @zitadel/proto.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import grpc from '@grpc/grpc-js';
import { GrpcReflection } from 'grpc-js-reflection-client';
import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb.js';

import { admin, url } from './dialproof.mjs';

const client = new grpc.Client(new URL(url).host, grpc.credentials.createInsecure());
after(() => client.close());

function call(name, fields, metadata = admin, options = {}) {
  const method = UserService.method[name];
  const sent = new grpc.Metadata();
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/${UserService.typeName}/${method.name}`,
      (message) => Buffer.from(toBinary(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
      create(method.input, fields), sent, options,
      (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

test('a phone from nothing to verified', async () => {
  const userId = 'grpcjs';
  await call('addHumanUser', { userId, profile: { givenName: 'A', familyName: 'B' }, email: { email: 'a@example.com' } });
  const { verificationCode } = await call('setPhone', { userId, phone: '+41791236001', verification: { case: 'returnCode', value: {} } });
  await call('verifyPhone', { userId, verificationCode });
  const { user } = await call('getUserByID', { userId });
  assert.equal(user.type.value.phone.isVerified, true);
});

test('errors have their codes, texts and details', async () => {
  await assert.rejects(call('verifyPhone', { userId: 'nobody', verificationCode: '1' }), (error) => {
    assert.equal(error.code, grpc.status.NOT_FOUND);
    assert.equal(error.details, 'Phone not found (COMMAND-ieJ2e)');
    assert.match(error.metadata.get('grpc-status-details-bin')[0].toString(), /zitadel\.v1\.ErrorDetail/);
    return true;
  });
  await assert.rejects(call('verifyPhone', { userId: 'nobody', verificationCode: '1' }, {}), { code: grpc.status.UNAUTHENTICATED });
  await assert.rejects(call('listUsers', {}), { code: grpc.status.UNIMPLEMENTED });
});

test('two thousand calls share a connection', async () => {
  const guess = { userId: 'nobody', verificationCode: '1' };
  const codes = await Promise.all(Array.from({ length: 2000 }, () => call('verifyPhone', guess).catch((error) => error.code)));
  assert.deepEqual(new Set(codes), new Set([grpc.status.NOT_FOUND]));
});

test('a call that is taken back does no harm', async () => {
  const deadline = Date.now() + 1;
  const late = Array.from({ length: 100 }, () =>
    call('verifyPhone', { userId: 'nobody', verificationCode: '1' }, admin, { deadline }).catch((error) => error.code));
  for (const code of await Promise.all(late)) assert.ok([grpc.status.DEADLINE_EXCEEDED, grpc.status.NOT_FOUND].includes(code), code);
  await assert.rejects(call('verifyPhone', { userId: 'nobody', verificationCode: '1' }), { code: grpc.status.NOT_FOUND });
});

// As tools do that know nothing of an API but where it is.
for (const version of ['v1', 'v1alpha']) {
  test(`whoever asks is told how to call: reflection ${version}`, async () => {
    const reflection = new GrpcReflection(new URL(url).host, grpc.credentials.createInsecure(), {}, version);
    assert.deepEqual((await reflection.listServices()).sort(), [
      'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection',
      'zitadel.user.v2.UserService']);
    const methods = (await reflection.listMethods(UserService.typeName)).map((method) => method.name);
    assert.ok(methods.includes('VerifyPhone'), methods.join());
    const described = (await reflection.getDescriptorBySymbol(UserService.typeName)).getPackageObject();
    const explorer = new described.zitadel.user.v2.UserService(new URL(url).host, grpc.credentials.createInsecure());
    const code = await new Promise((resolve) => {
      explorer.VerifyPhone({ user_id: 'nobody', verification_code: '1' }, grpc.Metadata.fromHttp2Headers(admin), (error) => resolve(error.code));
    });
    assert.equal(code, grpc.status.NOT_FOUND);
    explorer.close();
    await assert.rejects(reflection.getDescriptorBySymbol('no.such.Service'));
    reflection.client.close();
  });
}
