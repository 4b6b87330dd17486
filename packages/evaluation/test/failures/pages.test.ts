import type { EnvironmentEntry } from '@contrail/core'
import { describe, expect, test } from 'vitest'
import { classifyFailures, type ClassifyOptions } from '../../src/index.ts'
import { page, picture, times, trajectory, type RunInShort } from '../support/trajectory.ts'

const list = page('/list', '- heading "Lamps"\n- button "Load more"')
const classify = (run: RunInShort, options?: ClassifyOptions) => classifyFailures(trajectory(run), options)
const classes = (run: RunInShort, options?: ClassifyOptions): string[] =>
  classify(run, options).failures.map((failure) => failure.class)

describe('LOOPING_BEHAVIOR', () => {
  const clicks = (count: number): RunInShort => ({
    initialObservation: page('/'),
    steps: [
      { action: 'goto', after: list },
      ...times(count, () => ({ action: 'click', on: 'Load more', after: list })),
    ],
  })

  test('three equal actions on a page that stays as it is, cited from the first on', () => {
    expect(classify(clicks(4))).toMatchObject({
      primary: 'LOOPING_BEHAVIOR',
      failures: [
        {
          critical_step: 1,
          steps: [1, 2, 3, 4],
          evidence: ['1:aria', '2:aria', '3:aria'],
          root_cause: '4x click "Load more" on an unchanged page',
          severity: 'failure',
          code: { taxonomy: 'microsoft/fara', code: '3.6' },
        },
      ],
    })
    expect(classes(clicks(2))).toEqual([])
  })

  test('references of elements and slashes at the end do not make a page another', () => {
    const steps = times(4, (index) => ({
      action: 'click',
      on: 'More',
      after: page(index % 2 ? '/list/' : '/list', `- button "More" [ref=e${index}]`),
    }))
    expect(classes({ steps })).toEqual(['LOOPING_BEHAVIOR'])
  })

  test('equal pictures stand for pages without a tree', () => {
    const steps = times(4, () => ({
      action: 'click',
      args: { y: 3, x: 7 },
      after: { url: 'https://shop.test/', screenshot: picture('a') },
    }))
    expect(classify({ steps }).failures).toMatchObject([{ evidence: ['1:frame', '2:frame', '3:frame'] }])
  })

  test('is not "Next" five times, nor other arguments, nor a scroll, nor what nobody saw', () => {
    const next = times(5, (index) => ({ action: 'click', on: 'Next', after: page(`/list?page=${index}`, '- list') }))
    const cart = times(5, (index) => ({ action: 'click', on: 'Add', after: page('/cart', `- text: ${index} pieces`) }))
    const scrolls = times(5, () => ({ action: 'scroll', args: { deltaY: 600 }, after: list }))
    const unseen = times(5, () => ({ action: 'click', on: 'Next' }))
    const others = times(4, (index) => ({ action: 'click', on: `Lamp ${index}`, after: list }))
    for (const steps of [next, cart, scrolls, unseen, others]) expect(classes({ steps })).toEqual([])
  })

  test('steps that share one look are judged by the page before all of them', () => {
    const shared = (tree: string, startedAt: string) => ({ ...page('/cart', tree), startedAt })
    const before = { action: 'goto', after: shared('- text: 1', '2026-01-01T00:00:00.000Z') }
    const plus = times(5, () => ({ action: 'click', on: '+', after: shared('- text: 6', '2026-01-01T00:00:01.000Z') }))
    expect(classes({ steps: [before, ...plus] })).toEqual([])
  })
})

describe('STAGNATION', () => {
  const still = (count: number, change?: number): RunInShort => ({
    steps: times(count + 1, (index) => ({
      action: 'click',
      on: `Button ${index}`,
      after: index === change ? page('/list', '- changed') : list,
    })),
  })

  test('five different actions that change nothing', () => {
    expect(classify(still(5)).failures).toMatchObject([
      { class: 'STAGNATION', critical_step: 1, steps: [1, 2, 3, 4, 5] },
    ])
    expect(classes(still(4))).toEqual([])
  })

  test('is not a row that a change, a failure or reads break, and a look breaks none', () => {
    expect(classes(still(7, 3))).toEqual([])
    const click = (index: number) => ({ action: 'click', on: `Button ${index}`, after: list })
    const failing = times(6, (index) => ({ ...click(index), ...(index === 3 ? { error: 'gone' } : {}) }))
    expect(classes({ steps: failing })).toEqual([])
    const looking = times(12, (index) => (index % 2 ? { action: 'screenshot', after: list } : click(index)))
    expect(classes({ steps: looking })).toContain('STAGNATION')
  })
})

