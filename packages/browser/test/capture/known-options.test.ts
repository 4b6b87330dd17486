import { expect, test } from 'vitest'
import type { Page } from 'playwright'
import { captureCua, captureDom, captureHybrid, recordPage, type CaptureOptions } from '@contrail/browser'

const attach = [captureDom, captureHybrid, captureCua, recordPage] as const
/** A page is not looked at before the options are. */
const page = {} as Page
const sink = (): void => undefined

test.each(attach.map((capture) => [capture.name, capture] as const))(
  'a misspelt option of %s is refused with those that there are',
  (_, capture) => {
    for (const options of [{ timeout: 5 }, { masked: true }, { probes: {} }, { maskAgentFrame: true }] as object[]) {
      const [name = ''] = Object.keys(options)
      expect(() => capture(page, sink, options as CaptureOptions)).toThrow(
        new RegExp(`among budgetTokens, treeLimitMs, .*; got "${name}"`),
      )
    }
    expect(() => capture(page, sink, { probe: { modus: 'off' } as object })).toThrow('got "modus"')
    expect(() => capture(page, sink, null as never)).toThrow('to be an object, got null')
  },
)
