import { TrajectoryRecorder, type EvidenceEvent } from 'contrail'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { filesBelow } from '../canaries/search.ts'
import { makeRoot } from '../recordings.ts'

const secret = 'Ex6-Tulip-Harbour-w4Qz'
const token = 'ghp_q8Wz3RtY6uPk1LmN5bVc2XsD7fGh4JjA9eTo'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A PNG of one pixel with a chunk of text: the file of an image stays as it is. */
const picture = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080000000000000000', 'hex'),
  ...[Buffer.from([0, 0, 0, secret.length]), Buffer.from(`tEXt${secret}`), Buffer.alloc(4)],
  ...[Buffer.alloc(4), Buffer.from('IEND'), Buffer.alloc(4)],
])

/** Exceptions that `createRedactor` and `snapshotEvent` name: what is recorded, and what of it is stored. */
const excepted: Readonly<Record<string, readonly [unknown, string | Buffer]>> = {
  'in upper case': [secret.toUpperCase(), secret.toUpperCase()],
  'character by character': [Array.from(secret), JSON.stringify(Array.from(secret))],
  'cut in two': [{ first: secret.slice(0, 9), second: secret.slice(9) }, secret.slice(9)],
  'as the numbers of its bytes': [Buffer.from(secret).toJSON().data, JSON.stringify(Buffer.from(secret).toJSON().data)],
  'in base64 of base64': [base64(base64(secret)), base64(base64(secret))],
  'in hex with colons': [
    Buffer.from(secret).toString('hex').replaceAll(/..\B/g, '$&:'),
    Buffer.from(secret).toString('hex').replaceAll(/..\B/g, '$&:'),
  ],
  'in UTF-16 bytes': [{ bytes: Buffer.from(secret, 'utf16le') }, Buffer.from(secret, 'utf16le').toString('base64')],
  compressed: [{ bytes: gzipSync(secret) }, gzipSync(secret).toString('base64')],
  'in the file of an image': [picture, picture],
  'by its shape alone, in base64': [base64(`it is ${token} .`), base64(`it is ${token} .`)],
  'by the name of an object above': [{ password: { current: 'Ex6Kettle5' } }, 'Ex6Kettle5'],
}

test.each(Object.entries(excepted))('a secret that is known to stay: %s', async (_how, [result, stored]) => {
  const root = await makeRoot()
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'excepted', instruction: 'Say it.' },
    outputRoot: root,
    persist: true,
    durability: 'finish',
    env: {},
    redact: { secrets: [secret] },
  })
  const step = { type: 'step_finished', actionName: 'tool', actionArgs: {}, reasoning: '' } as const
  const event: EvidenceEvent = { ...step, toolOutput: { ok: true, result } }
  await recorder.record(event)
  await recorder.finish()
  const found = (await filesBelow(root)).filter(({ bytes }) => bytes.includes(stored))
  expect(found.length).toBeGreaterThan(0)
})
