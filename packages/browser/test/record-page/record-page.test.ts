import { recordPage, type ProbeOptions } from '@contrail/browser'
import type { EvidenceSink } from '@contrail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { expect as playwrightExpect } from 'playwright/test'
import { expect, test } from 'vitest'
import { countCalls, keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

async function openRecorded(
  path: string,
  { open = live.reopen, probe }: { open?: typeof live.open; probe?: ProbeOptions } = {},
) {
  const original = await open(path)
  const kept = keepEvents()
  return { original, page: recordPage(original, kept.sink, { probe }), ...kept }
}

/** For what is told of steps alone. */
const unprobed = { probe: { mode: 'off' } } as const

test('a call on a locator is a step with role, name, selector, point and box of its target, followed by a probe', async () => {
  const { settled, page, types, of } = await openRecorded('/index.html')
  const box = await page.locator('#add').boundingBox()
  const returned = await page.getByRole('button', { name: 'Add to cart' }).click({ position: { x: 5, y: 6 } })
  expect(returned).toBeUndefined()
  await settled()
  expect(types()).toEqual(['step_finished', 'screenshot', 'step_observed'])
  const [step] = of('step_finished')
  expect(step).toMatchObject({
    actionName: 'click',
    actionArgs: { locator: "getByRole('button', { name: 'Add to cart' })", options: { position: { x: 5, y: 6 } } },
    reasoning: '',
    toolOutput: { ok: true },
    target: { role: 'button', name: 'Add to cart', box },
  })
  expect(step?.target?.point).toEqual({ x: (box?.x ?? 0) + 5, y: (box?.y ?? 0) + 6 })
  expect(await page.locator(step?.target?.selector ?? '').textContent()).toBe('Add to cart')
  expect(step).not.toHaveProperty('sensitive')
  expect(of('step_observed')[0]?.ariaTree).toContain('1 in cart')
})

test('calls on the page are steps with their arguments by name, and give back what Playwright gives', async () => {
  const { settled, page, of } = await openRecorded('/index.html', unprobed)
  const response = await page.goto(live.url('/form.html'), { waitUntil: 'load' })
  expect(response?.status()).toBe(200)
  expect(await page.selectOption('#size', 'l')).toEqual(['l'])
  await page.fill('#email', 'a@example.org')
  await page.check('#gift')
  await page.setInputFiles('#photo', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') })
  await page.dragAndDrop('#drag', '#drop')
  expect(await page.title()).toBe('Dropped')
  await page.press('#email', 'Enter')
  await page.waitForURL('**/thanks.html?*')
  await page.goBack()
  await page.reload()
  await settled()
  expect(of('step_finished').map(({ actionName, actionArgs }) => [actionName, actionArgs])).toEqual([
    ['goto', { url: live.url('/form.html'), options: { waitUntil: 'load' } }],
    ['selectOption', { selector: '#size', values: 'l' }],
    ['fill', { selector: '#email', value: 'a@example.org' }],
    ['check', { selector: '#gift' }],
    [
      'setInputFiles',
      { selector: '#photo', files: { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') } },
    ],
    ['dragAndDrop', { source: '#drag', target: '#drop' }],
    ['press', { selector: '#email', key: 'Enter' }],
    ['goBack', {}],
    ['reload', {}],
  ])
  expect(of('step_finished')[0]?.toolOutput).toEqual({ ok: true, result: { url: live.url('/form.html'), status: 200 } })
  expect(of('step_finished')[1]).toMatchObject({
    toolOutput: { ok: true, result: ['l'] },
    target: { role: 'combobox', name: 'Size', selector: '#size' },
  })
})

test('chains of locators are recorded: filters, nth, and, or, frames, and locators given as arguments', async () => {
  const { settled, page, of } = await openRecorded('/index.html', unprobed)
  await page
    .getByRole('listitem')
    .filter({ has: page.getByText('Floor lamp') })
    .getByRole('button')
    .click()
  await page.locator('.buy').and(page.getByText('Buy')).nth(1).click()
  await page.locator('#missing').or(page.locator('#lamp-a')).first().click()
  for (const button of await page.locator('.buy').all()) await button.hover()
  await page.goto(live.url('/frames.html'))
  const frame = page.frameLocator('iframe')
  const box = await frame.getByLabel('Email').boundingBox()
  await frame.getByLabel('Email').fill('b@example.org')
  await page.locator('iframe').contentFrame().locator('#drag').dragTo(frame.locator('#drop'))
  await settled()
  const steps = of('step_finished')
  expect(steps.map(({ actionName, toolOutput }) => [actionName, toolOutput.ok])).toEqual([
    ['click', true],
    ['click', true],
    ['click', true],
    ['hover', true],
    ['hover', true],
    ['goto', true],
    ['fill', true],
    ['dragTo', true],
  ])
  const fill = steps[6]
  expect(fill?.target).toMatchObject({ role: 'textbox', name: 'Email', box })
  expect(await page.locator(fill?.target?.selector ?? '').inputValue()).toBe('b@example.org')
  expect(steps[7]?.actionArgs).toMatchObject({ target: "locator('iframe').contentFrame().locator('#drop')" })
})

test('a role that is not the element itself is not told', async () => {
  const { settled, page, of } = await openRecorded('/index.html', unprobed)
  await page.locator('#generic').click()
  await settled()
  expect(of('step_finished')[0]?.target).toMatchObject({ selector: '#generic', box: expect.anything() })
  expect(of('step_finished')[0]?.target).not.toHaveProperty('role')
})

test('describing a target does not break the element references an agent holds', async () => {
  const { settled, page, of } = await openRecorded('/index.html', unprobed)
  const snapshot = await page.ariaSnapshot({ mode: 'ai' })
  const refs = ['Add to cart', 'Other'].map(
    (name) => new RegExp(`button "${name}" \\[ref=(\\w+)\\]`).exec(snapshot)?.[1],
  )
  await page.getByRef(refs[0] ?? '').click({ timeout: 3_000 })
  await page.click(`aria-ref=${refs[1]}`, { timeout: 3_000 })
  await settled()
  expect(of('step_finished').map(({ target }) => target?.name)).toEqual(['Add to cart', 'Other'])
  const selector = of('step_finished')[0]?.target?.selector ?? ''
  expect(await page.locator(selector).textContent()).toBe('Add to cart') // a reference would mean nothing after the run
})

test('an action that fails rejects with the error of Playwright and is a step that is not ok', async () => {
  const { settled, page, original, of } = await openRecorded('/index.html', unprobed)
  const expected = await original
    .locator('.buy')
    .click({ timeout: 10_000 })
    .catch((error: unknown) => error)
  const failure: unknown = await page
    .locator('.buy')
    .click({ timeout: 10_000 })
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Error)
  expect((failure as Error).message).toBe((expected as Error).message)
  await settled()
  const [step] = of('step_finished')
  expect(step?.toolOutput).toEqual({ ok: false, error: (failure as Error).message })
  expect(step?.target).toEqual({ selector: '.buy' }) // two matches: neither was aimed at
  await expect(page.click('#nowhere', { timeout: 200 })).rejects.toThrow(/Timeout 200ms exceeded/)
  await settled()
})

test('an element that comes late is waited for as without the recorder', async () => {
  const { settled, page, original, of } = await openRecorded('/late.html', unprobed)
  const filling = page.getByLabel('Late').fill('hunter2')
  await sleep(60)
  await original.evaluate('come()')
  await filling
  await settled()
  expect(of('step_finished')[0]).toMatchObject({ sensitive: true, target: { role: 'textbox', name: 'Late' } })
})

test('a field that comes too late to be described before is seen to be sensitive after the action, and a plain one to be plain', async () => {
  const [{ settled, page, original, of }, plain] = await Promise.all([
    openRecorded('/late.html', unprobed),
    openRecorded('/late.html?type=email', { open: live.open, ...unprobed }),
  ])
  const filling = [page.getByLabel('Late').fill('hunter2'), plain.page.getByLabel('Late').fill('a@example.org')]
  await sleep(1_100) // a target is looked for for a second
  await Promise.all([original, plain.original].map((late) => late.evaluate('come()')))
  await Promise.all(filling)
  await Promise.all([settled(), plain.settled()])
  expect(of('step_finished')[0]).toMatchObject({ toolOutput: { ok: true }, sensitive: true })
  expect(plain.of('step_finished')[0]).toMatchObject({ actionArgs: { value: 'a@example.org' } })
  expect(plain.of('step_finished')[0]).not.toHaveProperty('sensitive')
  await expect(page.locator('#nowhere').fill('hunter2', { timeout: 100 })).rejects.toThrow(/Timeout/)
  await settled()
  expect(of('step_finished')[1]).toMatchObject({ toolOutput: { ok: false }, sensitive: true })
})

test('password, one-time code and card fields are sensitive, by locator, selector and keyboard, also in frames', async () => {
  const { settled, page, of } = await openRecorded('/form.html', unprobed)
  await page.locator('#password').fill('hunter2')
  await page.type('#code', '123456')
  await page.getByText('Card').fill('4111 1111 1111 1111') // the label stands for its field
  await page.locator('#password').focus()
  await page.keyboard.type('hunter2')
  await page.locator('#email').focus()
  await page.keyboard.type('a@example.org')
  await page.goto(live.url('/frames.html'))
  await page.frameLocator('iframe').locator('#password').focus()
  await page.keyboard.press('h')
  await settled()
  expect(of('step_finished').map(({ actionName, sensitive = false }) => [actionName, sensitive])).toEqual([
    ['fill', true],
    ['type', true],
    ['fill', true],
    ['focus', true],
    ['keyboard.type', true],
    ['focus', false],
    ['keyboard.type', false],
    ['goto', false],
    ['focus', true],
    ['keyboard.press', true],
  ])
  expect(of('step_finished')[6]?.target).toMatchObject({ role: 'textbox', name: 'Email' })
})

test('of keys that are pressed one by one each step tells the field they go to', async () => {
  const { page, original, of, settled } = await openRecorded('/form.html', unprobed)
  await page.focus('#email')
  for (const key of ['a', 'b', 'c']) await page.keyboard.press(key)
  await page.focus('#password')
  await page.keyboard.press('d')
  await page.evaluate('document.activeElement.blur()')
  await page.keyboard.press('e')
  await settled()
  const keys = of('step_finished').filter(({ actionName }) => actionName === 'keyboard.press')
  const box = await original.locator('#email').boundingBox()
  const email = { role: 'textbox', name: 'Email', box }
  expect(keys.slice(0, 3).map(({ target }) => target)).toMatchObject([email, email, email])
  expect(keys.map(({ sensitive = false }) => sensitive)).toEqual([false, false, false, true, false])
  expect(keys[3]?.target).toMatchObject({ role: 'textbox', name: 'Password' })
  expect(keys[4]).not.toHaveProperty('target')
})

test('mouse actions are steps at the point the mouse is at', async () => {
  const { settled, page, of } = await openRecorded('/index.html', unprobed)
  const box = await page.locator('#add').boundingBox()
  const point = { x: (box?.x ?? 0) + 3, y: (box?.y ?? 0) + 3 }
  await page.mouse.move(point.x, point.y)
  await page.mouse.down()
  await page.mouse.up()
  await page.mouse.wheel(0, 100)
  await settled()
  expect(of('step_finished').map(({ actionName, target }) => [actionName, target])).toEqual([
    ['mouse.move', { point }],
    ['mouse.down', { point }],
    ['mouse.up', { point }],
    ['mouse.wheel', { point }],
  ])
  expect(await page.locator('#count').textContent()).toBe('1 in cart')
})

test('a popup that was waited for is recorded too, and knows its opener', async () => {
  const { settled, page, of } = await openRecorded('/popup.html', { open: live.open })
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByText('Open shop').click()])
  await popup.locator('#add').click()
  expect(await popup.opener()).toBe(page)
  expect(popup.locator('#add').page()).toBe(popup)
  await settled()
  expect(of('step_finished').map(({ actionName }) => actionName)).toEqual(['click', 'click'])
  expect(of('step_observed').map(({ url }) => url)).toEqual([live.url('/popup.html'), live.url('/index.html')])
})

test('an action that closes its page costs gaps', async () => {
  const { settled, page, types } = await openRecorded('/popup.html', { open: live.open })
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByText('Open shop').click()])
  await popup.setContent('<button onclick="window.close()">Close me</button>')
  const closed = popup.waitForEvent('close')
  await popup
    .getByText('Close me')
    .click()
    .catch(() => {}) // the page may be gone before the click is acknowledged
  await closed
  await settled()
  expect(types().slice(-4)).toEqual(['step_finished', 'step_observed', 'gap', 'gap'])
})

