import { captureDom, observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

/** What stands in a field, and how the page names it. */
const secrets: readonly (readonly [value: string, naming: string])[] = [
  ['gH6kLm8QrT5vXz1Wn6Ya', 'aria-label="Access key"'],
  ['gH6kLm8QrT5vXz1Wn6Yb', 'placeholder="License key"'],
  ['gH6kLm8QrT5vXz1Wn6Yc', 'title="Clé de licence"'],
  ['gH6kLm8QrT5vXz1Wn6Yd', 'name=accessKey'],
  ['739161', 'aria-label="Two-factor authentication"'],
  ['739162', 'placeholder="Enter confirmation code"'],
  ['739163', 'id=confirmation_code'],
  ['078-05-1121', 'placeholder=SSN'],
  ['078-05-1122', 'aria-label="Social security number"'],
  ['078-05-1123', 'name=applicant_ssn'],
  ['ribbon lava hockey umbrella tiny swarm cactus velvet mango ostrich prism walnut', 'aria-label=Seed'],
  ['walnut lava hockey umbrella tiny swarm cactus velvet mango ostrich prism ribbon', 'aria-label="Recovery phrase"'],
  ['48211', 'aria-label="PIN code"'],
]
const harmless: typeof secrets = [
  ['4821993', 'aria-label="Game PIN" name=pin'],
  ['560034', 'placeholder="PIN / ZIP" name=pin'],
  ['560035', 'aria-label="PIN code" name=pincode'],
  ['4711', 'aria-label="GPIO pin" name=gpioPin'],
  ['4712', 'title="Map pin" name=mapPin'],
  ['XJ4471-22B', 'aria-label="Boarding pass" name=pass'],
  ['Adult-7-days', 'placeholder="Ski pass" name=skiPass'],
  ['123456789', 'aria-label=Seed'],
  ['GPL-3.0', 'aria-label="License key"'],
  ['739169', 'aria-label="Promo code" name=code'],
]
const page = (fields: typeof secrets, isFilled: boolean): string =>
  fields
    .map(([value, naming]) => `<input ${naming} ${isFilled ? `value="${value}"` : ''} style="color: red; width: 90px">`)
    .join(' ')

test.each([
  ['a secret by its name and by what stands there', secrets, true],
  ['what only sounds like one', harmless, false],
] as const)('a field for %s is known in the picture, the tree and the steps that type there', async (_, fields, is) => {
  const opened = await live.show('')
  const fill = (content: string): Promise<void> =>
    opened.evaluate((html) => void (document.body.innerHTML = html), content)
  await fill(page(fields, true))
  const { ariaTree = '', screenshot, masked = false } = await observePage(opened, { images })
  expect(fields.filter(([value]) => ariaTree.includes(value)).length).toBe(is ? 0 : fields.length)
  const { red } = countPixels(screenshot)
  expect({ masked, isRed: red > 0 }).toEqual({ masked: is, isRed: !is })

  await fill(page(fields, false))
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(opened, sink, { probe: { mode: 'off' } })
  for (const [at, [text]] of fields.entries())
    await turn(({ step }) =>
      step({ actionName: 'type', actionArgs: { text } }, async () => {
        const field = opened.locator('input').nth(at)
        // Key by key, so that what is not yet a secret, or no longer one, stands there on the way.
        if (text.length < 12) await field.pressSequentially(text)
        else await field.fill(text)
      }),
    )
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual(fields.map(() => is || undefined))
})