test('TOOL_ERROR_CASCADE: three failing steps in a row, not two and one later', () => {
  const step = (index: number, fails: boolean) => ({
    action: 'click',
    on: `Button ${index}`,
    ...(fails ? { error: `no element ${index}` } : { result: 'ok' }),
  })
  expect(classify({ steps: times(4, (index) => step(index, index > 0)) }).failures).toMatchObject([
    { class: 'TOOL_ERROR_CASCADE', critical_step: 1, steps: [1, 2, 3], evidence: ['1:result', '2:result', '3:result'] },
  ])
  expect(classes({ steps: times(4, (index) => step(index, index !== 2)) })).toEqual([])
})

describe('BLOCKED', () => {
  const response = (status: number, more: object = {}): EnvironmentEntry => ({
    kind: 'response' as const,
    url: 'https://shop.test/cart',
    pageId: 'p1',
    method: 'POST',
    requestUrl: 'https://shop.test/cart/gift-wrap',
    resourceType: 'fetch',
    status,
    statusText: '',
    durationMs: 4,
    ...more,
  })
  const click = (...environment: EnvironmentEntry[]) => ({
    action: 'click',
    on: 'Gift wrap',
    after: list,
    more: { environment },
  })

  test.each([401, 403, 407, 429, 451, 500, 503, 599])('a response with %i', (status) => {
    expect(classify({ steps: [click(response(200)), click(response(status))] }).failures).toMatchObject([
      { class: 'BLOCKED', critical_step: 1, evidence: ['1:aria'] },
    ])
  })

  test('not one of a picture, nor of a missing page, nor one that the same request got over', () => {
    const quiet: EnvironmentEntry[][] = [
      [response(403, { resourceType: 'image' })],
      [response(404)],
      [response(409)],
      [{ kind: 'console', level: 'error', text: '403 Forbidden', url: 'https://shop.test/', pageId: 'p1' }],
      [response(401), response(200)],
    ]
    for (const environment of quiet) expect(classes({ steps: [click(...environment)] })).toEqual([])
    const retried = [click(response(503)), { ...click(response(200)), after: page('/cart', '- text: wrapped') }]
    expect(classes({ steps: retried })).toEqual([])
  })

  test.each([
    { error: 'HTTP 403' },
    { error: 'fetch failed: status code 429' },
    { error: '503 Service Unavailable' },
    { error: 'page.goto: server answered 401' },
    { result: { status: 451, body: '' } },
    { result: 'HTTP/1.1 502 Bad Gateway' },
  ])('a tool that gives %j', (given) => {
    expect(classes({ steps: [{ action: 'fetch_url', ...given }] })).toEqual(['BLOCKED'])
  })

  test.each([
    { error: 'Timeout 503 ms exceeded' },
    { error: 'line 403: unexpected token' },
    { result: { status: 200, count: 403 } },
    { result: `${'An article about HTTP. '.repeat(20)} HTTP 403 means that access is refused.` },
    { result: 'there are 500 lamps' },
  ])('not a tool that gives %j', (given) => {
    expect(classes({ steps: [{ action: 'fetch_url', ...given }] })).toEqual([])
  })

  test.each([
    ['Just a moment...', '- paragraph: x'],
    ['Shop', '- heading "Verify you are human" [level=1]'],
    ['Shop', '- iframe "reCAPTCHA"'],
    ['Access denied | Shop', '- paragraph: x'],
    ['Shop', '- heading "Sign in to continue" [level=1]'],
    ['Shop', '- heading "Please log in to see your orders"'],
    ['403 Forbidden', ''],
    ['Shop', '- heading "Captcha"\n- textbox "Characters"'],
  ])('the last page is titled %j and shows %j', (title, tree) => {
    const wall = page('/wall', tree, title)
    const steps = [
      { action: 'goto', after: list },
      { action: 'click', on: 'Open', after: wall },
      { action: 'wait', after: wall },
    ]
    expect(classify({ steps }).failures).toMatchObject([{ class: 'BLOCKED', critical_step: 1 }])
    // Only the last page counts.
    expect(classes({ steps: [...steps, { action: 'goto', after: list }] })).toEqual([])
  })

  test.each([
    ['How captchas work - Encyclopedia', '- heading "How captchas work" [level=1]\n- paragraph: Verify you are human'],
    ['Shop', '- paragraph: access denied\n- link "Sign in to continue"'],
    ['CAPTCHA', `- heading "CAPTCHA"\n${'- paragraph: A test for computers.\n'.repeat(40)}`],
    ['Are you a robot? The history of a question', '- heading "Why sites ask you to log in"'],
    ['Sign in', '- heading "Sign in"'],
  ])('not an article titled %j', (title, tree) => {
    expect(classes({ steps: [{ action: 'goto', after: page('/article', tree, title) }] })).toEqual([])
  })
})