test('dialogs, handlers and events of the script work as they did', async () => {
  const { settled, page, of } = await openRecorded('/popup.html', { open: live.open, ...unprobed })
  const messages: string[] = []
  page.on('dialog', (dialog) => {
    messages.push(dialog.message())
    void dialog.accept()
  })
  await page.getByText('Alert').click()
  expect(messages).toEqual(['Hello'])

  await page.goto(live.url('/index.html'))
  const heading = page.getByRole('heading')
  let handled = 0
  await page.addLocatorHandler(heading, async (given) => {
    expect(given).toBe(heading)
    handled += 1
    await page.evaluate(() => document.querySelector('h1')?.remove())
    await page.locator('#other').click()
  })
  await page.locator('#add').click()
  expect(handled).toBe(1)
  await settled()
  expect(of('step_finished').map(({ actionArgs }) => actionArgs['locator'])).toEqual([
    "getByText('Alert')",
    undefined,
    "locator('#other')",
    "locator('#add')",
  ])
})

test('the recorded page is taken for the page it is', async () => {
  const { page, original } = await openRecorded('/index.html', { open: live.open })
  expect(page.locator).toBe(page.locator)
  expect(page.keyboard).toBe(page.keyboard)
  expect(page.locator('#add').page()).toBe(page)
  expect(page.on('console', () => {})).toBe(page)
  expect(page.context()).toBe(original.context())
  expect(page.constructor).toBe(original.constructor)
  expect(page.locator('#add').constructor).toBe(original.locator('#add').constructor)
  expect(page.mainFrame()).toBe(page.mainFrame())
  expect(String(page.locator('#add'))).toBe(String(original.locator('#add')))
  await playwrightExpect(page.locator('#count')).toHaveText('0 in cart')
  await playwrightExpect(page.locator('.buy')).toHaveCount(2)
  await playwrightExpect(page).toHaveTitle('Lamp shop')
  expect((await page.screenshot({ mask: [page.locator('#add')] })).length).toBeGreaterThan(1_000)
  expect(await page.locator('#add').evaluate((button) => button.id)).toBe('add')
})

