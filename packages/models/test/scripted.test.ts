import { expect, test } from 'vitest'
import { scriptedModel } from '@contrail/models'

const ask = (text: string) => ({ parts: [{ type: 'text', text }] as const })

test('the first answer whose words stand in the question is given', async () => {
  const model = scriptedModel([
    { when: 'lamp', reply: 'first' },
    { when: 'lamp shop', reply: 'second' },
    { when: '', reply: 'last' },
  ])
  expect(await model.generate(ask('a lamp shop'))).toEqual({
    text: 'first',
    usage: { input_tokens: 0, output_tokens: 0 },
    finish: 'stop',
  })
  expect(await model.generate({ system: 'You sell lamps.', ...ask('What?') })).toMatchObject({ text: 'first' })
  expect(await model.generate(ask('chairs'))).toMatchObject({ text: 'last' })
  expect(model.requests.map(({ parts }) => parts)).toEqual([
    ask('a lamp shop').parts,
    ask('What?').parts,
    ask('chairs').parts,
  ])
})

test('a question that nothing fits is MODEL_UNRECORDED', async () => {
  await expect(scriptedModel([{ when: 'lamp', reply: 'x' }]).generate(ask('chairs'))).rejects.toMatchObject({
    code: 'MODEL_UNRECORDED',
    message: 'the script has no answer: none of its 1 answers fits for a question of 6 characters',
  })
  await expect(scriptedModel(() => undefined).generate(ask('chairs'))).rejects.toMatchObject({
    code: 'MODEL_UNRECORDED',
  })
})

test('an entry that is no answer is refused at once', () => {
  const script = JSON.parse('[{"when": "a", "reply": "b"}, {"when": "c"}]') as { when: string; reply: string }[]
  expect(() => scriptedModel(script)).toThrow('script[1]: expected { when: string, reply: string }')
})
