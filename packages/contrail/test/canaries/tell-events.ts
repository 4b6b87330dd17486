import type { EvidenceEvent } from '@contrail/core'
import { digits, inBytes, option, shaped, underName, written } from './values.ts'

const basic = (password: string): string => Buffer.from(`anna:${password}`).toString('base64')

/** Results of tools: each entry is what one tool gave back. */
const results: Readonly<Record<string, unknown>> = {
  nested: { a: [{ b: { c: [{ d: { e: { f: option.nested } } }] } }] },
  collections: {
    map: new Map<unknown, unknown>([
      [option.mapKey, 1],
      ['inner', new Map([[{}, option.mapValue]])],
    ]),
    set: new Set([[option.setItem]]),
  },
  bytes: {
    buffer: Buffer.from(`before ${option.buffer} behind`),
    arrayBuffer: new TextEncoder().encode(option.arrayBuffer).buffer,
    image: `data:image/svg+xml;base64,${Buffer.from(`<svg><text>${option.dataImage}</text></svg>`).toString('base64')}`,
    text: `data:text/plain;base64,${Buffer.from(`a ${written.inlineText} b`).toString('base64')}`,
  },
  inBytes: {
    password: Buffer.from(inBytes.namedBytes),
    response: Buffer.from(`HTTP/1.1 200 OK\r\nSet-Cookie: theme=${inBytes.headerBytes}; Path=/\r\n`),
    text: new TextEncoder().encode(`it is ${inBytes.shapedBytes} .`),
  },
  values: {
    symbol: Symbol(option.symbol),
    regexp: new RegExp(option.regexp),
    url: new URL(`http://shop.test/${option.urlObject}`),
    call: { [option.functionName]: () => undefined }[option.functionName],
    boxed: new String(option.boxed),
    numbers: [Number(digits.number), BigInt(digits.bigint)],
    get getter() {
      throw new Error(`no ${option.getter}`)
    },
    toJSON: undefined,
    asJson: { toJSON: () => ({ told: option.toJSON }) },
    circle: circle(),
  },
  error: failure(),
  errors: new AggregateError([new Error(option.aggregateError)], 'several'),
  forms: {
    base64: Buffer.from(written.base64).toString('base64'),
    base64Shifted: Buffer.from(`x${written.base64Shifted}yz`).toString('base64'),
    base64Url: Buffer.from(`xy${written.base64Url}`).toString('base64url'),
    hexUpper: Buffer.from(written.hexUpper).toString('hex').toUpperCase(),
    hexLower: Buffer.from(`a${written.hexLower}`).toString('hex'),
    percent: `http://shop.test/?q=${encodeURIComponent(written.percent)}`,
    json: Array.from(written.json, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    jsonInJson: JSON.stringify(JSON.stringify({ told: written.jsonInJson })),
    html: `<b title="${written.html.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}">`,
    htmlNumbers: Array.from(written.htmlNumbers, (unit) => `&#${unit.charCodeAt(0)};`).join(''),
  },
  request: {
    headers: {
      cookie: `theme=dark; sid=${underName.cookie}`,
      'set-cookie': [`sid=${underName.setCookie}; Path=/; HttpOnly`],
      Authorization: `Bearer ${underName.bearer}`,
      'x-api-key': underName.apiKey,
    },
    pairs: Object.entries({ cookie: `theme=${underName.pair}`, host: 'shop.test' }),
    rawHeaders: ['Host', 'shop.test', 'Cookie', `theme=${underName.rawHeader}`],
    har: [{ name: 'Cookie', value: `a=${underName.harCookie}` }],
    body: { user: 'anna', password: underName.passwordField, passwords: [underName.listed] },
  },
  texts: [
    `GET / HTTP/1.1\nAuthorization: Basic ${basic(underName.basicPassword)}\n`,
    `{"access_token":"${underName.jsonToken}","expires_in":3600}`,
    `mysql --password ${underName.flag} shop`,
    `HOME=/root\nDB_PASSWORD=${underName.dotEnv}\n`,
    `https://store.test/bill.pdf?X-Amz-Signature=${underName.signature}&x=1`,
    ...Object.values(shaped).map((value) => `it is ${value} .`),
    JSON.stringify({ key: shaped.pem }),
  ],
}

function failure(): Error {
  const error = new Error(option.errorMessage, { cause: new Error(option.errorCause) })
  error.stack = `Error\n    at ${option.errorStack} (file.ts:1:1)`
  Reflect.set(error, 'request', { url: option.errorProperty })
  Reflect.set(error, option.propertyName, 1)
  return error
}

function circle(): object {
  const inner: Record<string, unknown> = {}
  inner['back'] = { [option.circularName]: inner }
  return { [option.circularName]: inner }
}

/** Events as agents without a capture tell them, and such as are none. A secret of its own is in each of their places. */
export function toldEvents(): EvidenceEvent[] {
  const step = { type: 'step_finished', actionName: 'tool', actionArgs: {}, reasoning: '' } as const
  const strange: unknown[] = [
    { type: option.unknownType, note: option.unknownField },
    { type: 'step_finished', actionName: 'half', note: option.noObject },
    { ...step, toolOutput: { ok: true, result: 1 }, durationMs: option.invalidField },
  ]
  return [
    ...Object.values(results).map((result): EvidenceEvent => ({ ...step, toolOutput: { ok: true, result } })),
    {
      ...step,
      actionName: `use ${option.actionName}`,
      toolCallId: `call-${option.toolCallId}`,
      turnId: `turn-${option.turnId}`,
      reasoning: `I use ${option.reasoning}`,
      actionArgs: { note: option.argument, word: option.word },
      target: { selector: `[alt="${option.targetSelector}"]`, name: option.targetName },
      toolOutput: { ok: false, result: null, error: 'no' },
      ...{ extra: { note: option.extraField } },
    },
    {
      type: 'screenshot',
      screenshot: Uint8Array.of(1, 2, 3),
      url: 'http://shop.test/',
      mediaType: `image/${option.mediaType}`,
    },
    { type: 'gap', what: 'probe', reason: 'failed', detail: { tried: option.gapDetail } },
    {
      type: 'turn_finished',
      turnId: `turn-${option.turnId}`,
      text: option.turnText,
      model: option.turnModel,
      ...{ usage: { input_tokens: 1, note: option.usage } },
    },
    ...pageEvents(),
    ...(strange as EvidenceEvent[]),
  ]
}

/** Events of a page that did something by itself. */
function pageEvents(): EvidenceEvent[] {
  const page = { type: 'page_event', url: `http://shop.test/?q=${option.eventAddress}`, pageId: 'p1' } as const
  const requestUrl = `http://shop.test/?q=${option.eventQuery}`
  const request = { method: 'GET', requestUrl, resourceType: 'fetch' }
  const tabs = [{ pageId: 'p1', url: `http://shop.test/#${option.tabAddress}`, title: option.tabTitle, active: true }]
  const strange: unknown = { ...page, kind: option.eventKind, note: option.eventUnknown }
  return [
    { ...page, kind: 'navigation', from: requestUrl, to: requestUrl, sameDocument: true },
    { ...page, ...request, kind: 'response', status: 200, statusText: 'OK', durationMs: 1 },
    { ...page, ...request, kind: 'request_failed', failure: option.eventFailure },
    {
      ...page,
      kind: 'console',
      level: 'error',
      text: `it is ${option.eventConsole}`,
      location: { url: option.eventLocation },
    },
    { ...page, kind: 'page_error', message: option.eventError, stack: `at ${option.eventStack}` },
    { ...page, kind: 'download', requestUrl, suggestedName: `${option.eventDownload}.pdf` },
    { ...page, kind: 'websocket', requestUrl, state: 'open' },
    strange as EvidenceEvent,
    { type: 'step_observed', url: 'http://shop.test/', pageId: 'p1', tabs },
  ]
}
