import { animate } from './animate.ts'
import { compare } from './compare.ts'
import { toFailure, type Answer, type Question } from './messages.ts'
import { paint } from './paint.ts'
import { reencode } from './reencode.ts'
import { loadSharp } from './decode.ts'
import { shrink, thumbnail } from './shrink.ts'

/**
 * Make what answers questions one after the other, so that one picture at a time is in memory.
 *
 * @param tell hears each answer
 * @returns takes a question
 */
export function createAnswers(tell: (answer: Answer) => void): (question: Question) => void {
  let turn: Promise<unknown> = Promise.resolve()
  return (question) => {
    turn = turn.then(async () => tell(await answer(question)))
  }
}

async function answer(question: Question): Promise<Answer> {
  const { id } = question
  try {
    await loadSharp()
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
