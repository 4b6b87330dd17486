import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { busSink, createEvidenceBus, listenToBus } from '../../src/events/bus.ts'
import { createRedactor, type Redactor } from '../../src/redact/redactor.ts'
import { snapshotEvent } from '../../src/stored-event/to-stored-event.ts'
import { withheldFrom, withhold } from '../../src/events/withheld.ts'

const make = (): Redactor => createRedactor({ fingerprint: () => '0123abcd' })
const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')
const take = (type: string, payload: unknown, redactor: Redactor): unknown =>
  JSON.parse(brief(JSON.stringify(snapshotEvent(type, payload, { sha256: () => '', redactor }).event)))
const step = (): object => ({ actionName: 'click', actionArgs: {}, reasoning: '', toolOutput: { ok: true } })

const withheld = [{ value: 'Zx8kPlmQ', kind: 'password' }] as const

test('what is withheld from an event is missing in it and in all that come after, and stands in no copy of it', () => {
  const redactor = make()
  const said = { ...step(), reasoning: 'typing Zx8kPlmQ', actionArgs: { instruction: 'type Zx8kPlmQ there' } }
  const event = withhold(said, withheld)
  expect(take('step_finished', event, redactor)).toEqual({
    ...step(),
    reasoning: 'typing <password>',
    actionArgs: { instruction: 'type <password> there' },
  })
  expect(brief(redactor.text('it was Zx8kPlmQ'))).toBe('it was <password>')
  const bare = withhold({ ...step() }, withheld)
  expect(bare).toEqual(step())
  expect(inspect([bare, structuredClone(bare), { ...bare }], { showHidden: true })).not.toContain('Zx8kPlmQ')
})

test('what is withheld goes over a bus with its event', () => {
  const redactor = make()
  const bus = createEvidenceBus()
  listenToBus(bus, (type, payload) => take(type, payload, redactor))
  const sink = busSink(bus)
  void sink(withhold({ type: 'step_observed' as const, url: 'http://a.test/' }, withheld))
  expect(brief(redactor.text('Zx8kPlmQ'))).toBe('<password>')
})

test('nothing is withheld where nothing was put', () => {
  for (const value of [{}, null, undefined, 'Zx8kPlmQ', withhold({}, [])]) expect(withheldFrom(value)).toEqual([])
})
