import { expect, test } from 'vitest'
import { openSession, type OwnSession } from '../../src/page/cdp-session.ts'
import { listenToTyping, typingOf } from '../../src/secrets/typing.ts'
import { useLivePages } from '../support/live-page.ts'

const live = useLivePages()

test('a page of many frames that come at once is asked to listen a few times, and hears what is typed in the last of them', async () => {
  const page = await live.reopen('/thanks.html')
  const session = (await openSession(page))!
  await session.send('Page.enable')
  const { heard } = typingOf(page)
  let calls = 0
  const first = Promise.withResolvers<void>()
  const send = (async (...args: Parameters<OwnSession['send']>) => {
    if (args[0] === 'Runtime.callFunctionOn' && (calls += 1) === 1) await first.promise
    return session.send(...args)
  }) as OwnSession['send']
  listenToTyping(page, { send, on: session.on })
  const frames = Array.from({ length: 12 }, (_, at) => `<iframe name=f${at} src=/thanks.html></iframe>`)
  await page.evaluate((html) => (document.body.innerHTML = html), frames.join(''))
  await expect.poll(() => page.frames().filter((frame) => frame.url().endsWith('/thanks.html')).length).toBe(13)
  await expect.poll(() => calls).toBe(1)
  first.resolve()
  await expect.poll(() => calls).toBe(2)
  const last = page.frame('f11')!
  await last.evaluate("document.body.innerHTML = '<input type=password>'")
  await last.locator('input').pressSequentially('kX7!vPq2')
  await expect.poll(() => typingOf(page).since(heard).secrets).toMatchObject([{ value: 'kX7!vPq2', kind: 'password' }])
})
