// What the vendors' own SDKs send and sign for one text, as JSON on standard output. The answer is kept as
// tests/ports/vendor_sdks.json, and the senders are held to it. Nothing leaves this machine: every HTTPS request goes
// to a server of this process, and the clock stands.
import { createHash, createHmac, createSecretKey } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";

const now = Date.parse("2026-01-05T10:00:00Z");
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [now]));
  }
  static now() {
    return now;
  }
};

const text = 'Код 123456 & "so"';
const to = "+41791234567";
const from = "Acme";
const receiptUrl = "https://sms.example/r/t0ken";

let captured;
const answers = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const { host, authorization = "", "content-type": type = "" } = request.headers;
    captured = { method: request.method, url: `https://${host}${request.url}`, authorization, type,
      body: Buffer.concat(parts).toString() };
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
});
await new Promise((ready) => answers.listen(0, "127.0.0.1", ready));
const port = answers.address().port;

https.request = (...given) => {
  const callback = given.find((part) => typeof part === "function");
  const options = Object.assign({}, ...given.filter((part) => part && typeof part === "object"));
  if (typeof given[0] === "string" || given[0] instanceof URL) {
    const url = new URL(given[0]);
    Object.assign(options, { hostname: url.hostname, path: url.pathname + url.search });
  }
  const host = options.hostname ?? options.host;
  const headers = { ...options.headers };
  if (!Object.keys(headers).some((name) => name.toLowerCase() === "host")) headers.host = host;
  return http.request(
    { method: options.method, path: options.path, auth: options.auth, headers, hostname: "127.0.0.1", port }, callback);
};

const require = createRequire(import.meta.url);
const quietly = async (send) => {
  captured = undefined;
  try {
    await send();
  } catch {
    // the answer is none of the vendor's: what was asked is all that counts
  }
  return captured;
};

const twilio = require("twilio");
const plivo = require("plivo");
const { initClient } = require("messagebird");
const { verify: verifyMessageBird } = require("messagebird/lib/webhook-signature-jwt");
const { Vonage } = require("@vonage/server-sdk");
const { PinpointSMSVoiceV2Client, SendTextMessageCommand } = require("@aws-sdk/client-pinpoint-sms-voice-v2");
const { SignatureV4 } = require("@smithy/signature-v4");
const { Webhook } = require("standardwebhooks");

const out = {};

out.twilio = await quietly(() =>
  twilio("AC1", "x").messages.create({
    to, messagingServiceSid: "MG1", from, body: text, statusCallback: receiptUrl, validityPeriod: 600,
    provideFeedback: true, contentRetention: "discard", addressRetention: "obfuscate", riskCheck: "enable",
  }));
out.twilio_signature = twilio.getExpectedTwilioSignature("x", receiptUrl, {
  MessageSid: "SM1", MessageStatus: "undelivered", ErrorCode: "30005", To: to,
});

out.plivo = await quietly(() =>
  new plivo.Client("x", "x").messages.create({ src: from, dst: to.slice(1), text, url: receiptUrl, method: "POST" }));

// The SDK checks signatures and makes none: this one counts where it is believed.
const believed = (signature, holds) => (holds ? signature : "not believed by the SDK");
const plivoForm = { MessageUUID: "P1", Status: "delivered", To: to.slice(1) };
const plivoMac = createHmac("sha256", "x")
  .update(`${receiptUrl}?MessageUUIDP1StatusdeliveredTo${to.slice(1)}.n0nce`).digest("base64");
out.plivo_signature = believed(plivoMac,
  plivo.validateV3Signature("POST", receiptUrl, "n0nce", "x", plivoMac, plivoForm));

out.messagebird = await quietly(() =>
  new Promise((done, failed) =>
    initClient("x").messages.create(
      { originator: from, recipients: [to.slice(1)], body: text, datacoding: "auto", validity: 600, reference: "m1",
        reportUrl: receiptUrl },
      (error) => (error ? failed(error) : done()))));

const base64url = (value) => Buffer.from(value).toString("base64url");
const sha256 = (value) => createHash("sha256").update(value).digest("hex");
const claims = {
  iss: "MessageBird", jti: "1", nbf: now / 1000, exp: now / 1000 + 60, url_hash: sha256(receiptUrl),
  payload_hash: sha256("body"),
};
const unsigned = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify(claims))}`;
const messagebirdToken = `${unsigned}.${createHmac("sha256", "x").update(unsigned).digest("base64url")}`;
out.messagebird_signature = await verifyMessageBird(receiptUrl, Buffer.from("body"), messagebirdToken,
  createSecretKey(Buffer.from("x"))).then(() => messagebirdToken, (error) => believed("", false) + ": " + error.message);

out.vonage = await quietly(() =>
  new Vonage({ apiKey: "x", apiSecret: "x" }).sms.send({
    to: to.slice(1), from, text, type: "unicode", ttl: 600000, clientRef: "m1", callback: receiptUrl,
  }));

const credentials = { accessKeyId: "AKID", secretAccessKey: "s3cret" };
const asked = await new Promise((done) =>
  new PinpointSMSVoiceV2Client({
    region: "eu-west-1", credentials, maxAttempts: 1,
    requestHandler: {
      handle: async (request) => {
        done(request);
        throw new Error("it is not sent");
      },
    },
  }).send(new SendTextMessageCommand({
    DestinationPhoneNumber: to, OriginationIdentity: from, MessageBody: text, MessageType: "TRANSACTIONAL",
    TimeToLive: 600, MessageFeedbackEnabled: true,
  })).catch(() => {}));

// Its signature covers fields that name the SDK and the attempt. Without these, its own signer signs what is left.
class Sha256 {
  constructor(key) {
    this.digester = key ? createHmac("sha256", key) : createHash("sha256");
  }
  update(bytes) {
    this.digester.update(bytes);
  }
  async digest() {
    return this.digester.digest();
  }
}
const named = ["content-type", "host", "x-amz-target"];
const ours = Buffer.from(JSON.stringify({
  DestinationPhoneNumber: to, OriginationIdentity: from, MessageBody: text, MessageType: "TRANSACTIONAL",
  TimeToLive: 600, MessageFeedbackEnabled: true,
}));
const signer = new SignatureV4({ credentials, region: "eu-west-1", service: "sms-voice", sha256: Sha256, applyChecksum: false });
const signed = await signer.sign({
  method: asked.method, protocol: "https:", hostname: asked.hostname, path: asked.path, query: {}, body: ours,
  headers: Object.fromEntries(named.map((name) => [name, asked.headers[name]])),
});
out.aws = {
  method: asked.method, url: `https://${asked.hostname}${asked.path}`, authorization: signed.headers.authorization,
  type: asked.headers["content-type"], target: asked.headers["x-amz-target"], body: Buffer.from(asked.body).toString(),
};

// The body of our own webhook for this text (src/senders/webhook/README.md).
const body = JSON.stringify({
  id: "m1", to, text, code: "123456", channel: "sms", service: "default", sender_id: from, receipt_url: receiptUrl,
  attempt: 1, created_at: "2026-01-05T10:00:00.000Z", expires_at: "2026-01-05T10:10:00.000Z",
});
out.webhook = { body, signature: new Webhook("whsec_a2V5").sign("m1", new RealDate(now), body) };

process.stdout.write(JSON.stringify(out, null, 2) + "\n");
answers.close();
process.exit(0);