test('actions called at once start in the order of the calls and are told in the order they end', async () => {
  const { settled, page, of, types } = await openRecorded('/form.html')
  const typing = page.locator('#email').pressSequentially('slow', { delay: 60 })
  const failing = page.locator('#nowhere').click({ timeout: 100 })
  const checking = page.locator('#gift').check()
  const outcomes = await Promise.allSettled([typing, failing, checking])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  await settled()
  expect(of('step_finished').map(({ startedAt }) => startedAt)).toHaveLength(3)
  const started = new Map(of('step_finished').map(({ actionName, startedAt }) => [actionName, startedAt ?? '']))
  expect([...started].sort(([, a], [, b]) => a.localeCompare(b)).map(([name]) => name)).toEqual([
    'pressSequentially',
    'click',
    'check',
  ])
  const finished = of('step_finished').map(({ finishedAt = '' }) => finishedAt)
  expect(finished).toEqual([...finished].sort())
  expect(types()).toEqual(['step_finished', 'step_finished', 'step_finished', 'screenshot', 'step_observed'])
})

test('without a sink the page is itself, and while nobody listens nothing is looked at', async () => {
  const { page: counted, calls } = countCalls(await live.open('/index.html'))
  expect(recordPage(counted, undefined)).toBe(counted)
  const { settled, sink, events } = keepEvents()
  const quiet: EvidenceSink = Object.defineProperty((event) => sink(event), 'isListening', { value: () => false })
  const page: Page = recordPage(counted, quiet)
  calls.length = 0
  await page.click('#add')
  await page.locator('#add').click()
  expect(calls).toEqual(['click', 'locator'])
  await settled()
  expect(events).toEqual([])
})
