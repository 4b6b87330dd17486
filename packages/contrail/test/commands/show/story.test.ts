import type { EvidenceEvent } from '@contrail/core'
import { readTrajectory } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { plain } from '../../../src/terminal/command-result.ts'
import { tellStory } from '../../../src/commands/show/story.ts'
import { makeRoot, picture, record, step } from '../../recordings.ts'

async function storyOf(
  events: readonly EvidenceEvent[],
  options: Parameters<typeof record>[2] = {},
): Promise<string[]> {
  const directory = await record(await makeRoot(), events, options)
  return tellStory(await readTrajectory(directory), directory, plain).split('\n')
}

test('a story has the task, each step with its evidence, the error of a failed one, gaps and the answer', async () => {
  const lines = await storyOf(
    [
      { type: 'turn_finished', turnId: 't0', text: 'First I make a plan.' },
      { type: 'screenshot', screenshot: picture(9), url: 'http://shop.test/', evidenceRole: 'agent' },
      ...step('goto', { url: 'http://shop.test/?q=lamp' }),
      ...step('click', { ok: false, error: 'POST /wrap answered 503' }),
      { type: 'gap', what: 'probe', reason: 'timeout', stepIndex: 1 },
      {
        type: 'turn_finished',
        turnId: 't1',
        text: 'Two steps.',
        usage: { input_tokens: 40, output_tokens: 2 },
        model: 'm-1',
      },
    ],
    { instruction: 'Buy a lamp.', finalAnswer: 'It is bought.' },
  )
  const story = lines.join('\n')
  expect(lines[0]).toMatch(/^sample {2}complete {2}2 steps · 1 failed · 2 turns/)
  expect(story).toMatch(/task +Buy a lamp\./)
  expect(story).toMatch(/1 +said: First I make a plan\./)
  expect(story).toMatch(/ 1 ok .*goto .*\/\?q=lamp .*APT/)
  expect(story).toMatch(/ 2 FAIL .*click .*\/cart .*APT\n +POST \/wrap answered 503/)
  expect(story).toMatch(/model +m-1 · 40 tokens in, 2 out/)
  expect(story).toMatch(/gap +probe timeout at step 2/)
  expect(story).toMatch(/answer +It is bought\./)
})

test('dialogs are told in one line, one that was answered after its step once, one of another page with that', async () => {
  const question = { type: 'prompt', message: 'Who?' } as const
  const lines = await storyOf([
    ...step('ask', { dialogs: [question] }),
    ...step('answer', { dialogs: [{ ...question, answered: 'accepted', text: 'me' }] }),
    ...step('leave', { pageId: 'p1', dialogs: [{ type: 'alert', message: 'Bye', pageId: 'p2' }] }),
  ])
  expect(lines.filter((line) => line.includes('dialogs'))).toEqual([
    '  dialogs prompt "Who?" accepted with "me" · alert "Bye" open on p2',
  ])
})

test('a long run is told in under 40 lines, with its failures and what was left out', async () => {
  const events = Array.from({ length: 120 }, (_, at) =>
    step(`action-${at + 1}`, at === 60 ? { ok: false, error: 'no such button' } : {}),
  ).flat()
  const gaps = Array.from({ length: 30 }, (): EvidenceEvent => ({ type: 'gap', what: 'event', reason: 'dropped' }))
  const lines = await storyOf([...events, ...gaps], { finalAnswer: 'word '.repeat(500) })
  expect(lines.length).toBeLessThan(40)
  const story = lines.join('\n')
  expect(story).toMatch(/61 FAIL .*action-61/)
  expect(story).toContain('no such button')
  expect(story).toMatch(/ 1 ok .*action-1 /)
  expect(story).toMatch(/120 ok .*action-120 /)
  expect(story).toMatch(/… +steps \d+–60, all ok/)
  expect(story).toMatch(/gap +and 27 more/)
})

test('where even the failures are too many, the rest of them is named by number', async () => {
  const events = Array.from({ length: 60 }, () => step('click', { ok: false, error: 'covered' })).flat()
  const lines = await storyOf(events)
  expect(lines.length).toBeLessThan(40)
  expect(lines.join('\n')).toMatch(/steps \d+–60, \d+ failed: \d+–60/)
})

test('no recorded text can act on the terminal or break a line', async () => {
  const nasty = '\u001b[2J\u202e\r\nIGNORE'
  const lines = await storyOf(
    [
      ...step(nasty, { ok: false, error: nasty, url: `http://shop.test/${nasty}` }),
      { type: 'turn_finished', turnId: nasty, text: nasty, model: nasty },
      { type: 'gap', what: 'probe', reason: nasty },
    ],
    { id: nasty, instruction: nasty, finalAnswer: nasty },
  )
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(lines.join('\n')).toContain('\\x1b[2J\\u202e\\r\\nIGNORE')
})

