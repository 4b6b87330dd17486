import { createEvidenceBus, guardSink, type EvidenceEvent, type EvidenceSink } from '@contrail/core'
import { expect, test } from 'vitest'

const gap = (reason: string): EvidenceEvent => ({ type: 'gap', what: 'probe', reason })

test('events are handed over at once and in order', async () => {
  const heard: string[] = []
  const deliver = guardSink((event) => void heard.push(event.type === 'gap' ? event.reason : event.type))
  const both = [deliver(gap('a')), deliver(gap('b'))]
  expect(heard).toEqual(['a', 'b'])
  await Promise.all(both)
})

test('a sink that answers later is waited for', async () => {
  let answered = false
  const deliver = guardSink(async () => {
    await sleep(30)
    answered = true
  })
  await deliver(gap('a'))
  expect(answered).toBe(true)
})

test('a sink that throws or rejects is contained and reported by the type of the event', async () => {
  const failures: [string, unknown][] = []
  const cause = new Error('disk full')
  const onFailure = (message: string, thrown: unknown) => void failures.push([message, thrown])
  const throwing = guardSink(
    () => {
      throw cause
    },
    { onFailure },
  )
  await throwing(gap('a'))
  await guardSink(() => Promise.reject(cause), { onFailure })({ type: 'turn_finished', turnId: '1' })
  expect(failures).toEqual([
    ['onEvidence callback failed for gap', cause],
    ['onEvidence callback failed for turn_finished', cause],
  ])
})

test('a sink that hangs is waited for once, and again only after it has answered', async () => {
  const failures: string[] = []
  const heard: string[] = []
  let release = () => {}
  const hanging = new Promise<void>((resolve) => {
    release = resolve
  })
  const later = () =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        heard.push('answered')
        resolve()
      }, 20)
    })
  const answers: (() => Promise<void>)[] = [() => hanging, () => later(), () => later()]
  const deliver = guardSink(() => answers.shift()?.(), {
    timeoutMs: 60,
    onFailure: (message) => failures.push(message),
  })

  await deliver(gap('hangs'))
  expect(failures).toEqual(['onEvidence callback failed for gap'])
  await deliver(gap('not waited for'))
  expect(heard).toEqual([])
  release()
  await sleep(40)
  expect(heard).toEqual(['answered'])
  await deliver(gap('waited for again'))
  expect(heard).toEqual(['answered', 'answered'])
  expect(failures).toHaveLength(1)
})

test('a hang that ends in a rejection is reported twice, and a reporter that throws hurts nobody', async () => {
  const causes: string[] = []
  const deliver = guardSink(() => sleep(40).then(() => Promise.reject(new Error('too late'))), {
    timeoutMs: 10,
    onFailure: (_message, cause) => {
      causes.push(String(cause))
      throw new Error('the reporter is broken')
    },
  })
  await deliver(gap('a'))
  await sleep(60) // an unhandled rejection would fail the run
  expect(causes).toEqual([expect.stringContaining('no answer within 10 ms'), 'Error: too late'])
})

test('whether anybody listens is asked of the sink; without a sink nobody does', () => {
  let listening = false
  const sink: EvidenceSink = () => {}
  expect(guardSink(sink).isListening()).toBe(true)
  sink.isListening = () => listening
  const deliver = guardSink(sink)
  expect(deliver.isListening()).toBe(false)
  listening = true
  expect(deliver.isListening()).toBe(true)
  expect(guardSink(undefined).isListening()).toBe(false)
})

test('a sink that cannot say whether it listens is taken to', () => {
  const failures: string[] = []
  const sink: EvidenceSink = () => {}
  sink.isListening = () => {
    throw new Error('who knows')
  }
  expect(guardSink(sink, { onFailure: (message) => failures.push(message) }).isListening()).toBe(true)
  expect(failures).toEqual(['onEvidence callback failed for isListening'])
})

test('without a sink a delivery does nothing, and a time limit that makes no sense is a TypeError', async () => {
  await guardSink(undefined)(gap('a'))
  expect(() => guardSink(undefined, { timeoutMs: 0 })).toThrow(TypeError)
})

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

test('what is no function is refused at once, and a bus is told of busSink', () => {
  const wrong = (value: unknown): EvidenceSink => value as EvidenceSink
  expect(() => guardSink(wrong(createEvidenceBus()))).toThrow(/got object; for a bus use busSink\(bus\)/)
  expect(() => guardSink(wrong('sink'))).toThrow(/got string/)
  expect(() => guardSink(wrong(null))).toThrow(TypeError)
})
