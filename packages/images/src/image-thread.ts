import { parentPort } from 'node:worker_threads'
import { animate } from './animate.ts'
import { compare } from './compare.ts'
import { toFailure, type Answer, type Question } from './messages.ts'
import { paint } from './paint.ts'
import { reencode } from './reencode.ts'
import { shrink } from './shrink.ts'
import { thumbnail } from './thumbnail.ts'

/** The thread of `openImageTools`: answers questions one after the other, so that one picture at a time is in memory. */
let turn: Promise<unknown> = Promise.resolve()
parentPort?.on('message', (question: Question) => {
  turn = turn.then(async () => parentPort?.postMessage(await answer(question), []))
})

async function answer(question: Question): Promise<Answer> {
  const { id } = question
  try {
    return { id, result: await resultOf(question) }
  } catch (cause) {
    return { id, failure: toFailure(cause) }
  }
}

function resultOf(question: Question): Promise<unknown> {
  switch (question.do) {
    case 'reencode':
      return reencode(question.bytes)
    case 'compare':
      return compare(question.one, question.other, question.options)
    case 'paint':
      return paint(question.bytes, question.boxes, question.options)
    case 'thumbnail':
      return thumbnail(question.bytes, question.options)
    case 'shrink':
      return shrink(question.bytes, question.options)
    case 'animate':
      return animate(question.frames, question.options)
  }
}
