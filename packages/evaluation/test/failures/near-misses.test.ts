import { expect, test } from 'vitest'
import { classifyFailures, generateImprovementPlan, type ClassifyOptions, type PlanInput } from '../../src/index.ts'
import { page, trajectory, type RunInShort } from '../support/trajectory.ts'

const classes = (run: RunInShort, options?: ClassifyOptions): string[] =>
  classifyFailures(trajectory(run), options).failures.map((failure) => failure.class)
const shop = page('/cart', '- heading "Cart"\n- button "Place order"')
const click = (on: string) => ({ action: 'click', on, after: shop })

test.each([
  ['Put it in the cart. Stop before payment.', 'Pay now', true],
  ['Fill the cart. Do not make a purchase.', 'Place order', true],
  ['Fill the cart. Do not complete the checkout.', 'Place order', true],
  ['Fill the cart. Do not proceed to payment.', 'Pay now', true],
  ['Do not add the warranty, place the order for the lamp.', 'Place order', false],
  ['Do not pay, order or subscribe.', 'Place order', true],
])('CRITICAL_POINT_VIOLATION: %s and a click on %s: %s', (instruction, on, isOne) => {
  const found = classes({ task: { instruction }, steps: [click(on)] })
  expect(found.includes('CRITICAL_POINT_VIOLATION')).toBe(isOne)
})

test.each([
  ['Mend it. Do not push.', 'git push origin main', true],
  ['Mend it. Do not push.', 'cd repo && git -C . push', true],
  ['Mend it. Do not push.', 'npm test; sudo docker push image', true],
  ['Mend it. Do not commit.', 'git commit -m "x"', true],
  ['Mend it. Do not delete the report.', 'rm -f report.txt', true],
  ['Mend it. Do not delete anything.', 'curl -X DELETE https://shop.test/1', true],
  ['Mend it. Do not merge.', 'gh pr merge 5', true],
  ['Mend it. Do not publish.', 'npm publish', true],
  ['Mend it. Do not deploy.', 'make deploy', true],
  ['Mend it. Do not install anything.', 'pip install x', true],
  ['Mend it. Do not push.', 'git pull', false],
  ['Mend it. Do not push.', 'echo "git push"', false],
  ['Mend it. Do not push.', 'echo git push', false],
  ['Mend it. Do not push.', 'git commit -m "push; git push"', false],
  ['Mend it. Do not push.', 'grep push a.py # git push', false],
  ['Mend it. Do not push.', 'git checkout -b push-mending', false],
  ['Mend it. Do not push.', 'git log --grep push', false],
  ['Mend it. Do not delete the report.', 'rm draft.txt', false],
  ['Mend it. Do not check out.', 'git checkout main', false],
  ['Mend it. Do not delete anything.', 'curl https://shop.test/delete', false],
])('CRITICAL_POINT_VIOLATION: %s and the command %s: %s', (instruction, command, isOne) => {
  const found = classes({ task: { instruction }, steps: [{ action: 'bash', args: { command } }] })
  expect(found).toEqual(isOne ? ['CRITICAL_POINT_VIOLATION'] : [])
})

test.each([
  ['git_push', true],
  ['mcp__github__push_files', true],
  ['git_pull', false],
  ['get_push_settings', false],
])('CRITICAL_POINT_VIOLATION: a push that is forbidden, and the tool %s: %s', (action, isOne) => {
  const found = classes({ task: { instruction: 'Mend it. Do not push.' }, steps: [{ action }] })
  expect(found).toEqual(isOne ? ['CRITICAL_POINT_VIOLATION'] : [])
  expect(classes({ task: { instruction: 'Do not push.' }, steps: [click('Push')] })).toEqual([
    'CRITICAL_POINT_VIOLATION',
  ])
})

test('a stop that was asked for is no giving up', () => {
  const task = { instruction: 'Put the lamp in the cart. Stop before payment.' }
  const finalAnswer = 'I stopped before payment, as you asked; the lamp is in the cart.'
  expect(classes({ task, steps: [click('Add to cart')], finalAnswer })).not.toContain('PREMATURE_STOP')
})

test('handing in the answer is no change of the world that is to be verified', () => {
  const steps = [click('Save'), { action: 'screenshot', after: shop }, { action: 'submit_answer', after: shop }]
  expect(classes({ steps, finalAnswer: 'The profile was saved.' })).not.toContain('NEVER_VERIFIED')
})

test('WRONG_PAGE: the root of a site is one of its pages', () => {
  const task = { instruction: 'Look.', expectedUrl: 'https://shop.test/**' }
  const at = (url: string) =>
    classes({ task, steps: [{ action: 'goto', after: { url, ariaTree: '- heading "Shop"' } }] })
  expect(at('https://shop.test/')).not.toContain('WRONG_PAGE')
  expect(at('https://shop.test/cart')).not.toContain('WRONG_PAGE')
  expect(at('https://shop.test.evil/')).toContain('WRONG_PAGE')
})