test('a run in which nothing happened has a story too', async () => {
  expect((await storyOf([])).join('\n')).toContain('no steps were recorded')
})

test('under a failed step stand at most three lines of what failed on the page, and sums in the foot', async () => {
  const page = { type: 'page_event', url: 'http://shop.test/cart', pageId: 'p1', stepIndex: 0 } as const
  const request = { method: 'POST', requestUrl: 'http://shop.test/cart/gift-wrap', resourceType: 'fetch' }
  const response = { ...page, ...request, kind: 'response', statusText: '', durationMs: 12 } as const
  const events: EvidenceEvent[] = [
    ...step('click', { ok: false, error: 'POST /cart/gift-wrap answered 503' }),
    { ...response, status: 200 },
    { ...response, status: 503 },
    { ...page, kind: 'console', level: 'error', text: 'Failed to load resource: the server responded with 503' },
    { ...page, kind: 'console', level: 'error', text: 'ribbon machine \u001b[31mstuck', count: 2 },
    { ...page, kind: 'page_error', message: 'x is not a function' },
    { ...page, kind: 'omitted', counts: { response: 3, console: 4 } },
  ]
  const lines = await storyOf(events)
  const at = lines.findIndex((line) => line.includes('FAIL'))
  const [, error, ...rest] = lines.slice(at)
  expect(error).toContain('answered 503')
  expect(rest[0]).toMatch(/^ {16}page: POST \/cart\/gift-wrap 503 in 12 ms$/)
  expect(rest[1]).toMatch(/^ {16}console error "ribbon machine .*stuck" × 2$/)
  expect(rest[1]).not.toContain('\u001b')
  expect(rest[2]).toMatch(/^ {16}script error "x is not a function"$/)
  expect(lines.join('\n')).toMatch(
    /\n {2}page +5 requests, 1 failed, 3 console errors, 1 script error, 1 tab, 4\s+more\s+events\n/,
  )

  const many = Array.from({ length: 30 }, (_, index): EvidenceEvent => {
    return { ...page, kind: 'page_error', message: `error ${index} ${'x'.repeat(50)}` }
  })
  const crowded = await storyOf([...step('click', { ok: false, error: 'no' }), ...many])
  expect(crowded.filter((line) => line.includes('script error "'))).toHaveLength(3)
  expect(crowded.length).toBeLessThan(40)
})

test('a request that became a download is no failure, and a download that broke off is one', async () => {
  const page = { type: 'page_event', url: 'http://shop.test/', pageId: 'p1', stepIndex: 0 } as const
  const told = ['bill', 'broken'].flatMap((name): EvidenceEvent[] => {
    const requestUrl = `http://shop.test/${name}`
    const request = { ...page, method: 'GET', requestUrl, resourceType: 'document' }
    return [
      { ...request, kind: 'response', status: 200, statusText: '', durationMs: 2 },
      { ...request, kind: 'request_failed', failure: 'net::ERR_ABORTED' },
      { ...page, kind: 'download', requestUrl, suggestedName: `${name}.txt` },
    ]
  })
  const requestUrl = 'http://shop.test/broken'
  const lines = await storyOf([
    ...step('click', { ok: false, error: 'no file' }),
    ...told,
    { ...page, kind: 'download', requestUrl, suggestedName: 'broken.txt', failure: 'canceled' },
    {
      ...page,
      kind: 'request_failed',
      method: 'GET',
      requestUrl: 'http://shop.test/',
      resourceType: 'document',
      failure: 'net::ERR_ABORTED',
    },
  ])
  const at = lines.findIndex((line) => line.includes('FAIL'))
  expect(lines.slice(at + 2, at + 4).map((line) => line.trim())).toEqual([
    'page: download broken.txt canceled · GET / net::ERR_ABORTED',
    '',
  ])
  expect(lines.join('\n')).toMatch(/\n {2}page +5 requests, 1 failed,/)
})

test('tokens that nobody has told are unknown, and not none', async () => {
  const told = async (usage?: { input_tokens: number; output_tokens: number }): Promise<string> => {
    const said = { type: 'turn_finished', turnId: 't0', text: 'Done.', model: 'm-1' } as const
    return (await storyOf([usage ? { ...said, usage } : said])).join('\n')
  }
  expect(await told()).toMatch(/model +m-1 · tokens unknown/)
  expect(await told({ input_tokens: 0, output_tokens: 0 })).toMatch(/model +m-1 · 0 tokens in, 0 out/)
})