describe('ACT_WITHOUT_OBSERVING', () => {
  const first = page('/', '- link "A"\n- link "B"')
  const second = page('/b', '- button "C"\n- button "D"')
  const frame = { name: 'a', url: '/' }

  test('two actions on a page that the model was not given', () => {
    const steps = [
      { action: 'click', on: 'B', after: second, frame },
      { action: 'click', on: 'C', after: second, frame },
      { action: 'click', on: 'D', after: second, frame },
    ]
    expect(classify({ initialObservation: first, steps }).failures).toMatchObject([
      { class: 'ACT_WITHOUT_OBSERVING', critical_step: 1, steps: [1, 2] },
    ])
  })

  test('not after a new picture, a look or a long result, not several actions on one page, and not where nobody recorded looks', () => {
    const open = { action: 'click', on: 'B', after: second, frame }
    const onward = (more: object) => times(2, (index) => ({ action: 'click', on: `C${index}`, after: second, ...more }))
    const form = times(5, (index) => ({
      action: 'fill',
      on: `Field ${index}`,
      args: { value: 'x' },
      frame,
      after: page('/', `- link "A"\n- link "B"\n- text: ${index}`),
    }))
    for (const steps of [
      [open, ...onward({ frame: { name: 'b', url: '/b' } })],
      [open, { action: 'observe', after: second, frame }, ...onward({ frame })],
      [{ ...open, result: 'x'.repeat(80) }, ...onward({ frame })],
      form,
      [{ action: 'click', on: 'B', after: second }, ...onward({})],
    ])
      expect(classes({ initialObservation: first, steps })).toEqual([])
  })
})

describe('WRONG_PAGE', () => {
  const ends = (url: string, task: Record<string, unknown>, from?: string): string[] =>
    classes({
      task,
      steps: [{ action: 'goto', after: { url } }],
      ...(from ? { initialObservation: { url: from } } : {}),
    })

  test('another origin than the start, or an address that the glob does not match', () => {
    expect(ends('https://ads.test/x', { initUrl: 'https://shop.test/' })).toEqual(['WRONG_PAGE'])
    expect(
      ends('https://shop.test/cart', { initUrl: 'https://shop.test/', expectedUrl: 'https://shop.test/orders/*' }),
    ).toEqual(['WRONG_PAGE'])
    expect(ends('https://shop.test/orders/1/items', { expectedUrl: '/orders/*' })).toEqual(['WRONG_PAGE'])
  })

  test('not www, not https for http, not where the start leads by itself, and not what the glob matches', () => {
    expect(ends('https://www.shop.test/a', { initUrl: 'http://shop.test/' })).toEqual([])
    expect(ends('https://shop.example/a', { initUrl: 'https://short.test/' }, 'https://shop.example/')).toEqual([])
    expect(
      ends('https://pay.test/orders/LS-1?x=1', { initUrl: 'https://shop.test', expectedUrl: '**/orders/*' }),
    ).toEqual([])
    expect(ends('https://shop.test/cart/', { expectedUrl: 'https://shop.test/{cart,basket}' })).toEqual([])
    expect(ends('chrome-error://chromewebdata/', { initUrl: 'https://shop.test/' })).toEqual([])
  })
})