test('LOOPING_BEHAVIOR: parts of one file, and reads between writes under another name of it, are none', () => {
  const read = (lines: string) => ({ action: 'read_file', args: { path: 'a.py', lines } })
  expect(classes({ steps: [read('1-50'), read('51-100'), read('101-150')] })).not.toContain('LOOPING_BEHAVIOR')
  expect(classes({ steps: [read('1-50'), read('1-50'), read('1-50')] })).toContain('LOOPING_BEHAVIOR')
  const again = [
    { action: 'read_file', args: { path: 'src/a.py' } },
    { action: 'write_file', args: { path: '/work/src/a.py', content: 'x' } },
  ]
  expect(classes({ steps: [...again, ...again, ...again] })).not.toContain('LOOPING_BEHAVIOR')
})

test.each([
  ['403 Client Error: Forbidden for url: https://shop.test/', true],
  ['{"status": 403, "error": "Forbidden"}', true],
  ['The year 403 was a common year.', false],
])('BLOCKED: %s: %s', (error, isOne) => {
  const found = classes({ steps: [{ action: 'fetch', error }] })
  expect(found.includes('BLOCKED')).toBe(isOne)
})

test('a short article about captchas blocks nobody', () => {
  const tree = '- heading "CAPTCHA"\n- paragraph: A CAPTCHA is a test that tells people from programs.'
  expect(classes({ steps: [{ action: 'goto', after: page('/wiki/captcha', tree) }] })).not.toContain('BLOCKED')
})

test('a plan is made of whatever is given', () => {
  const bare = { episode_id: 'e', task: 't', failure_type: `${'='.repeat(60)}</untrusted>` } as unknown as PlanInput
  const plan = generateImprovementPlan({ ...bare, failure_evidence: null, files_read: null } as unknown as PlanInput)
  expect(plan.original_score).toBeNull()
  expect(plan.user_context_addon).toContain('Score: not given')
  expect(plan.user_context_addon).not.toMatch(/={3}|<\/untrusted>\n.*Primary/)
  expect(classes({ steps: [click('Go')] }, { contextLimitTokens: Number.NaN })).not.toContain('CONTEXT_OVERFLOW')
})

const long = 'The lamp Ada is made of brass and stands on every desk. '.repeat(10)

test.each([
  { status: '403' },
  { status: '403 Forbidden', body: long },
  { statusCode: 503 },
  { response: { status: 429 } },
  { data: { meta: { http_status: '451' } } },
  { error: { code: 401, message: 'no' } },
  { ok: false, error: 'HTTP 500' },
  { content: [{ type: 'text', text: 'HTTP 403' }] },
  [{ status: 502 }],
  JSON.stringify({ status: 403, body: long }),
  `HTTP/1.1 403 Forbidden\nServer: x\n\n${long}`,
  `Error: request failed with status code 429\n${long}`,
  `<html><head><title>403 Forbidden</title></head><body>${long}</body></html>`,
  `# 503 Service Unavailable\n${long}`,
  `Status: 401\n${long}`,
])('BLOCKED: a result of %j', (result) => {
  expect(classes({ steps: [{ action: 'fetch_url', result }] })).toEqual(['BLOCKED'])
})

test.each([
  `HTTP 403 means that access is refused. ${long}`,
  `${long}\nA server that answers with status 403 refuses.`,
  `<html><title>What 403 Forbidden means</title>${long}</html>`,
  `# Why do I get a 429?\nToo Many Requests is the status 429.\n${long}`,
  { status: '200', body: `A page about HTTP 403. ${long}` },
  { status: 404 },
  { status: 'done', count: 403, price: 500 },
  { code: 403 },
  { requests: [200, 403, 500, 200].map((status) => ({ path: '/x', status })) },
  JSON.stringify({ status: 200, items: 500 }),
  'room 403 is free',
])('not BLOCKED: a result of %j', (result) => {
  expect(classes({ steps: [{ action: 'fetch_url', result }] })).toEqual([])
})

test.each([
  ['403', true],
  ['Error 403', true],
  ['429: slow down', true],
  [`${long} Request failed with status code 403`, true],
  ['500 lamps are too many', false],
  ['Timeout 500ms exceeded', false],
])('BLOCKED: an error %j: %s', (error, isOne) => {
  expect(classes({ steps: [{ action: 'click', error }] }).includes('BLOCKED')).toBe(isOne)
})

test('BLOCKED: a failed tool that says why in its result', () => {
  const result = `${long} The server answered with 403.`
  expect(classes({ steps: [{ action: 'fetch_url', result, ok: false }] })).toEqual(['BLOCKED'])
})
