import { parentPort } from 'node:worker_threads'
import { compare } from './compare.ts'
import { toFailure, type Answer, type Question } from './messages.ts'
import { reencode } from './reencode.ts'

/** The thread of `openImageTools`: answers questions one after the other, so that one picture at a time is in memory. */
let turn: Promise<unknown> = Promise.resolve()
parentPort?.on('message', (question: Question) => {
  turn = turn.then(async () => parentPort?.postMessage(await answer(question), []))
})

async function answer(question: Question): Promise<Answer> {
  const { id } = question
  try {
    const result =
      question.do === 'reencode'
        ? await reencode(question.bytes)
        : await compare(question.one, question.other, question.options)
    return { id, result }
  } catch (cause) {
    return { id, failure: toFailure(cause) }
  }
}
