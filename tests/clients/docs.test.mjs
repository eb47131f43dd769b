// What others make of the documentation: a validator of OpenAPI, and a browser at /docs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Validator } from '@seriousme/openapi-schema-validator';
import { chromium } from 'playwright-core';

import { url } from './dialproof.mjs';

let browser, page;
const outside = [], complaints = [];

before(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  page = await browser.newPage();
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== url && !request.url().startsWith('data:')) outside.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${url}/docs`);
  await page.waitForSelector('.opblock');
});
after(() => browser?.close());

test('the document is OpenAPI 3.1', async () => {
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const validator = new Validator();
  assert.deepEqual(await validator.validate(structuredClone(document)), { valid: true });
  assert.equal(validator.version, '3.1');
  document.paths['/dev'].get.responses = {};
  assert.equal((await validator.validate(document)).valid, false); // it is able to find a fault
});

test('the page shows every operation', async () => {
  const { paths } = await (await fetch(`${url}/openapi.json`)).json();
  const documented = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
  const shown = await page.locator('.opblock-summary-operation-id').allTextContents();
  assert.ok(documented.length > 40);
  assert.deepEqual(shown.sort(), documented.sort());
  assert.equal(await page.locator('.errors-wrapper').count(), 0);
});

test('a call can be tried from the page', async () => {
  const operation = page.locator('.opblock', { has: page.getByText('RegisterNumber', { exact: true }) });
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('textarea').fill(JSON.stringify({ phone_number: '+41791238001' }));
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url() === `${url}/api/phone/register`),
    operation.getByRole('button', { name: 'Execute' }).click(),
  ]);
  assert.equal(answer.status(), 200);
  const live = operation.locator('.live-responses-table .response');
  await live.waitFor();
  assert.match(await live.locator('.response-col_status').textContent(), /^200/);
  assert.match(await live.textContent(), /session_token/);
});

test('the page is as dark as its reader has it', async () => {
  for (const colorScheme of ['dark', 'light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((wanted) => (getComputedStyle(document.documentElement).backgroundColor === 'rgb(28, 32, 34)') === wanted,
      colorScheme === 'dark');
  }
});

test('nothing left the origin, and the browser has nothing to complain of', () => {
  assert.deepEqual(outside, []);
  assert.deepEqual(complaints, []);
});
